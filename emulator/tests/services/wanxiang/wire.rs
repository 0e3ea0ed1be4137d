//! The recorded requests of the vendor's Python client, sent as they are: the emulator's clock
//! stands where theirs stood. Each case meets a fresh emulator, since all of them were signed with
//! the same random number.

use crate::support::{
    Bed, code, json,
    wanxiang::{File, PHOTOS, VIDEO_HOST, VIDEOS, builder, multi_use_v1, refusal},
};
use base64::prelude::{BASE64_STANDARD, Engine};
use bytes::Bytes;
use http::Response;
use serde_json::Value;

/// Named so in the recordings.
const PHOTO_V1: &str = "4affadae-9e94-4cdc-82cc-ac86e9f4f4b7";
const VIDEO: &str = "10000001_b22ab0e870a24e59aba5876d06e88280";

fn cases() -> Vec<Value> {
    let path = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../fixtures/vectors/wanxiang.json"
    );
    let text = std::fs::read_to_string(path).expect("the golden vectors");
    let vectors: Value = serde_json::from_str(&text).expect("JSON");
    vectors["wire"].as_array().expect("cases").clone()
}

fn case(name: &str) -> Value {
    let case = cases().into_iter().find(|case| case["name"] == name);
    case.unwrap_or_else(|| panic!("no case {name}"))
}

fn text(value: &Value) -> &str {
    value.as_str().expect("a text")
}

fn body(request: &Value) -> Vec<u8> {
    match (request["body"].as_str(), request["body_base64"].as_str()) {
        (_, Some(base64)) => BASE64_STANDARD.decode(base64).expect("base64"),
        (Some(text), None) => text.as_bytes().to_vec(),
        (None, None) => Vec::new(),
    }
}

/// Sends a recorded request; `session` is the one that the recording server handed out, and ours.
fn replay(bed: &Bed, request: &Value, session: Option<(&str, &str)>) -> Response<Bytes> {
    let mut body = body(request);
    if let Some((theirs, ours)) = session {
        let at = body
            .windows(theirs.len())
            .position(|window| window == theirs.as_bytes());
        let at = at.expect("a session");
        body.splice(at..at + theirs.len(), ours.bytes());
    }
    let (method, target) = (text(&request["method"]), text(&request["target"]));
    let mut head = format!("{method} {target} HTTP/1.1\r\n");
    for pair in request["headers"].as_array().expect("headers") {
        let (name, value) = (text(&pair[0]), text(&pair[1]));
        if name != "Content-Length" {
            head.push_str(&format!("{name}: {value}\r\n"));
        }
    }
    head.push_str(&format!("Content-Length: {}\r\n\r\n", body.len()));
    bed.bytes(&[head.as_bytes(), &body].concat())
}

/// The only request of a case.
fn play(bed: &Bed, name: &str) -> Response<Bytes> {
    replay(bed, &case(name)["exchanges"][0]["request"], None)
}

/// The same fields, with values of the same kind; what a picture says of itself may be missing,
/// since most of the recorded contents are none.
fn same_shape(ours: &Value, theirs: &Value, place: &str) {
    match (ours, theirs) {
        (Value::Object(ours), Value::Object(theirs)) => {
            for (name, value) in theirs {
                match ours.get(name) {
                    Some(ours) => same_shape(ours, value, &format!("{place}.{name}")),
                    None => assert_eq!(name, "info", "no {name} in {place}"),
                }
            }
        }
        (ours, theirs) => assert_eq!(
            std::mem::discriminant(ours),
            std::mem::discriminant(theirs),
            "{place}: {ours} instead of {theirs}"
        ),
    }
}

/// Plays a case that succeeds; returns our `data`.
fn succeed(bed: &Bed, name: &str) -> Value {
    let answer = play(bed, name);
    assert_eq!(answer.status(), 200, "{name}: {}", bed.last_refusal());
    let theirs = &case(name)["exchanges"][0]["response"]["body"];
    same_shape(&json(&answer), theirs, name);
    json(&answer)["data"].clone()
}

fn bed() -> Bed {
    Bed::with(builder())
}

fn bed_with(files: &[&str]) -> Bed {
    let bed = bed();
    for file in files {
        bed.store(file, file.as_bytes());
    }
    bed
}

fn bed_with_v1() -> Bed {
    let bed = bed();
    let path = format!("/photos/v1/10000001/0/{PHOTO_V1}");
    let upload = bed.post(&path, &multi_use_v1(), &[File("FileContent", "a", b"x")]);
    assert_eq!(code(&upload), 0);
    bed
}

fn bed_with_video() -> Bed {
    let bed = bed();
    let path = format!("{VIDEOS}/{VIDEO}");
    let upload = bed.post(&path, &multi_use_v1(), &[File("FileContent", "a", b"x")]);
    assert_eq!(code(&upload), 0);
    bed
}

#[test]
fn every_recorded_case_is_played_here() {
    let source = include_str!("wire.rs");
    let cases = cases();
    assert_eq!(cases.len(), 48);
    for case in cases {
        // Where the client failed before it sent anything, there is nothing to play.
        if case["exchanges"].as_array().is_some_and(Vec::is_empty) {
            continue;
        }
        let name = text(&case["name"]);
        assert!(source.contains(&format!("\"{name}\"")), "{name}");
    }
}

#[test]
fn recorded_uploads_of_pictures_are_stored() {
    for name in [
        "v2-upload-file",
        "v2-upload-file-with-info",
        "v2-upload-binary-params-magic-context",
        "v2-upload-query-encoding",
        "v2-upload-named-userid",
        "v2-upload-error",
        "v2-upload-error-not-json",
        "v2-upload-file-info-absent",
    ] {
        let bed = bed();
        let answer = play(&bed, name);
        assert_eq!(code(&answer), 0, "{name}: {}", bed.last_refusal());
        let theirs = &case(name)["exchanges"][0]["response"]["body"]["data"];
        let ours = &json(&answer)["data"];
        // What the stand-in answered, if it answered a success.
        for field in ["url", "download_url", "fileid"] {
            if !theirs[field].is_null() {
                assert_eq!(ours[field], theirs[field], "{name}");
            }
        }
    }
    let seen = succeed(&bed(), "v2-upload-binary-params-magic-context");
    // The picture in the recordings has one pixel.
    assert_eq!(seen["info"][0]["0"]["width"], "1");
    assert_eq!(
        (&seen["is_fuzzy"], &seen["is_food"]),
        (&0.into(), &0.into())
    );
    let named = succeed(&bed(), "v2-upload-file-no-fileid");
    assert_eq!(named["fileid"].as_str().map(str::len), Some(36));
}

#[test]
fn recorded_stats_find_what_nobody_encoded() {
    for (name, file) in [
        ("v2-stat", "sample1438669115"),
        ("v2-stat-fileid-cjk", "图片样例.jpg"),
        ("v2-stat-fileid-space", "two words.jpg"),
        ("v2-stat-fileid-plus", "a+b.jpg"),
        ("v2-stat-fileid-slash", "album/cat.jpg"),
        ("v2-stat-fileid-percent", "100%"),
        ("v2-stat-fileid-subdelims", "a!$&'()*,;=:@b~._-"),
        ("v2-stat-fileid-brackets", "a[b]{c}|\"<>^`\\"),
    ] {
        let bed = bed_with(&[file]);
        assert_eq!(succeed(&bed, name)["file_fileid"], file, "{name}");
    }
    assert_eq!(refusal(&play(&bed(), "v2-stat-error")), (400, -197));
}

/// Section 12.1: what the client asks about is not what it signed.
#[test]
fn recorded_requests_that_address_another_file_are_refused_and_change_nothing() {
    let all = ["what", "a", "b", "what?x=1", "a#b", "a/../b", "a/bA"];
    let bed = bed_with(&all);
    for (name, code) in [
        ("v2-stat-fileid-percent-escape", -63),
        ("v2-stat-fileid-question", -63),
        ("v2-stat-fileid-hash", -63),
        ("v2-stat-fileid-dot-segments", -63),
        // These became uploads, and uploads take no single-use signature.
        ("v2-delete-question", -97),
        ("v2-delete-hash", -97),
        ("v2-delete-dot-segments", -63),
    ] {
        assert_eq!(refusal(&play(&bed, name)), (400, code), "{name}");
    }
    for file in all {
        let stat = json(&bed.stat_photo(file))["data"].clone();
        assert_eq!(stat["file_size"], file.len().to_string(), "{file}");
    }
}

#[test]
fn recorded_copies_and_deletions_work_once() {
    let bed = bed_with(&["sample1438669115"]);
    let copied = succeed(&bed, "v2-copy");
    let url = copied["download_url"].as_str().expect("an address");
    assert_eq!(bed.fetch(url, "").body(), "sample1438669115");
    // The recorded deletion was signed with the same text: in one life it is a replay.
    assert_eq!(refusal(&play(&bed, "v2-delete")), (400, -97));
    for (name, file) in [
        ("v2-delete", "sample1438669115"),
        ("v2-delete-slash", "album/cat.jpg"),
    ] {
        let bed = bed_with(&[file]);
        succeed(&bed, name);
        assert_eq!(code(&bed.stat_photo(file)), -197, "{name}");
        assert_eq!(refusal(&play(&bed, name)), (400, -97), "{name}");
    }
}

#[test]
fn recorded_calls_about_pictures_of_v1_work() {
    for name in ["v1-upload-file", "v1-upload-binary-params"] {
        let bed = bed();
        let uploaded = succeed(&bed, name);
        let url = uploaded["download_url"].as_str().expect("an address");
        assert_eq!(bed.fetch(url, "").headers()["content-type"], "image/jpeg");
    }
    for name in ["v1-stat", "v1-copy", "v1-delete"] {
        succeed(&bed_with_v1(), name);
    }
}

#[test]
fn recorded_calls_about_videos_work() {
    let clip: Vec<u8> = (0..10).collect();
    for name in ["video-upload", "video-upload-empty-fields"] {
        let bed = bed();
        let uploaded = succeed(&bed, name);
        let url = uploaded["download_url"].as_str().expect("an address");
        assert!(url.starts_with(&format!("http://{VIDEO_HOST}/10000001/0/")));
        assert_eq!(bed.fetch(url, "").body(), &clip, "{name}");
    }
    succeed(&bed_with_video(), "video-stat");
    succeed(&bed_with_video(), "video-delete");
}

#[test]
fn recorded_slices_of_a_video_arrive() {
    let bed = Bed::with(builder().granted_slice_size(4));
    let case = case("video-upload-slice");
    let exchanges = case["exchanges"].as_array().expect("exchanges");
    let opened = json(&replay(&bed, &exchanges[0]["request"], None));
    same_shape(&opened, &exchanges[0]["response"]["body"], "opening");
    let ours = text(&opened["data"]["session"]);
    let mut last = Value::Null;
    for exchange in &exchanges[1..] {
        let session = Some(("sess-0001", ours));
        last = json(&replay(&bed, &exchange["request"], session));
        same_shape(&last, &exchange["response"]["body"], "slice");
    }
    let url = text(&last["data"]["download_url"]);
    assert_eq!(bed.fetch(url, "").body(), &(0..10).collect::<Vec<u8>>());
}

/// Section 12.10: the client goes on after an answer that it does not understand.
#[test]
fn recorded_faults_of_the_client_with_slices_are_borne() {
    let bed = bed();
    succeed(&bed, "video-upload");
    for name in [
        "video-upload-slice-instant-hit",
        "video-upload-slice-prepare-error",
    ] {
        let exchanges = case(name)["exchanges"].clone();
        let hit = json(&replay(&bed, &exchanges[0]["request"], None));
        assert!(hit["data"].get("url").is_some(), "{name}");
        let answer = replay(&bed, &exchanges[1]["request"], None);
        assert_eq!(refusal(&answer), (400, -5983), "{name}");
    }
    let empty = play(&bed, "video-upload-slice-empty-file");
    assert_eq!(refusal(&empty), (400, -5995));
    // It sends the bytes from the start of the file at our offset: the digest tells.
    let bed = Bed::with(builder().granted_slice_size(4));
    let exchanges = case("video-upload-slice-resume")["exchanges"].clone();
    let opened = json(&replay(&bed, &exchanges[0]["request"], None));
    let ours = text(&opened["data"]["session"]).to_owned();
    let session = Some(("sess-0002", ours.as_str()));
    assert_eq!(code(&replay(&bed, &exchanges[1]["request"], session)), 0);
    let second = replay(&bed, &exchanges[2]["request"], session);
    // Four bytes where two are left.
    assert_eq!(refusal(&second), (400, -5995));
}

#[test]
fn recorded_questions_of_porn_detection_are_answered() {
    let bed = bed();
    for name in [
        "porn-detect",
        "porn-detect-non-ascii-url",
        "porn-detect-sign-error",
    ] {
        // The picture is elsewhere, and nothing is fetched from there.
        assert_eq!(code(&play(&bed, name)), -1308, "{name}");
    }
    let list = json(&play(&bed, "porn-detect-url"))["result_list"].clone();
    let urls: Vec<_> = list
        .as_array()
        .expect("a list")
        .iter()
        .map(|entry| text(&entry["url"]))
        .collect();
    assert_eq!(
        urls,
        [
            "http://img.example.com/a.jpg",
            "http://img.example.com/b.png"
        ]
    );
    let list = json(&play(&bed, "porn-detect-file"))["result_list"].clone();
    let theirs = &case("porn-detect-file")["exchanges"][0]["response"]["body"]["result_list"][0];
    same_shape(&list[0], theirs, "file");
    assert_eq!(list[0]["filename"], "cat.jpg");
    // Its second file is no picture.
    assert_eq!(
        (&list[1]["filename"], &list[1]["code"]),
        (&"图.png".into(), &(-1400).into())
    );
}

#[test]
fn recorded_requests_are_refused_when_their_time_is_over() {
    let later = || yunmei_core::Timestamp::from_seconds(1_441_261_115);
    let bed = Bed::with(builder().clock(later));
    assert_eq!(refusal(&play(&bed, "v2-upload-file")), (400, -59));
    assert_eq!(refusal(&play(&bed, "porn-detect-url")), (401, 9));
    assert_eq!(
        code(&bed.call("GET", &format!("{PHOTOS}/sample1438669115"), "", b"")),
        -197
    );
}
