//! Videos: upload, attributes, deletion, downloads.

use crate::support::{
    Bed, code, content, data,
    wanxiang::{File, VIDEO_HOST, VIDEOS, builder, multi_use_v1, once_v1, refusal},
    wanxiang_slices::{sha, text},
};
use serde_json::json;

fn bed() -> Bed {
    Bed::with(builder())
}

#[test]
fn a_video_is_uploaded_asked_about_downloaded_and_deleted() {
    let bed = bed();
    let clip = content(100);
    let digest = sha(&clip);
    let uploaded = data(&bed.post(
        VIDEOS,
        &format!("QCloud {}", multi_use_v1()),
        &[
            File("FileContent", "短片 1.mp4", &clip),
            text("Sha", &digest),
            text("Title", "题"),
            text("Desc", ""),
            text("MagicContext", ""),
        ],
    ));
    let file = uploaded["fileid"].as_str().expect("a text").to_owned();
    assert!(file.starts_with("10000001_") && file.len() == 41, "{file}");
    assert_eq!(uploaded["cover_url"], "");
    let url = format!("http://{VIDEO_HOST}/10000001/0/{file}/original");
    assert_eq!(uploaded["download_url"], url);
    assert!(bed.fetch(&url, "").body() == &clip);
    let path = format!("{VIDEOS}/{file}");
    let expected = json!({
        "file_url": url,
        "file_fileid": file,
        "file_upload_time": "1438669115",
        "file_size": "100",
        "file_sha": digest,
        "video_status": "0",
        "video_status_msg": "",
        "video_play_time": 0,
        "video_title": "题",
        "video_desc": "",
        "video_cover_url": "",
    });
    assert_eq!(
        data(&bed.call("GET", &path, &multi_use_v1(), b"")),
        expected
    );
    let copy = bed.call("POST", &format!("{path}/copy"), &once_v1(&file), b"");
    assert_eq!(refusal(&copy), (400, -5994));
    let deleted = bed.call("POST", &format!("{path}/del"), &once_v1(&file), b"");
    assert_eq!(code(&deleted), 0);
    assert_eq!(bed.fetch(&url, "").headers()["x-errno"], "-46628");
}

#[test]
fn a_video_with_another_digest_is_refused() {
    let bed = bed();
    let digest = sha(b"y");
    let parts = [File("FileContent", "clip", b"x"), text("Sha", &digest)];
    assert_eq!(
        refusal(&bed.post(VIDEOS, &multi_use_v1(), &parts)),
        (400, -5984)
    );
}
