//! What the reference handed its caller, and what the core does.

use serde_json::{Value, json};

use crate::recordings::Recording;

/// Whether the outcome says what the reference's result says: the same refusal, or the same values
/// under the core's names. The core may say more.
pub(crate) fn assert_same(recording: &Recording, outcome: &Value) {
    let name = &recording.name;
    let theirs = &recording.sdk_returned["value"];
    assert!(theirs.is_object(), "{name}: the reference raised");
    if theirs["code"] != 0 {
        let error = &outcome["error"];
        assert_eq!(error["code"], theirs["code"], "{name}: {outcome}");
        assert_eq!(error["message"], theirs["message"], "{name}");
        if theirs["httpcode"].is_u64() {
            assert_eq!(error["status"], theirs["httpcode"], "{name}");
        }
        return;
    }
    let result = outcome.get("result");
    let result = result.unwrap_or_else(|| panic!("{name}: {outcome}"));
    for (key, value) in theirs["data"].as_object().expect("data") {
        for (ours, expected) in translated(key, value) {
            assert_eq!(
                comparable(&result[ours]),
                comparable(&expected),
                "{name}: {key}"
            );
        }
    }
}

/// The core's names for a field of the reference, with the values in the core's types.
fn translated(key: &str, value: &Value) -> Vec<(&'static str, Value)> {
    let number = || {
        json!(
            value
                .as_str()
                .expect("digits")
                .parse::<u64>()
                .expect("digits")
        )
    };
    let same = |name: &'static str| vec![(name, value.clone())];
    match key {
        "url" => same("url"),
        "download_url" => same("download_url"),
        "cover_url" | "video_cover_url" => same("cover_url"),
        "fileid" => same("file_id"),
        "md5" => same("md5"),
        "sha" => same("sha1"),
        "video_status_msg" => same("status_message"),
        "video_title" => same("title"),
        "video_desc" => same("description"),
        "video_play_time" => same("play_time"),
        "upload_time" => vec![("uploaded", number())],
        "size" => vec![("size", number())],
        "width" => vec![("width", number())],
        "height" => vec![("height", number())],
        "is_fuzzy" => vec![("is_fuzzy", json!(value == 1))],
        "is_food" => vec![("is_food", json!(value == 1))],
        "info" => {
            let first = value[0]["0"].as_object().expect("width and height");
            let sides = first.iter();
            sides
                .flat_map(|(side, value)| translated(side, value))
                .collect()
        }
        "video_status" => {
            assert_eq!(value, "2", "the one that was recorded");
            vec![("status", json!("Transcoded"))]
        }
        "result" => {
            let classes = ["Normal", "Porn", "Suspicious"];
            let class = value.as_u64().expect("a number");
            vec![(
                "class",
                json!(classes[usize::try_from(class).expect("small")]),
            )]
        }
        "confidence" => same("confidence"),
        "normal_score" => same("normal_score"),
        "hot_score" => same("hot_score"),
        "porn_score" => same("porn_score"),
        "forbid_status" => vec![("blocked", json!(value == 1))],
        other => panic!("a field that is not known: {other}"),
    }
}

/// The verdict on one of several pictures.
pub(crate) fn assert_same_verdict(theirs: &Value, ours: &Value) {
    if theirs["code"] != 0 {
        assert_eq!(ours["error"]["code"], theirs["code"]);
        assert_eq!(ours["error"]["message"], theirs["message"]);
        return;
    }
    for (key, value) in theirs["data"].as_object().expect("data") {
        for (name, expected) in translated(key, value) {
            let found = comparable(&ours["verdict"][name]);
            assert_eq!(found, comparable(&expected), "{key}");
        }
    }
}

/// 0 and 0.0 are the same number.
fn comparable(value: &Value) -> Value {
    value.as_f64().map_or_else(|| value.clone(), Value::from)
}
