//! Porn detection.

use crate::support::{
    Bed, code, json,
    wanxiang::{
        BUCKET_HOST, DETECTION, File, Part, Plain, blue, builder, detection_signature, entries,
        form, multi_use, once, picture, refusal,
    },
};
use bytes::Bytes;
use http::Response;
use image::ImageFormat;
use serde_json::{Value, json};

fn bed() -> Bed {
    Bed::with(builder())
}

fn skin(share: u32) -> Vec<u8> {
    picture(ImageFormat::Png, move |x, _| match x < 40 * share / 100 {
        true => [224, 172, 140],
        false => [30, 60, 200],
    })
}

fn files(bed: &Bed, parts: &[Part<'_>]) -> Response<Bytes> {
    let mut all = vec![
        Plain("appid", b"10000001"),
        Plain("bucket", b"examplebucket"),
    ];
    all.extend(parts.iter().map(|part| match part {
        Plain(name, value) => Plain(name, value),
        File(name, file, value) => File(name, file, value),
    }));
    let signature = detection_signature();
    let headers = [
        ("host", "service.image.myqcloud.com"),
        ("authorization", signature.as_str()),
        ("content-type", "multipart/form-data; boundary=xxBOUNDARYxx"),
    ];
    bed.anywhere("POST", DETECTION, &headers, &form(&all))
}

fn urls(bed: &Bed, urls: &[&str]) -> Response<Bytes> {
    let body = json!({"bucket": "examplebucket", "appid": 10_000_001, "url_list": urls});
    bed.detect_json(&detection_signature(), &body)
}

#[test]
fn files_are_judged_by_their_pixels_and_named_as_they_came() {
    let bed = bed();
    let (none, half, all) = (skin(0), skin(50), skin(100));
    let judged = entries(&files(
        &bed,
        &[
            File("image[0]", "cat.jpg", &none),
            File("image[1]", "/tmp/图.png", &half),
            File("image[2]", "b.png", &all),
            File("image[3]", "c.png", &skin(85)),
        ],
    ));
    let seen: Vec<_> = judged
        .iter()
        .map(|entry| {
            (
                entry["filename"].as_str().unwrap_or(""),
                entry["data"]["result"].as_i64(),
            )
        })
        .collect();
    assert_eq!(
        seen,
        [
            ("cat.jpg", Some(0)),
            ("/tmp/图.png", Some(0)),
            ("b.png", Some(1)),
            ("c.png", Some(2))
        ]
    );
    let expected = json!({
        "result": 0, "forbid_status": 0, "confidence": 50.0,
        "hot_score": 100.0, "normal_score": 50.0, "porn_score": 50.0,
    });
    assert_eq!(judged[1]["data"], expected);
    assert_eq!(
        (&judged[1]["code"], judged[1].get("url")),
        (&json!(0), None)
    );
}

#[test]
fn files_are_answered_in_the_order_of_their_field_names_as_texts() {
    let bed = bed();
    let picture = blue();
    let names: Vec<_> = (0..12).map(|number| format!("image[{number}]")).collect();
    let parts: Vec<_> = names
        .iter()
        .map(|name| File(name, name, &picture))
        .collect();
    let judged = entries(&files(&bed, &parts));
    let order: Vec<_> = judged
        .iter()
        .map(|entry| entry["filename"].as_str().expect("a name").to_owned())
        .collect();
    let mut sorted = names.clone();
    sorted.sort();
    assert_eq!(order, sorted);
    assert_eq!(order[1], "image[10]");
}

#[test]
fn what_cannot_be_judged_fails_alone() {
    let bed = bed();
    let good = blue();
    let mut torn = good.clone();
    torn.truncate(40);
    let large = vec![0; 1024 * 1024 + 1];
    let judged = entries(&files(
        &bed,
        &[
            File("images[0]", "good", &good),
            File("images[1]", "empty", b""),
            File("images[2]", "text", b"no picture"),
            File("images[3]", "torn", &torn),
            File("images[4]", "large", &large),
            File("images[5]", "good again", &good),
        ],
    ));
    let codes: Vec<_> = judged.iter().map(|entry| entry["code"].as_i64()).collect();
    let expected = [0, -1300, -1400, -1102, 20, 0].map(Some);
    assert_eq!(codes, expected);
    assert!(judged[1].get("data").is_none() && judged[5].get("data").is_some());
}

/// However much of it comes, what stands beside it is read.
#[test]
fn a_picture_that_is_far_too_large_fails_alone() {
    let bed = bed();
    let (good, vast) = (skin(0), vec![7; 5 * 1024 * 1024]);
    let judged = entries(&files(
        &bed,
        &[
            File("other", "o.bin", &vast),
            File("image[0]", "a.png", &good),
            File("image[1]", "vast.png", &vast),
            File("image[2]", "b.png", &good),
        ],
    ));
    let codes: Vec<_> = judged.iter().map(|entry| entry["code"].as_i64()).collect();
    assert_eq!(codes, [Some(0), Some(20), Some(0)]);
}

#[test]
fn pictures_at_addresses_are_those_that_are_stored_here_and_no_others() {
    let bed = bed();
    let stored = bed.store("album/图 1.png", &skin(100))["download_url"].clone();
    let own = format!(
        "http://{}/album%2F%E5%9B%BE%201.png",
        bed.emulator.address()
    );
    let addresses = [
        stored.as_str().expect("an address"),
        &format!("https://{BUCKET_HOST}/album/图 1.png?imageView2/1/w/10"),
        &own,
        "http://img.example.com/a.jpg",
        &format!("http://{BUCKET_HOST}/none"),
        "nonsense",
        "",
    ];
    let judged = entries(&urls(&bed, &addresses));
    let codes: Vec<_> = judged.iter().map(|entry| entry["code"].as_i64()).collect();
    let expected = [0, 0, 0, -1308, -1308, -1505, -1301].map(Some);
    assert_eq!(codes, expected);
    for (entry, address) in judged.iter().zip(addresses) {
        assert_eq!(entry["url"], address);
    }
    assert_eq!(judged[0]["data"]["result"], 1);
}

#[test]
fn an_address_elsewhere_is_not_looked_up_here() {
    let bed = bed();
    bed.store("a", &blue());
    let port = bed.emulator.address().port();
    let addresses = [
        &format!("http://localhost:{port}/a"),
        &format!("http://{BUCKET_HOST}/a"),
        "http://img.example.com/a",
        &format!("http://img.example.com:{port}/a"),
        &format!("http://192.0.2.1:{port}/a"),
        "http://127.0.0.1:1/a",
        "http://127.0.0.1/a",
        "http://examplebucket-10000002.image.myqcloud.com/a",
        "http://other-10000001.image.myqcloud.com/a",
    ];
    let judged = entries(&urls(&bed, &addresses));
    let codes: Vec<_> = judged.iter().map(|entry| entry["code"].as_i64()).collect();
    assert_eq!(codes[..2], [Some(0); 2]);
    assert_eq!(codes[2..], [Some(-1308); 7]);
}

#[test]
fn a_private_picture_is_found_only_with_its_signature() {
    let bed = Bed::with(builder().private_pictures(true));
    let url = bed.store("a", &blue())["download_url"].clone();
    let url = url.as_str().expect("an address");
    let all = percent_encoding::NON_ALPHANUMERIC;
    let signature = multi_use();
    let signature = percent_encoding::utf8_percent_encode(&signature, all);
    let judged = entries(&urls(&bed, &[url, &format!("{url}?sign={signature}")]));
    let codes: Vec<_> = judged.iter().map(|entry| entry["code"].as_i64()).collect();
    assert_eq!(codes, [-1308, 0].map(Some));
}

#[test]
fn one_address_is_answered_in_an_envelope() {
    let bed = bed();
    let url = bed.store("a", &blue())["download_url"].clone();
    let ask = |url: &Value, appid: Value| {
        let body = json!({"bucket": "examplebucket", "appid": appid, "url": url});
        bed.detect_json(&detection_signature(), &body)
    };
    for appid in [json!(10_000_001), json!("10000001")] {
        let answer = json(&ask(&url, appid));
        assert_eq!(
            (&answer["code"], &answer["data"]["result"]),
            (&json!(0), &json!(0))
        );
        assert_eq!((answer.get("url"), answer.get("result_list")), (None, None));
    }
    let missing = json(&ask(
        &json!("http://img.example.com/图 1.jpg"),
        json!(10_000_001),
    ));
    assert_eq!(
        (&missing["code"], missing.get("data")),
        (&json!(-1308), None)
    );
}

#[test]
fn all_three_addresses_of_the_service_are_known() {
    let bed = bed();
    let body = json!({"bucket": "examplebucket", "appid": 10_000_001, "url": "http://x/y"});
    let signature = format!("QCloud {}", detection_signature());
    for host in ["service.image.myqcloud.com", "127.0.0.1"] {
        for path in [
            "/detection/pornDetect/",
            "/detection/pornDetect",
            "/detection/porn_detect",
        ] {
            let headers = [("host", host), ("authorization", signature.as_str())];
            let answer = bed.anywhere("POST", path, &headers, body.to_string().as_bytes());
            assert_eq!(code(&answer), -1308, "{host}{path}");
        }
        let headers = [("host", host), ("authorization", signature.as_str())];
        let answer = bed.anywhere("GET", DETECTION, &headers, b"");
        assert_eq!(refusal(&answer), (400, 3));
        let answer = bed.anywhere("POST", "/detection/x", &headers, b"{}");
        assert_eq!(refusal(&answer), (400, 3));
    }
}

#[test]
fn the_number_of_pictures_is_bounded() {
    let bed = bed();
    let picture = blue();
    let names: Vec<_> = (0..21)
        .map(|number| format!("image[{number:02}]"))
        .collect();
    let parts: Vec<_> = names
        .iter()
        .map(|name| File(name, name, &picture))
        .collect();
    assert_eq!(entries(&files(&bed, &parts[..20])).len(), 20);
    assert_eq!(refusal(&files(&bed, &parts)), (400, 19));
    assert_eq!(refusal(&files(&bed, &[])), (400, 18));
    assert_eq!(refusal(&urls(&bed, &["http://x/y"; 21])), (400, 19));
    assert_eq!(refusal(&urls(&bed, &[])), (400, 18));
}

#[test]
fn a_body_that_means_nothing_is_refused() {
    let bed = bed();
    let own = |more: Value| {
        let mut body = json!({"bucket": "examplebucket", "appid": 10_000_001});
        body.as_object_mut()
            .expect("an object")
            .extend(more.as_object().expect("an object").clone());
        body
    };
    for (body, expected) in [
        (json!([]), (400, 3)),
        (own(json!({})), (400, 18)),
        (own(json!({"url_list": "http://x/y"})), (400, 21)),
        (own(json!({"url_list": [7]})), (400, 21)),
        (own(json!({"appid": 7, "url": "http://x/y"})), (401, 12)),
        (own(json!({"appid": null, "url": "http://x/y"})), (401, 12)),
        (
            own(json!({"bucket": "other", "url": "http://x/y"})),
            (401, 6),
        ),
        (own(json!({"url": "a".repeat(600_000)})), (400, 23)),
    ] {
        let shown = body.to_string();
        let answer = bed.detect_json(&detection_signature(), &body);
        assert_eq!(refusal(&answer), expected, "{shown:.100}");
    }
}

#[test]
fn signatures_that_do_not_serve_are_refused_with_their_own_status() {
    let bed = bed();
    let body = json!({"bucket": "examplebucket", "appid": 10_000_001, "url": "http://x/y"});
    let wrong = {
        let account = crate::support::wanxiang::account_with("wrong");
        let signer = yunmei_core::wanxiang::sign::DetectionSigner::new(
            account.app(),
            account.bucket(),
            account.credentials(),
        );
        let until = yunmei_core::wanxiang::Expiry::after_seconds(1000);
        let token = signer.sign(until, &crate::support::wanxiang::stamp());
        crate::support::wanxiang::shown(token.expect("a signature"))
    };
    for (signature, code) in [
        (String::new(), 4),
        ("nonsense".to_owned(), 5),
        (wrong, 14),
        (once("a"), 14),
    ] {
        let answer = bed.detect_json(&signature, &body);
        assert_eq!(refusal(&answer), (401, code), "{code}");
        assert!(answer.headers().contains_key("x-yunmei-refusal"));
    }
    let later = Bed::with(
        builder()
            .clock(|| yunmei_core::Timestamp::from_seconds(crate::support::wanxiang::TIME + 1000)),
    );
    let answer = later.detect_json(&detection_signature(), &body);
    assert_eq!(refusal(&answer), (401, 9));
    let reason = later.last_refusal();
    let expected = "should have been: a=10000001&b=examplebucket&k=AKIDEXAMPLEidNOTREALexample\
        00000001&t=1438669115&e={expiry}";
    assert!(reason.ends_with(expected), "{reason}");
}
