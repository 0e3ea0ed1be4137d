//! Wanxiang among the other services: by host and path, by faults, by configuration, by the core's
//! own handles.

use std::io::Write;

use crate::support::{
    Bed, DOWNLOAD_HOST, NOW, code, data, json, read_response,
    wanxiang::{
        BUCKET_HOST, File, PHOTOS, blue, builder, detection_signature, id, multi_use, once,
        picture, refusal,
    },
};
use image::ImageFormat;
use serde_json::json;
use yunmei_core::{
    ByteRange, Download, Timestamp,
    wanxiang::{Content, DigestBuilder, VerdictClass},
};
use yunmei_emulator::{Faults, WanxiangAccount};

fn faulty(rules: &str) -> Bed {
    Bed::with(builder().faults(Faults::from_toml(rules).expect("rules")))
}

#[test]
fn every_host_of_the_service_is_answered_on_one_port() {
    let bed = Bed::with(builder());
    bed.store("cat", b"x");
    let path = format!("{PHOTOS}/cat");
    for host in [
        "web.image.myqcloud.com",
        "WEB.IMAGE.myqcloud.com:80",
        "web.video.myqcloud.com",
        "127.0.0.1:9080",
        "localhost",
        "emulator",
    ] {
        let answer = bed.anywhere("GET", &path, &[("host", host)], b"");
        assert_eq!(code(&answer), 0, "{host}");
    }
    // A proxy is asked with the whole address.
    let whole = format!("http://web.image.myqcloud.com{path}");
    assert_eq!(
        code(&bed.anywhere("GET", &whole, &[("host", "elsewhere")], b"")),
        0
    );
    let whole = format!("http://{BUCKET_HOST}/cat");
    assert_eq!(
        bed.anywhere("GET", &whole, &[("host", BUCKET_HOST)], b"")
            .body(),
        "x"
    );
}

/// A path that looks like one of the API's is a name like any other in a bucket of COS.
#[test]
fn buckets_of_cos_keep_all_their_paths() {
    let cos = crate::support::account();
    let clock = || Timestamp::from_seconds(NOW);
    let bed = Bed::with(
        crate::support::telling()
            .cos_account(cos)
            .clock(clock)
            .public_bucket(true),
    );
    bed.put("/photos/v2/1/b/0/x", b"cos");
    bed.put("/photos/hello.txt", b"hello");
    for (host, path, body) in [
        (DOWNLOAD_HOST, "/photos/v2/1/b/0/x", "cos"),
        (
            "examplebucket-1250000000.example.com",
            "/photos/v2/1/b/0/x",
            "cos",
        ),
        ("127.0.0.1", "/photos/hello.txt", "hello"),
        (DOWNLOAD_HOST, "/photos/hello.txt", "hello"),
    ] {
        let answer = bed.anywhere("GET", path, &[("host", host)], b"");
        assert_eq!(answer.body(), body, "{host}{path}");
    }
    // Even if both services know the account by the same number.
    let own = bed.emulator.cos_account();
    let pictures = WanxiangAccount::new(
        own.app(),
        own.credentials().clone(),
        "examplebucket".parse().expect("a name"),
    );
    let cos = crate::support::account();
    let both = Bed::with(
        crate::support::telling()
            .cos_account(cos)
            .wanxiang_account(pictures),
    );
    let host = [("host", "examplebucket-1250000000.image.myqcloud.com")];
    let answer = both.anywhere("GET", "/x", &host, b"");
    assert_eq!(answer.headers()["x-errno"], "-6101");
    let answer = both.anywhere("GET", "/x", &[("host", DOWNLOAD_HOST)], b"");
    assert_eq!(answer.headers().get("x-errno"), None);
    // At an address, the API comes first.
    let api = bed.anywhere("GET", "/photos/v2/1/b/0/x", &[("host", "127.0.0.1")], b"");
    assert_eq!(refusal(&api), (400, -70));
    // Nobody lives at the API's hosts of COS but COS.
    let host = [("host", "sh.file.myqcloud.com")];
    assert_eq!(bed.anywhere("GET", PHOTOS, &host, b"").status(), 404);
}

#[test]
fn operations_are_logged_by_name_and_without_signatures() {
    let bed = Bed::with(builder());
    let signature = multi_use();
    let upload = [File("FileContent", "a", b"x")];
    assert_eq!(
        code(&bed.post(&format!("{PHOTOS}/a"), &signature, &upload)),
        0
    );
    bed.fetch(
        &format!("http://{BUCKET_HOST}/a"),
        &format!("?sign={signature}"),
    );
    bed.call("GET", &format!("{PHOTOS}/none"), "", b"");
    bed.detect_json("nonsense", &json!({}));
    let log = bed.emulator.log();
    let seen: Vec<_> = log
        .iter()
        .map(|entry| (entry.op.as_deref().unwrap_or(""), entry.code))
        .collect();
    let expected = [
        ("image.upload", Some(0)),
        ("image.download", None),
        ("image.stat", Some(-197)),
        ("detect", Some(5)),
    ];
    assert_eq!(seen, expected);
    assert!(!format!("{log:?}").contains(&signature[..20]));
}

#[test]
fn faults_strike_operations_by_name() {
    let bed = faulty(
        r#"
        [[fault]]
        op = "image.upload"
        nth = 2
        action = "answer"
        status = 400
        body = '{"code":-5989,"message":"upload failed"}'

        [[fault]]
        op = "image.copy"
        nth = 1
        action = "answer"
        status = 502
        body = "<html>bad gateway</html>"

        [[fault]]
        op = "image.download"
        nth = 2
        action = "truncate"
        bytes = 3

        [[fault]]
        op = "image.slice"
        action = "drop"

        [[fault]]
        op = "detect"
        nth = 1
        action = "answer"
        status = 200
        body = '{"code":15,"message":"too many requests"}'
    "#,
    );
    bed.store("a", b"hello");
    let upload = |parts: &[_]| bed.post(&format!("{PHOTOS}/b"), &multi_use(), parts);
    assert_eq!(code(&upload(&[File("FileContent", "b", b"x")])), -5989);
    assert_eq!(code(&bed.stat_photo("b")), -197);
    // A request that a fault struck took no effect: its signature is not spent.
    let signature = once("a");
    let copy = || bed.call("POST", &format!("{PHOTOS}/a/copy"), &signature, b"");
    assert_eq!(copy().status(), 502);
    assert_eq!(code(&copy()), 0);
    assert_eq!(code(&copy()), -97);
    let url = format!("http://{BUCKET_HOST}/a");
    assert_eq!(bed.fetch(&url, "").body(), "hello");
    let mut stream = bed.connect();
    write!(stream, "GET /a HTTP/1.1\r\nhost: {BUCKET_HOST}\r\n\r\n").expect("sent");
    assert!(read_response(&stream, false).is_none(), "it broke off");
    let body = json!({"bucket": "examplebucket", "appid": 10_000_001, "url": "http://x/y"});
    assert_eq!(code(&bed.detect_json(&detection_signature(), &body)), 15);
    assert_eq!(code(&bed.detect_json(&detection_signature(), &body)), -1308);
}

#[test]
fn an_upload_whose_answer_was_lost_took_effect() {
    let bed = faulty("[[fault]]\nop = \"image.upload\"\naction = \"drop\"\nwhen = \"after\"");
    let body = crate::support::wanxiang::form(&[File("FileContent", "a", b"x")]);
    let head = format!(
        "POST {PHOTOS}/a HTTP/1.1\r\nhost: x\r\nauthorization: {}\r\ncontent-length: {}\r\n\
         content-type: multipart/form-data; boundary=\"xxBOUNDARYxx\"\r\n\r\n",
        multi_use(),
        body.len()
    );
    let mut stream = bed.connect();
    stream
        .write_all(&[head.as_bytes(), &body].concat())
        .expect("sent");
    assert!(read_response(&stream, false).is_none());
    assert_eq!(code(&bed.stat_photo("a")), 0);
}

#[test]
fn a_hostile_form_is_refused_and_leaves_nothing() {
    let bed = Bed::with(builder());
    let path = format!("{PHOTOS}/a");
    let boundary = "multipart/form-data; boundary=xxBOUNDARYxx";
    let head = "--xxBOUNDARYxx\r\nContent-Disposition: form-data; name=\"FileContent\"\r\n\r\n";
    let two = [
        File("FileContent", "a", b"x"),
        File("filecontent", "a", b"y"),
    ];
    let many: Vec<_> = (0..70).map(|_| File("x", "x", b"")).collect();
    for (kind, body, code) in [
        (boundary, format!("{head}never ends").into_bytes(), -5993),
        (boundary, b"no form".to_vec(), -5993),
        ("application/json", b"{}".to_vec(), -5993),
        ("multipart/form-data", Vec::new(), -5993),
        (boundary, crate::support::wanxiang::form(&two), -5993),
        (boundary, crate::support::wanxiang::form(&many), -5993),
        (
            boundary,
            crate::support::wanxiang::form(&[File("Title", "t", &[0xff])]),
            -5992,
        ),
        (
            boundary,
            crate::support::wanxiang::form(&[File("Title", "t", &[b'a'; 70_000])]),
            -5992,
        ),
    ] {
        let signature = multi_use();
        let headers = [
            ("host", "127.0.0.1"),
            ("authorization", signature.as_str()),
            ("content-type", kind),
        ];
        let answer = bed.anywhere("POST", &path, &headers, &body);
        assert_eq!(refusal(&answer), (400, code), "{}", bed.last_refusal());
    }
    assert_eq!(code(&bed.stat_photo("a")), -197);
}

#[test]
fn the_client_configuration_names_the_account() {
    let bed = Bed::with(builder());
    let table: toml::Table = bed.emulator.client_config().parse().expect("TOML");
    let wanxiang = table["default"]["wanxiang"].as_table().expect("a table");
    assert_eq!(wanxiang["appid"].as_str(), Some("10000001"));
    assert_eq!(wanxiang["bucket"].as_str(), Some("examplebucket"));
    let endpoint = bed.emulator.endpoint();
    assert_eq!(wanxiang["endpoint"].as_str(), Some(endpoint.as_str()));
}

fn now(builder: yunmei_emulator::Builder) -> Bed {
    // The support's stamps are of this time.
    Bed::with(builder.clock(|| Timestamp::from_seconds(NOW)))
}

#[test]
fn the_cores_handles_find_everything() {
    let bed = now(builder().private_pictures(true));
    let bucket = bed.emulator.wanxiang_bucket();
    let (file, real) = (id("album/图 1+.png"), blue());
    let uploaded = bed
        .run(
            &bucket.upload(&file, &Content::unchecked(real.len() as u64)),
            &real,
        )
        .expect("uploaded");
    assert_eq!(uploaded.file_id, file);
    let stat = bed.run(&bucket.stat(&file), &[]).expect("attributes");
    assert_eq!((stat.width, stat.height), (40, 30));
    let copied = bed.run(&bucket.copy(&file), &[]).expect("copied");
    bed.run(&bucket.delete(&file), &[]).expect("deleted");
    let download = bucket.photo(&copied.file_id).download(ByteRange::ALL);
    let request = download.request(ByteRange::ALL, &crate::support::stamp());
    let answer = bed.send(&request.expect("a request"), &[]);
    assert!(answer.body() == &real, "{}", bed.last_refusal());
}

#[test]
fn a_video_arrives_by_the_slices_of_its_handle() {
    let bed = now(builder());
    let videos = bed.emulator.wanxiang_videos();
    let clip = crate::support::content(700_000);
    let mut digests = DigestBuilder::default();
    digests.update(&clip);
    let put = videos.put_slices(digests.finish());
    let done = bed.flow(put, &clip).expect("uploaded");
    let stat = bed
        .run(&videos.stat(&done.file_id), &[])
        .expect("attributes");
    assert_eq!(stat.size, 700_000);
}

#[test]
fn porn_detection_is_reached_by_its_handle() {
    let bed = now(builder());
    let skin = picture(ImageFormat::Png, |_, _| [224, 172, 140]);
    let upload = bed.emulator.wanxiang_bucket();
    let upload = upload.upload(&id("a"), &Content::unchecked(skin.len() as u64));
    let url = bed.run(&upload, &skin).expect("uploaded").download_url;
    let detector = bed.emulator.wanxiang_detector();
    let seen = bed
        .run(&detector.detect_urls(vec![url, "http://x/y".into()]), &[])
        .expect("judged");
    let verdict = seen[0].verdict.as_ref().expect("a verdict");
    assert_eq!(verdict.class, VerdictClass::Porn);
    assert!(seen[1].verdict.is_err());
}

#[test]
fn a_request_of_http_1_0_needs_no_host() {
    let bed = Bed::with(builder());
    bed.store("a", b"x");
    let ask = |path: &str| bed.bytes(format!("GET {path} HTTP/1.0\r\n\r\n").as_bytes());
    assert_eq!(data(&ask(&format!("{PHOTOS}/a")))["file_fileid"], "a");
    assert_eq!(json(&ask("/detection/pornDetect/"))["code"], 3);
}
