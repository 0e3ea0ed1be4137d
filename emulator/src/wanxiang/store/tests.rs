use yunmei_core::wanxiang::FileId;

use super::*;

fn plan(session: &str, opened: u64) -> UploadPlan {
    UploadPlan {
        session: session.to_owned(),
        opened,
        key: Key {
            space: Space::VideosV1,
            user: "0".into(),
            file_id: FileId::new(session).expect("a file id"),
        },
        is_named: true,
        size: 2,
        slice_size: 1,
        sha: String::new(),
        magic_context: String::new(),
        title: String::new(),
        description: String::new(),
    }
}

fn store(storage: &Storage) -> Store {
    Store::open(storage).expect("a store")
}

#[test]
fn with_one_upload_too_many_the_oldest_goes() {
    let store = store(&Storage::memory());
    let mut contents = store.contents();
    for number in 0..UPLOAD_LIMIT {
        let session = format!("s{number}");
        contents.open_upload(plan(&session, 7)).expect("opened");
    }
    // One that has ended is none of them.
    contents.remove_upload("s0").expect("removed");
    contents.open_upload(plan("first", 7)).expect("opened");
    assert!(contents.upload("s1").is_some());
    contents.open_upload(plan("second", 7)).expect("opened");
    assert!(contents.upload("s1").is_none() && contents.upload("s2").is_some());
    assert_eq!(contents.inner.uploads.len(), UPLOAD_LIMIT);
    assert_eq!(contents.inner.order.len(), UPLOAD_LIMIT);
}

#[test]
fn after_a_restart_it_is_known_which_upload_is_the_oldest() {
    let folder = tempfile::tempdir().expect("a folder");
    {
        let store = store(&Storage::at(folder.path()).expect("a storage"));
        let mut contents = store.contents();
        for (session, opened) in [("c", 1), ("a", 2), ("b", 3)] {
            contents.open_upload(plan(session, opened)).expect("opened");
        }
    }
    let store = store(&Storage::at(folder.path()).expect("a storage"));
    let mut contents = store.contents();
    contents.make_room(3).expect("room");
    assert!(contents.upload("c").is_none() && contents.upload("a").is_some());
}

#[tokio::test]
async fn an_upload_that_was_removed_takes_no_more_slices() {
    let folder = tempfile::tempdir().expect("a folder");
    let store = store(&Storage::at(folder.path()).expect("a storage"));
    let mut writer = store.blobs.writer().expect("a blob");
    writer.write(b"x").await.expect("room");
    let blob = writer.finish().await.expect("a blob");
    let mut contents = store.contents();
    contents.open_upload(plan("a", 0)).expect("opened");
    let upload = Arc::clone(contents.upload("a").expect("an upload"));
    assert!(matches!(
        upload.store(0, Arc::clone(&blob)),
        Ok(Stored::Part)
    ));
    let Ok(Stored::All(whole)) = upload.store(1, Arc::clone(&blob)) else {
        panic!("it is whole");
    };
    contents.remove_upload("a").expect("removed");
    drop(whole);
    let late = upload.store(0, blob);
    assert!(matches!(late, Err(SliceProblem::Closed)));
}
