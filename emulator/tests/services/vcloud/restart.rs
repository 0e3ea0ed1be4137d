//! What of TTVcloud comes back after a restart, and after a process that was killed.

use std::path::Path;

use crate::support::{
    desk::{Desk, SPACE},
    film::film,
    json as document, killed,
    videos::{checksum, text},
};
use serde_json::json;

fn desk(folder: &Path) -> Desk {
    Desk::with(|builder| builder.data_dir(folder).upload_part_size(100))
}

#[test]
fn videos_their_posters_and_their_status_come_back() {
    let folder = tempfile::tempdir().expect("a folder");
    let bytes = film(500);
    let first = desk(folder.path());
    let functions = json!([{"Name": "GetMeta"}, {"Name": "Snapshot"},
        {"Name": "StartWorkflow", "Input": {"TemplateId": "720p"}}]);
    let vid = first.video(&bytes, functions);
    let blocked = first.video(&film(20), json!([]));
    let body = json!({"Vid": blocked, "SpaceName": SPACE, "Status": "Blocked"});
    first
        .tell("SetVideoPublishStatus", &[], body)
        .expect("blocked");
    let copy = killed(folder.path());
    drop(first);
    for folder in [folder.path(), copy.path()] {
        let again = desk(folder);
        again.pass(10);
        let played = again.play_info(&vid).expect("a play info");
        assert_eq!(played["TotalCount"], 2);
        let url = text(&played["PlayInfoList"][0]["MainPlayUrl"]);
        assert_eq!(again.get(url).body(), &bytes);
        assert_eq!(again.get(text(&played["CoverUrl"])).status(), 200);
        assert!(again.play_info(&blocked).is_err());
    }
}

#[test]
fn uploads_go_on_where_they_were() {
    let folder = tempfile::tempdir().expect("a folder");
    let bytes = film(400);
    let (front, back) = bytes.split_at(200);
    let first = desk(folder.path());
    let leave = first.leave(&[]);
    let target = |query: &str| format!("/{}?{query}", leave.uri);
    let headers = |sum: &'static str| {
        [
            ("authorization", leave.auth.clone()),
            ("content-crc32", sum.to_owned()),
        ]
    };
    let put = |desk: &Desk, query: &str, body: &[u8]| {
        let headers = headers("Ignore");
        let headers: Vec<_> = headers
            .iter()
            .map(|(name, value)| (*name, value.as_str()))
            .collect();
        document(&desk.to_host("PUT", &target(query), &headers, body))
    };
    let opened = put(&first, "uploads", b"");
    let id = text(&opened["payload"]["uploadID"]).to_owned();
    put(&first, &format!("partNumber=0&uploadID={id}"), front);
    let copy = killed(folder.path());
    drop(first);
    let second = desk(copy.path());
    put(&second, &format!("partNumber=1&uploadID={id}"), back);
    let list = format!("0:{},1:{}", checksum(front), checksum(back));
    let merged = put(&second, &format!("uploadID={id}"), list.as_bytes());
    assert_eq!(merged["payload"]["hash"], checksum(&bytes), "{merged}");
    let committed = second.commit(&leave, json!([{"Name": "GetMeta"}]));
    let committed = committed.expect("committed");
    drop(second);
    // A commit whose answer was lost is the same commit.
    let third = desk(copy.path());
    assert_eq!(
        third.commit(&leave, json!([])).expect("the same"),
        committed
    );
    let vid = text(&committed["Results"][0]["Vid"]);
    assert_eq!(third.get(&third.play_url(vid)).body(), &bytes);
}
