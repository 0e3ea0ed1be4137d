use super::*;
use crate::storage::{Storage, tight::Tight};

const SLICE: usize = 64;

fn content() -> Vec<u8> {
    (0..3 * SLICE as u8).collect()
}

/// An upload of three slices, with digests or without.
fn plan(checked: bool) -> UploadPlan {
    let bytes = content();
    let part = |end: usize| {
        let running = Sha1::new().chain_update(&bytes[..end]);
        Part {
            offset: (end - SLICE) as u64,
            length: SLICE as u64,
            digest: match end == bytes.len() {
                true => random::to_hex(&running.finalize()),
                false => random::to_hex(&inner_state(&running)),
            },
        }
    };
    let parts = [1, 2, 3].map(|count| part(count * SLICE)).to_vec();
    UploadPlan {
        session: "session".into(),
        size: bytes.len() as u64,
        slice_size: SLICE as u64,
        sha: checked.then(|| parts[2].digest.clone()),
        parts,
        biz_attr: String::new(),
        insert_only: true,
        created: 0,
    }
}

fn blob(bytes: &[u8]) -> Arc<Blob> {
    let blobs = Storage::memory().blobs("cos").expect("blobs");
    let mut writer = blobs.writer().expect("a writer");
    tokio::runtime::Builder::new_current_thread()
        .build()
        .expect("a runtime")
        .block_on(async {
            writer.write(bytes).await.expect("memory");
            writer.finish().await.expect("memory")
        })
}

fn store(upload: &OpenUpload, slice: usize, bytes: &[u8]) -> Result<(), SliceProblem> {
    let md5 = random::to_hex(&bytes[..16]);
    upload.store((slice * SLICE) as u64, blob(bytes), md5)
}

fn offsets(upload: &OpenUpload) -> Vec<u64> {
    upload.slices().iter().map(|(offset, _)| *offset).collect()
}

#[test]
fn a_slice_that_cannot_be_written_down_is_not_there_and_can_come_again() {
    let bytes = content();
    for checked in [true, false] {
        let file = Tight::with_room(20);
        let journal = Journal::to(file.clone());
        let upload = OpenUpload::new("/a".into(), plan(checked), journal);
        let problem = store(&upload, 0, &bytes[..SLICE]).expect_err("no room");
        assert!(matches!(problem, SliceProblem::Storage(_)));
        assert_eq!((offsets(&upload), upload.stored()), (vec![], 0));
        file.disk().room = 10_000;
        for slice in 0..3 {
            let stored = store(&upload, slice, &bytes[slice * SLICE..][..SLICE]);
            assert!(stored.is_ok(), "{slice}");
        }
        assert_eq!(offsets(&upload), [0, 64, 128]);
        let text = file.text();
        let written = text.lines().filter_map(Line::read).map(|line| line.offset);
        assert_eq!(written.collect::<Vec<_>>(), [0, 64, 128]);
        let finished = upload.finish::<SliceProblem>(|slices| {
            assert_eq!(slices.len(), 3);
            Ok(())
        });
        assert!(finished.is_ok());
    }
}

#[test]
fn a_wrong_slice_is_forgotten_only_together_with_what_is_written_down() {
    let bytes = content();
    let file = Tight::with_room(10_000);
    let upload = OpenUpload::new("/a".into(), plan(true), Journal::to(file.clone()));
    // Too early to be checked.
    assert!(store(&upload, 1, &[7; SLICE]).is_ok());
    let before = file.text();
    file.disk().room = 120;
    assert!(store(&upload, 0, &bytes[..SLICE]).is_err());
    assert_eq!(offsets(&upload), [64]);
    assert_eq!(file.text(), before);
    file.disk().room = 10_000;
    assert!(store(&upload, 0, &bytes[..SLICE]).is_ok());
    assert_eq!((offsets(&upload), upload.stored()), (vec![0], 64));
    assert_eq!(file.text().lines().count(), 3);
    let wrong = store(&upload, 1, &[8; SLICE]).expect_err("it is wrong");
    assert!(matches!(wrong, SliceProblem::Differs));
    assert_eq!(offsets(&upload), [0]);
}

#[test]
fn a_torn_line_does_not_hide_the_slice_behind_it() {
    let whole = r#"{"offset":64,"stored":["ab",64,"cd"]}"#;
    let read = |line: &str| Line::read(line).map(|line| line.offset);
    assert_eq!(read(whole), Some(64));
    for torn in 0..whole.len() - 1 {
        assert_eq!(read(&format!("{}{whole}", &whole[..torn])), Some(64));
        assert_eq!(read(&whole[..torn]), None);
    }
}
