//! What becomes of an upload: once, however often and by however many it is committed.

use std::{fs, path::Path};

use crate::support::{
    content,
    desk::{Desk, SPACE, refused},
    film::film,
    videos::{checksum, text},
};
use serde_json::{Value, json};

fn vid(committed: &Value) -> String {
    text(&committed["Results"][0]["Vid"]).to_owned()
}

/// How many files a folder of the data has.
fn count(data: &Path, folder: &str) -> usize {
    fs::read_dir(data.join(folder)).expect("a folder").count()
}

#[test]
fn commits_of_one_session_at_once_make_one_video() {
    let desk = Desk::new();
    let leave = desk.leave(&[]);
    desk.put(&leave, &film(10));
    let snapshot = json!([{"Name": "GetMeta"}, {"Name": "Snapshot"}]);
    let commit = || desk.commit(&leave, snapshot.clone()).expect("committed");
    let all: Vec<Value> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..8).map(|_| scope.spawn(commit)).collect();
        let ended = threads.into_iter().map(|thread| thread.join());
        ended.map(|one| one.expect("an answer")).collect()
    });
    assert!(all.iter().all(|one| *one == all[0]), "{all:?}");
    assert_eq!(
        desk.play_info(&vid(&all[0])).expect("a video")["Status"],
        10
    );
}

#[test]
fn a_commit_of_which_nobody_learned_makes_the_same_video_again() {
    let folder = tempfile::tempdir().expect("a folder");
    let sessions = folder.path().join("vcloud-sessions");
    let start = || Desk::with(|builder| builder.data_dir(folder.path()));
    let desk = start();
    let leave = desk.leave(&[]);
    desk.put(&leave, &film(10));
    let before: Vec<_> = fs::read_dir(&sessions)
        .expect("sessions")
        .map(|entry| entry.expect("a session").path())
        .map(|path| (fs::read(&path).expect("a document"), path))
        .collect();
    let first = vid(&desk.commit(&leave, json!([])).expect("committed"));
    drop(desk);
    // The process was killed before it could write down what it would have answered.
    for (bytes, path) in before {
        fs::write(path, bytes).expect("written");
    }
    let again = start().commit(&leave, json!([])).expect("committed");
    assert_eq!(vid(&again), first);
    assert_eq!(count(folder.path(), "vcloud-videos"), 1);
}

#[test]
fn a_commit_that_is_refused_leaves_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    let desk = Desk::with(|builder| builder.data_dir(folder.path()));
    let pairs = [
        ("SpaceName", SPACE),
        ("UploadNum", "2"),
        ("FileType", "video"),
    ];
    let applied = desk.ask("ApplyUpload", "2018-01-01", &pairs);
    let address = &applied.expect("a leave")["UploadAddress"];
    let put = |index: usize, bytes: &[u8]| {
        let store = &address["StoreInfos"][index];
        let sum = checksum(bytes);
        let headers = [
            ("content-crc32", sum.as_str()),
            ("authorization", text(&store["Auth"])),
        ];
        let target = format!("/{}", text(&store["StoreUri"]));
        assert_eq!(desk.to_host("PUT", &target, &headers, bytes).status(), 200);
    };
    let commit = || {
        let functions = json!([{"Name": "GetMeta"}, {"Name": "Snapshot"}]);
        let body = json!({"SessionKey": address["SessionKey"], "Functions": functions});
        desk.tell("CommitUpload", &[("SpaceName", SPACE)], body)
    };
    put(0, &film(10));
    // The second one was not sent yet.
    assert_eq!(commit(), Err(refused(404, None, "ResourceNotFound")));
    assert_eq!(count(folder.path(), "vcloud-contents"), 1);
    // It is no video, which is found out when the cover of the first one is made.
    put(1, &content(100));
    assert_eq!(commit(), Err(refused(400, None, "FailedOperation.GetMeta")));
    assert_eq!(count(folder.path(), "vcloud-contents"), 2);
    assert_eq!(count(folder.path(), "vcloud-objects"), 2);
    assert_eq!(count(folder.path(), "vcloud-videos"), 0);
    put(1, &film(20));
    assert!(commit().is_ok());
    assert_eq!(count(folder.path(), "vcloud-videos"), 2);
}
