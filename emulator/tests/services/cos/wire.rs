//! The recorded requests of the vendor's Python client: what it sent, signed anew.

use std::collections::HashMap;

use crate::support::{Bed, builder, code, file, folder, json};
use base64::prelude::{BASE64_STANDARD, Engine};
use bytes::Bytes;
use http::Response;
use serde_json::Value;
use yunmei_core::cos::{
    Content,
    sign::{Grant, Signature},
    slices::Manifest,
};

fn cases() -> HashMap<String, Value> {
    let path = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../fixtures/vectors/cos-v4.json"
    );
    let text = std::fs::read_to_string(path).expect("the golden vectors");
    let vectors: Value = serde_json::from_str(&text).expect("JSON");
    let cases = vectors["wire"]["cases"].as_array().expect("cases").clone();
    cases
        .into_iter()
        .map(|case| (case["name"].as_str().expect("a name").to_owned(), case))
        .collect()
}

/// Replays one recorded request. The signature is made anew, for what the recorded one was for;
/// `session` is the one that the recording server handed out, and ours.
fn replay(bed: &Bed, request: &Value, session: Option<(&str, &str)>) -> Response<Bytes> {
    let text = |value: &Value| value.as_str().expect("a text").to_owned();
    let mut target = text(&request["target"]);
    if let Some((path, signature)) = target.clone().split_once("?sign=") {
        target = format!("{path}?sign={}", resigned(signature));
    }
    let mut message = format!("{} {target} HTTP/1.1\r\n", text(&request["method"])).into_bytes();
    for pair in request["headers"].as_array().expect("headers") {
        let (name, value) = (text(&pair[0]), text(&pair[1]));
        let value = match name.as_str() {
            "Authorization" => resigned(&value),
            _ => value,
        };
        message.extend_from_slice(format!("{name}: {value}\r\n").as_bytes());
    }
    message.extend_from_slice(b"\r\n");
    let mut body = match request["body_encoding"].as_str() {
        Some("base64") => BASE64_STANDARD
            .decode(text(&request["body"]))
            .expect("base64"),
        _ => text(&request["body"]).into_bytes(),
    };
    if let Some((theirs, ours)) = session {
        assert_eq!(theirs.len(), ours.len());
        let places = body.windows(theirs.len());
        let found: Vec<_> = places
            .enumerate()
            .filter(|(_, window)| *window == theirs.as_bytes())
            .map(|(at, _)| at)
            .collect();
        for at in found {
            body[at..at + ours.len()].copy_from_slice(ours.as_bytes());
        }
    }
    assert_eq!(Some(body.len() as u64), request["body_length"].as_u64());
    message.extend_from_slice(&body);
    bed.bytes(&message)
}

/// A fresh signature for the same path and of the same kind.
fn resigned(signature: &str) -> String {
    let recorded = Signature::decode(signature).expect("well formed");
    recorded
        .verify(&crate::support::signer())
        .expect("made with the key of the vectors");
    let bound = percent_encoding::percent_decode_str(recorded.file_id())
        .decode_utf8()
        .expect("text");
    let until = yunmei_core::cos::Expiry::after_seconds(300);
    let prefix = |path: &str| yunmei_core::cos::PathPrefix::new(path).expect("a path");
    let grant = match bound.strip_prefix("/1250000000/examplebucket") {
        Some(path) if recorded.is_single_use() && path.ends_with('/') => {
            Grant::single_use_folder(&folder(path))
        }
        Some(path) if recorded.is_single_use() => Grant::single_use(&file(path)),
        Some(path) => Grant::multi_use(prefix(path), until),
        None => Grant::download(prefix(&bound), until),
    };
    crate::support::sign(&grant)
}

/// The same shape: the same fields, with values of the same kind.
fn same_shape(ours: &Value, theirs: &Value, place: &str) {
    match (ours, theirs) {
        (Value::Object(ours), Value::Object(theirs)) => {
            for (name, value) in theirs {
                let ours = ours.get(name);
                let ours = ours.unwrap_or_else(|| panic!("no {name} in {place}"));
                same_shape(ours, value, &format!("{place}.{name}"));
            }
        }
        (ours, theirs) => assert_eq!(
            std::mem::discriminant(ours),
            std::mem::discriminant(theirs),
            "{place}: {ours} instead of {theirs}"
        ),
    }
}

/// Replays a case of one request, and compares the shape of the answers.
fn play(bed: &Bed, case: &Value) -> Value {
    let request = &case["requests"][0];
    let response = replay(bed, request, None);
    assert_eq!(response.status(), 200, "{response:?}");
    let reply = &request["reply"];
    let mut theirs = reply["json"].clone();
    // What was never set is not answered here (section 6.2).
    if let Some(data) = theirs.get_mut("data").and_then(Value::as_object_mut) {
        data.remove("authority");
        data.remove("infos");
    }
    same_shape(&json(&response), &theirs, "answer");
    json(&response)["data"].clone()
}

#[test]
fn every_recorded_conversation_works() {
    let cases = cases();
    assert_eq!(cases.len(), 19);
    let bed = Bed::new();
    let play = |name: &str| play(&bed, &cases[name]);
    let links = play("upload_file_single");
    let reply = &cases["upload_file_single"]["requests"][0]["reply"]["json"]["data"];
    for name in ["access_url", "source_url", "resource_path", "url"] {
        assert_eq!(links[name], reply[name], "{name}");
    }
    let links = play("upload_file_single_binary_cjk");
    let reply = &cases["upload_file_single_binary_cjk"]["requests"][0]["reply"]["json"]["data"];
    for name in ["access_url", "source_url", "resource_path", "url"] {
        assert_eq!(links[name], reply[name], "{name}");
    }
    let all: Vec<u8> = (0..=255).collect();
    assert_eq!(bed.download("/相册 1/图+~.bin").body(), &all);
    play("update_file");
    let stat = play("stat_file");
    assert_eq!(stat["biz_attr"], "这是个demo文件");
    assert_eq!(stat["authority"], "eWRPrivate");
    play("update_file_authority_only");
    play("create_folder");
    assert_eq!(play("stat_folder")["biz_attr"], "summer");
    play("update_folder");
    assert_eq!(play("stat_folder")["biz_attr"], "winter");
    play("list_folder_prefix");
    play("move_file");
    assert_eq!(
        bed.download("/archive/hello 2.txt").body(),
        "hello, cos v4\n"
    );
    play("upload_file_single");
    play("move_file_overwrite_relative");
    assert_eq!(
        bed.download("/photos/bye+bye.txt").body(),
        "hello, cos v4\n"
    );
    play("upload_file_single");
    play("del_file");
    play("del_folder");
}

#[test]
fn a_recorded_overwrite_deletes_and_uploads_again() {
    let bed = Bed::new();
    let cases = cases();
    let requests = cases["upload_file_overwrite_after_conflict"]["requests"].clone();
    for request in requests.as_array().expect("requests") {
        // Ours replaces at once; what the fork does then is harmless.
        assert_eq!(code(&replay(&bed, request, None)), 0);
    }
    assert_eq!(bed.download("/photos/hello.txt").body(), "hello, cos v4\n");
}

#[test]
fn a_recorded_listing_has_two_pages() {
    let bed = Bed::new();
    for path in ["/photos/2017/x", "/photos/hello.txt", "/photos/later.txt"] {
        bed.put(path, b"x");
    }
    let requests = &cases()["list_folder_two_pages"]["requests"];
    let first = json(&replay(&bed, &requests[0], None))["data"].clone();
    let theirs = &requests[0]["reply"]["json"]["data"];
    assert_eq!(first["context"], theirs["context"]);
    assert_eq!(first["listover"], theirs["listover"]);
    let second = json(&replay(&bed, &requests[1], None))["data"].clone();
    assert_eq!(second["infos"][0]["name"], "later.txt");
    assert_eq!(second["listover"], true);
}

#[test]
fn recorded_slices_arrive() {
    // The recording server granted slices of 64 bytes, one after the other.
    let bed = Bed::with(builder().granted_slice_size(64).serial_upload(true));
    for (name, path) in [
        ("slice_upload_without_sha", "/big/file.bin"),
        ("slice_upload_with_sha", "/big/sha.bin"),
    ] {
        let case = &cases()[name];
        let requests = case["requests"].as_array().expect("requests");
        let theirs = requests[0]["reply"]["json"]["data"]["session"].as_str();
        let opened = json(&replay(&bed, &requests[0], None));
        let ours = opened["data"]["session"].as_str().expect("a session");
        assert_eq!(
            opened["data"]["slice_size"],
            requests[0]["reply"]["json"]["data"]["slice_size"]
        );
        let session = Some((theirs.expect("a session"), ours));
        for request in &requests[1..] {
            let answer = json(&replay(&bed, request, session));
            same_shape(&answer, &request["reply"]["json"], name);
        }
        let bytes: Vec<u8> = (0..150).collect();
        assert_eq!(bed.download(path).body(), &bytes, "{name}");
    }
}

#[test]
fn a_recorded_opening_of_known_content_is_all_that_is_sent() {
    let bed = Bed::new();
    let case = &cases()["slice_upload_with_sha_instant_hit"];
    // As the vectors' own description has it.
    let known: Vec<u8> = (0..2_109_497_u32).map(|i| (i * 7 + 3) as u8).collect();
    let mut builder = Manifest::builder();
    builder.update(&known);
    let manifest = builder.finish();
    let wanted = case["requests"][0]["body"].as_str().expect("a text");
    assert!(
        wanted.contains(manifest.sha1()),
        "the content of the vectors"
    );
    let put = bed
        .bucket
        .put_slices(&file("/elsewhere"), Content::from(manifest));
    bed.flow(put, &known).expect("uploaded");
    play(&bed, case);
    assert!(bed.download("/big/hit.bin").body() == &known);
}

#[test]
fn a_recorded_download_brings_the_file() {
    let bed = Bed::new();
    bed.put("/photos/hello ~1.txt", b"hello, cos v4\n");
    let cases = cases();
    let response = replay(&bed, &cases["download_file"]["requests"][0], None);
    // It asks for a range that is all of it; the recording server knew none.
    assert_eq!(response.status(), 206);
    assert_eq!(response.body(), "hello, cos v4\n");
}
