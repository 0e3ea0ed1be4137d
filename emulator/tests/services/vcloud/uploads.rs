//! The upload host of TTVcloud (section 8).

use crate::support::{
    content,
    desk::{Desk, SPACE, refused},
    film::film,
    json as document,
    videos::{Leave, checksum, text},
};
use serde_json::{Value, json};
use yunmei_emulator::Builder;

const LARGE: (&str, &str) = ("x-storage-mode", "gateway");

fn small_parts(builder: Builder) -> Builder {
    builder.upload_part_size(100)
}

/// Status, storage code, and what stands in `code`.
fn rejected(response: &http::Response<bytes::Bytes>) -> (u16, i64) {
    let body = document(response);
    assert_eq!(body["success"], 1, "{body}");
    let error = &body["error"];
    assert_eq!(error["code"], response.status().as_u16());
    let number = error["error_code"].as_i64().expect("a number");
    (response.status().as_u16(), number)
}

#[test]
fn a_leave_names_an_object_of_its_kind() {
    let desk = Desk::new();
    for (kind, letter) in [("video", 'v'), ("image", 'p'), ("object", 'o')] {
        let leave = desk.leave(&[("FileType", kind), ("UploadHosts", "1")]);
        let beginning = format!("tos-cn-{letter}-");
        assert!(leave.uri.starts_with(&beginning), "{}", leave.uri);
    }
    let applied = desk.ask(
        "ApplyUpload",
        "2018-01-01",
        &[("SpaceName", SPACE), ("UploadNum", "3"), ("FileSize", "7")],
    );
    let applied = applied.expect("a leave");
    let address = &applied["UploadAddress"];
    assert_eq!(address["StoreInfos"].as_array().map(Vec::len), Some(3));
    let host = desk.bed.emulator.address().to_string();
    assert_eq!(address["UploadHosts"], json!([host]));
    assert!(address["UploadHeader"].is_object() && applied["RequestId"].is_string());
    let named = desk.leave(&[("FileType", "object"), ("TosKeys", "影/a.bin")]);
    assert!(named.uri.ends_with("/影/a.bin"));
    for (name, value, code) in [
        ("SpaceName", "other", "InvalidParameter.SpaceName"),
        ("FileType", "film", "InvalidParameter.FileType"),
        ("UploadNum", "11", "InvalidParameter.UploadNum"),
        ("UploadNum", "0", "InvalidParameter.UploadNum"),
        ("FileSize", "x", "InvalidParameter.FileSize"),
        ("SessionKey", "none", "InvalidParameter.SessionKey"),
    ] {
        let mut pairs = vec![("SpaceName", SPACE)];
        pairs.retain(|(known, _)| *known != name);
        pairs.push((name, value));
        let result = desk.ask("ApplyUpload", "2018-01-01", &pairs);
        assert_eq!(result, Err(refused(400, None, code)), "{name} {value}");
    }
}

#[test]
fn a_content_is_stored_by_put_and_by_post_with_all_digits_of_its_checksum() {
    let desk = Desk::new();
    let bytes = content(5000);
    let checksum = checksum(&bytes);
    for method in ["PUT", "POST"] {
        let leave = desk.leave(&[]);
        let send = |path: &str, sum: &str| {
            let auth = ("authorization", leave.auth.as_str());
            desk.to_host(method, path, &[auth, ("content-crc32", sum)], &bytes)
        };
        let path = format!("/{}", leave.uri);
        let stored = document(&send(&path, &checksum));
        let key = leave.uri.split_once('/').expect("a slash").1;
        let payload = json!({"hash": checksum, "key": key});
        assert_eq!(stored, json!({"success": 0, "payload": payload}));
        assert_eq!(document(&send(&path, "Ignore"))["success"], 0);
        assert_eq!(rejected(&send(&path, "00000000")), (400, 4008));
        for bad in ["", "0", "xyz", &checksum[1..]] {
            assert_eq!(rejected(&send(&path, bad)), (400, 4000), "{bad}");
        }
        let newer = document(&send(&format!("/upload/v1/{}", leave.uri), &checksum));
        assert_eq!(newer["code"], 2000);
        assert_eq!(newer["data"]["crc32"], checksum.as_str());
    }
}

#[test]
fn nothing_is_stored_without_the_leave_for_this_very_object() {
    let desk = Desk::new();
    let (one, other) = (desk.leave(&[]), desk.leave(&[]));
    let with = |auth: &str| {
        let headers = [("authorization", auth), ("content-crc32", "Ignore")];
        desk.to_host("PUT", &format!("/{}", one.uri), &headers, b"x")
    };
    let mut changed = one.auth.clone();
    changed.pop();
    for bad in ["", "x", &changed, &format!("{}x", one.auth), &other.auth] {
        assert_eq!(rejected(&with(bad)), (403, 4003));
        assert!(!desk.bed.last_refusal().contains(&one.auth));
    }
    let nothing = refused(404, None, "ResourceNotFound");
    assert_eq!(desk.commit(&one, json!([])), Err(nothing));
    assert_eq!(with(&one.auth).status(), 200);
    let elsewhere = Leave {
        uri: "tos-cn-v-0000000000/none".into(),
        ..one
    };
    assert_eq!(rejected(&desk.put(&elsewhere, b"x")), (403, 4003));
}

/// An upload in parts, opened.
struct Parts<'a> {
    desk: &'a Desk,
    leave: Leave,
    id: String,
    mode: &'a [(&'a str, &'a str)],
}

impl<'a> Parts<'a> {
    fn open(desk: &'a Desk, mode: &'a [(&'a str, &'a str)]) -> Parts<'a> {
        let leave = desk.leave(&[]);
        let mut parts = Parts {
            desk,
            leave,
            id: String::new(),
            mode,
        };
        let opened = document(&parts.send("uploads", "", b""));
        parts.id = text(&opened["payload"]["uploadID"]).to_owned();
        parts
    }

    fn send(&self, query: &str, sum: &str, body: &[u8]) -> http::Response<bytes::Bytes> {
        let mut headers = vec![("authorization", self.leave.auth.as_str())];
        headers.extend(self.mode);
        headers.extend((!sum.is_empty()).then_some(("content-crc32", sum)));
        let target = format!("/{}?{query}", self.leave.uri);
        self.desk.to_host("PUT", &target, &headers, body)
    }

    fn part(&self, number: u32, bytes: &[u8]) -> http::Response<bytes::Bytes> {
        let query = format!("partNumber={number}&uploadID={}", self.id);
        self.send(&query, &checksum(bytes), bytes)
    }

    fn merge(&self, list: &str) -> http::Response<bytes::Bytes> {
        self.send(&format!("uploadID={}", self.id), "", list.as_bytes())
    }
}

#[test]
fn parts_become_one_object_in_both_numberings() {
    let desk = Desk::with(small_parts);
    let whole = film(1000);
    let pieces: Vec<&[u8]> = whole.chunks(300).collect();
    for (mode, first, listed_from) in [(&[LARGE][..], 1, 1), (&[LARGE][..], 1, 0), (&[][..], 0, 0)]
    {
        let parts = Parts::open(&desk, mode);
        // In any order, and one of them twice.
        for (index, piece) in pieces.iter().enumerate().rev().chain([(0, &pieces[0])]) {
            let number = first + index as u32;
            let stored = document(&parts.part(number, piece));
            let payload = &stored["payload"];
            assert_eq!(payload["part_number"], number.to_string());
            assert_eq!(payload["crc32"], checksum(piece));
            assert!(payload["meta"]["ObjectContentType"].is_string());
        }
        let list: Vec<String> = (listed_from..)
            .zip(&pieces)
            .map(|(number, piece)| format!("{number}:{}", checksum(piece)))
            .collect();
        let list = list.join(",");
        let merged = document(&parts.merge(&list));
        assert_eq!(merged["payload"]["hash"], checksum(&whole), "{merged}");
        // The answer may have been lost.
        assert_eq!(document(&parts.merge(&list)), merged);
        let committed = desk.commit(&parts.leave, json!([{"Name": "GetMeta"}]));
        let committed = committed.expect("committed");
        let vid = text(&committed["Results"][0]["Vid"]);
        let played = desk.get(&desk.play_url(vid));
        assert_eq!(played.body(), &whole);
    }
}

#[test]
fn parts_that_do_not_fit_are_refused() {
    let desk = Desk::with(small_parts);
    let parts = Parts::open(&desk, &[LARGE]);
    let (long, short) = (content(100), content(99));
    for bad in [0, 10_001] {
        assert_eq!(rejected(&parts.part(bad, &long)), (400, 4000), "{bad}");
    }
    let query = format!("partNumber=1&uploadID={}", parts.id);
    let wrong = parts.send(&query, "00000000", &long);
    assert_eq!(rejected(&wrong), (400, 4008));
    let nowhere = parts.send("partNumber=1&uploadID=none", "Ignore", &long);
    assert_eq!(rejected(&nowhere), (404, 4004));
    let other_mode = Parts {
        desk: &desk,
        leave: Leave {
            uri: parts.leave.uri.clone(),
            auth: parts.leave.auth.clone(),
            session: String::new(),
        },
        id: parts.id.clone(),
        mode: &[],
    };
    assert_eq!(rejected(&other_mode.part(1, &long)), (400, 4000));

    assert_eq!(parts.part(1, &short).status(), 200);
    assert_eq!(parts.part(3, &short).status(), 200);
    let (sum, long_sum) = (checksum(&short), checksum(&long));
    // One between them is missing.
    assert_eq!(
        rejected(&parts.merge(&format!("1:{sum},3:{sum}"))),
        (400, 4000)
    );
    assert_eq!(parts.part(2, &long).status(), 200);
    let merge = |list: String| rejected(&parts.merge(&list));
    // The first is too short.
    assert_eq!(merge(format!("1:{sum},2:{long_sum},3:{sum}")), (400, 4000));
    assert_eq!(parts.part(1, &long).status(), 200);
    assert_eq!(merge(format!("1:{sum},2:{long_sum},3:{sum}")), (400, 4008));
    assert_eq!(merge(format!("1:{long_sum},2:{long_sum}")), (400, 4000));
    assert_eq!(merge("nonsense".into()), (400, 4000));
    assert_eq!(
        merge(format!("1:{long_sum},3:{long_sum},2:{sum}")),
        (400, 4000)
    );
    // One numbering, and not now the one, now the other.
    assert_eq!(
        merge(format!("1:{long_sum},1:{long_sum},2:{sum}")),
        (400, 4000)
    );
    assert_eq!(
        merge(format!("0:{long_sum},2:{long_sum},3:{sum}")),
        (400, 4000)
    );
    let whole = parts.merge(&format!("1:{long_sum},2:{long_sum},3:{sum}"));
    assert_eq!(whole.status(), 200);
    assert_eq!(rejected(&parts.part(1, &long)), (404, 4004));
}

#[test]
fn every_leave_for_one_name_serves() {
    let desk = Desk::new();
    let leaves = [0; 2].map(|_| desk.leave(&[("TosKeys", "film.mp4")]));
    assert_eq!(leaves[0].uri, leaves[1].uri);
    for leave in &leaves {
        assert_eq!(desk.put(leave, b"film").status(), 200);
        let committed = desk.commit(leave, json!([]));
        assert!(committed.is_ok(), "{committed:?}");
    }
}

#[test]
fn the_successor_hands_out_the_same_kind_of_leave() {
    let desk = Desk::new();
    let applied = desk.ask_successor(
        "ApplyUploadInfo",
        "2022-01-01",
        &[
            ("SpaceName", SPACE),
            ("FileType", "media"),
            ("FileName", "影/a.mp4"),
        ],
    );
    let data = applied.expect("a leave")["Data"].clone();
    assert_eq!(data["UploadAddress"]["UploadHeader"], json!([]));
    let main = &data["CandidateUploadAddresses"]["MainUploadAddresses"];
    assert_eq!(main[0], data["UploadAddress"]);
    assert_eq!(data["VpcTosUploadAddress"], Value::Null);
    let leave = Leave::read(&data["UploadAddress"]);
    let (front, _) = leave.uri.split_once('/').expect("a slash");
    let escaped = Leave {
        uri: format!("{front}/%E5%BD%B1/a.mp4"),
        auth: leave.auth.clone(),
        session: leave.session.clone(),
    };
    assert_eq!(desk.put(&escaped, &film(10)).status(), 200);
    let functions = r#"[{"Name":"GetMeta"},{"Name":"Snapshot","Input":{"SnapshotTime":1}}]"#;
    let pairs = [
        ("SpaceName", SPACE),
        ("SessionKey", leave.session.as_str()),
        ("Functions", functions),
        ("CallbackArgs", "x"),
    ];
    let committed = desk.ask_successor("CommitUploadInfo", "2022-01-01", &pairs);
    let data = committed.expect("committed")["Data"].clone();
    let source = &data["SourceInfo"];
    assert_eq!(source["StoreUri"], leave.uri.as_str());
    assert_eq!(
        (&source["Width"], &source["Codec"]),
        (&json!(640), &json!("h264"))
    );
    assert!(text(&data["PosterUri"]).starts_with("tos-cn-p-"));
    let vid = text(&data["Vid"]);
    assert!(vid.starts_with("v0") && vid.len() == 32);
}
