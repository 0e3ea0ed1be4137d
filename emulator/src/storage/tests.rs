use std::{collections::HashSet, fs};

use futures_util::TryStreamExt;

use super::*;

fn run<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread()
        .build()
        .expect("a runtime")
        .block_on(future)
}

async fn blob(blobs: &Blobs, content: &[u8], step: usize) -> Arc<Blob> {
    let mut writer = blobs.writer().expect("a writer");
    for piece in content.chunks(step) {
        writer.write(piece).await.expect("room");
    }
    assert_eq!(writer.length(), content.len() as u64);
    writer.finish().await.expect("kept")
}

fn count(folder: &Path) -> usize {
    fs::read_dir(folder).expect("a folder").count()
}

#[test]
fn any_range_of_any_contents_is_read_back_from_memory_and_from_files() {
    let folder = tempfile::tempdir().expect("a folder");
    let storages = [
        Storage::memory(),
        Storage::at(folder.path()).expect("a storage"),
    ];
    let content: Vec<u8> = (0..700_000_u32).map(|i| (i * 7 % 251) as u8).collect();
    for storage in storages {
        let blobs = storage.blobs("cos").expect("blobs");
        run(async {
            let contents = [
                blob(&blobs, &content[..300_000], 1000).await,
                blob(&blobs, &[], 1).await,
                blob(&blobs, &content[300_000..], 400_000).await,
            ];
            for range in [
                0..0_usize,
                0..700_000,
                299_999..300_001,
                262_143..262_145,
                650_000..700_000,
            ] {
                let wide = range.start as u64..range.end as u64;
                let pieces: Vec<_> = stream(&contents, wide).try_collect().await.expect("bytes");
                assert!(pieces.concat() == content[range.clone()], "{range:?}");
            }
            for limit in [0, 1, 262_145, 300_000, 300_001] {
                let head = contents[0].head(limit).expect("bytes");
                let end = usize::try_from(limit).expect("small").min(300_000);
                assert!(head == content[..end], "{limit}");
            }
        });
    }
}

#[test]
fn a_content_that_is_not_finished_leaves_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    let storage = Storage::at(folder.path()).expect("a storage");
    let blobs = storage.blobs("cos").expect("blobs");
    run(async {
        let mut writer = blobs.writer().expect("a writer");
        writer.write(b"half").await.expect("room");
    });
    assert_eq!(count(&folder.path().join("incoming")), 0);
    assert_eq!(count(&folder.path().join("cos-contents")), 0);
}

#[test]
fn a_content_goes_with_its_last_reference_but_not_while_all_is_taken_apart() {
    let folder = tempfile::tempdir().expect("a folder");
    let storage = Storage::at(folder.path()).expect("a storage");
    let blobs = storage.blobs("cos").expect("blobs");
    storage.open();
    let kept = run(blob(&blobs, b"kept", 4));
    let gone = run(blob(&blobs, b"gone", 4));
    let shared = Arc::clone(&gone);
    drop(gone);
    assert_eq!(count(&folder.path().join("cos-contents")), 2);
    drop(shared);
    assert_eq!(count(&folder.path().join("cos-contents")), 1);
    storage.close();
    let (id, length) = (kept.id().to_owned(), kept.length());
    drop(kept);
    assert!(blobs.kept(&id, length).expect("told").is_some());
    assert!(blobs.kept(&id, length + 1).expect("told").is_none());
    assert!(blobs.kept("../cos-contents", 0).expect("told").is_none());
    blobs.sweep(&HashSet::new()).expect("swept");
    assert!(blobs.kept(&id, length).expect("told").is_none());
}

#[test]
fn a_torn_last_line_is_cut_off() {
    let folder = tempfile::tempdir().expect("a folder");
    let storage = Storage::at(folder.path()).expect("a storage");
    fs::write(folder.path().join("cos-spent.log"), "one\ntwo\nthr").expect("a file");
    let (mut journal, lines) = storage.journal("cos", "spent").expect("a journal");
    assert_eq!(lines, ["one", "two"]);
    journal.add("three").expect("room");
    let (_, lines) = storage.journal("cos", "spent").expect("a journal");
    assert_eq!(lines, ["one", "two", "three"]);
}

#[test]
fn documents_are_found_by_keys_that_are_no_file_names() {
    let folder = tempfile::tempdir().expect("a folder");
    let storage = Storage::at(folder.path()).expect("a storage");
    let documents = storage.documents("cos", "files").expect("documents");
    for key in ["/../../x", "/a\0b", "/图", "/"] {
        documents.put(key, &key).expect("room");
    }
    documents.put("/", &"/").expect("room");
    documents.remove("/图").expect("gone");
    let mut keys: Vec<String> = documents.load().expect("documents");
    keys.sort();
    assert_eq!(keys, ["/", "/../../x", "/a\0b"]);
    assert_eq!(count(&folder.path().join("cos-files")), 3);
}

#[test]
fn a_folder_is_used_by_one_storage_at_a_time() {
    let folder = tempfile::tempdir().expect("a folder");
    let storage = Storage::at(folder.path()).expect("a storage");
    let half = folder.path().join("incoming/half");
    fs::write(&half, "half").expect("a file");
    let Err(problem) = Storage::at(folder.path()) else {
        panic!("two storages in one folder");
    };
    assert_eq!(problem.kind(), io::ErrorKind::ResourceBusy);
    assert!(half.exists(), "nothing of the first one's was touched");
    drop(storage);
    Storage::at(folder.path()).expect("it is free again");
    assert!(!half.exists());
}

#[test]
fn a_folder_of_somebody_elses_is_refused_and_left_alone() {
    let folder = tempfile::tempdir().expect("a folder");
    let theirs = folder.path().join("incoming/letter");
    fs::create_dir(folder.path().join("incoming")).expect("a folder");
    fs::write(&theirs, "dear").expect("a file");
    let refused = || match Storage::at(folder.path()) {
        Ok(_) => panic!("a storage in a folder of somebody else's"),
        Err(problem) => assert_eq!(problem.kind(), io::ErrorKind::DirectoryNotEmpty),
    };
    refused();
    assert_eq!(count(folder.path()), 1);
    // Files of such names are about.
    fs::write(folder.path().join("lock"), "").expect("a file");
    fs::write(folder.path().join("format"), "jpeg").expect("a file");
    refused();
    assert!(theirs.exists());
}

#[test]
fn an_empty_folder_and_one_of_ours_that_lost_its_lock_are_taken() {
    let folder = tempfile::tempdir().expect("a folder");
    // Somebody was killed before the first thing was written.
    fs::write(folder.path().join("lock"), "").expect("a file");
    fs::write(folder.path().join("format"), "").expect("a file");
    drop(Storage::at(folder.path()).expect("a storage"));
    fs::remove_file(folder.path().join("lock")).expect("a file");
    Storage::at(folder.path()).expect("a storage");
}

#[test]
fn a_document_of_ours_that_cannot_be_read_is_a_failure_with_its_path() {
    let folder = tempfile::tempdir().expect("a folder");
    let storage = Storage::at(folder.path()).expect("a storage");
    let documents = storage.documents("cos", "files").expect("documents");
    documents.put("/", &"/").expect("room");
    let theirs = folder.path().join("cos-files/strange.json");
    fs::write(theirs, "{").expect("a file");
    assert_eq!(documents.load::<String>().expect("documents"), ["/"]);
    let name = format!("{}.json", "0".repeat(40));
    fs::write(folder.path().join("cos-files").join(&name), "\"torn").expect("a file");
    let problem = documents.load::<String>().expect_err("a torn document");
    assert!(problem.to_string().contains(&name), "{problem}");
}
