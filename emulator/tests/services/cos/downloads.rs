//! Downloads.

use crate::support::{
    Bed, DOWNLOAD_HOST, builder, code, content, eventually, file, json, multi_use, sign,
};
use http::Response;
use yunmei_core::{
    ByteRange, Download,
    cos::{Access, Content, Expiry, sign::Grant},
};

fn get(bed: &Bed, method: &str, target: &str, headers: &[(&str, &str)]) -> Response<bytes::Bytes> {
    let mut all = vec![("host", DOWNLOAD_HOST)];
    all.extend_from_slice(headers);
    bed.anywhere(method, target, &all, b"")
}

fn signature(path: &str) -> String {
    sign(&Grant::download(&file(path), Expiry::after_seconds(300)))
}

#[test]
fn a_file_comes_with_its_length_type_tag_and_date() {
    let bed = Bed::new();
    let bytes = content(500_000);
    bed.put("/a.bin", &bytes);
    let response = bed.download("/a.bin");
    assert_eq!(response.status(), 200);
    assert!(response.body() == &bytes);
    let headers = response.headers();
    assert_eq!(headers["content-length"], "500000");
    assert_eq!(headers["content-type"], "application/octet-stream");
    assert_eq!(headers["last-modified"], "Tue, 29 Aug 2017 06:13:53 GMT");
    assert_eq!(headers["accept-ranges"], "bytes");
    assert_eq!(headers["etag"].len(), 42);
    assert!(headers.contains_key("x-cos-request-id"));
    let head = get(
        &bed,
        "HEAD",
        "/a.bin",
        &[("authorization", &signature("/a.bin"))],
    );
    assert_eq!(head.status(), 200);
    assert_eq!(head.headers()["content-length"], "500000");
    assert_eq!(head.headers()["etag"], headers["etag"]);
}

#[test]
fn a_part_is_a_part() {
    let bed = Bed::new();
    let bytes = content(500_000);
    bed.put("/a", &bytes);
    let signed = signature("/a");
    let part = |range: &str| {
        get(
            &bed,
            "GET",
            "/a",
            &[("authorization", &signed), ("range", range)],
        )
    };
    for (range, expected, shown) in [
        ("bytes=0-9", 0..10, "bytes 0-9/500000"),
        (
            "bytes=262140-262150",
            262_140..262_151,
            "bytes 262140-262150/500000",
        ),
        (
            "bytes=499999-",
            499_999..500_000,
            "bytes 499999-499999/500000",
        ),
        ("bytes=-3", 499_997..500_000, "bytes 499997-499999/500000"),
    ] {
        let response = part(range);
        assert_eq!(response.status(), 206, "{range}");
        assert_eq!(response.headers()["content-range"], shown);
        assert!(response.body() == &bytes[expected], "{range}");
    }
    let beyond = part("bytes=500000-");
    assert_eq!(beyond.status(), 416);
    assert_eq!(beyond.headers()["content-range"], "bytes */500000");
    let several = part("bytes=0-1,5-6");
    assert_eq!(
        (several.status().as_u16(), several.body().len()),
        (200, 500_000)
    );
}

#[test]
fn the_cores_download_asks_for_ranges() {
    let bed = Bed::new();
    bed.put("/a", b"hello, cos v4");
    let range = ByteRange::from(7);
    let download = bed.bucket.download(&file("/a"), range);
    let request = download
        .request(range, &crate::support::stamp())
        .expect("a request");
    let response = bed.send(&request, &[]);
    assert_eq!(
        (response.status().as_u16(), &response.body()[..]),
        (206, &b"cos v4"[..])
    );
}

#[test]
fn a_private_file_wants_a_signature_for_its_bare_path() {
    let bed = Bed::new();
    bed.put("/a+b", b"x");
    bed.put("/ab", b"x");
    let ask = |target: &str| get(&bed, "GET", target, &[]);
    let unsigned = ask("/a%2Bb");
    assert_eq!(unsigned.status(), 403);
    assert_eq!(
        json(&unsigned),
        serde_json::json!({"errorcode": -45086, "errormsg": "sign check fail"})
    );
    // One that has a plus sign: most have.
    let signed = std::iter::repeat_with(|| signature("/a+b"));
    let signed = signed.take(100).find(|signed| signed.contains('+'));
    let signed = signed.expect("one of a hundred");
    // Percent-encoded, or raw as the vendor's clients have it (section 4.6).
    let encoded = signed
        .replace('+', "%2B")
        .replace('/', "%2F")
        .replace('=', "%3D");
    for value in [&encoded, &signed] {
        assert_eq!(
            ask(&format!("/a%2Bb?sign={value}")).status(),
            200,
            "{value}"
        );
    }
    assert_eq!(ask(&format!("/ab?sign={encoded}")).status(), 403);
    // A signature for the API is bound to another text.
    let api = sign(&Grant::multi_use(&file("/a+b"), Expiry::after_seconds(300)));
    let wrong = get(&bed, "GET", "/a%2Bb", &[("authorization", &api)]);
    assert_eq!(wrong.status(), 403);
    assert!(
        bed.last_refusal().contains("should have been"),
        "{}",
        bed.last_refusal()
    );
}

#[test]
fn a_public_bucket_is_read_by_all_and_written_by_its_owner() {
    let bed = Bed::with(builder().public_bucket(true));
    bed.put("/a", b"x");
    assert_eq!(get(&bed, "GET", "/a", &[]).status(), 200);
    assert_eq!(get(&bed, "GET", "/none", &[]).status(), 404);
    assert_eq!(bed.download("/a").status(), 200);
    let unsigned = bed.raw("GET", "/a?op=stat", &[], b"");
    assert_eq!(code(&unsigned), -81);
    let private = bed.bucket.update(&file("/a")).access(Access::Private);
    bed.run(&private, &[]).expect("updated");
    assert_eq!(get(&bed, "GET", "/a", &[]).status(), 403);
    // At the CDN, the bucket's setting decides (section 4.9).
    let cdn = ("host", "examplebucket-1250000000.file.myqcloud.com");
    assert_eq!(bed.anywhere("GET", "/a", &[cdn], b"").status(), 200);
}

#[test]
fn a_file_may_be_public_in_a_private_bucket() {
    let bed = Bed::new();
    bed.put("/a", b"x");
    let public = bed.bucket.update(&file("/a")).access(Access::PublicRead);
    bed.run(&public, &[]).expect("updated");
    assert_eq!(get(&bed, "GET", "/a", &[]).status(), 200);
    let back = bed.bucket.update(&file("/a")).access(Access::AsBucket);
    bed.run(&back, &[]).expect("updated");
    assert_eq!(get(&bed, "GET", "/a", &[]).status(), 403);
}

#[test]
fn failures_have_codes() {
    let bed = Bed::new();
    let ask = |path: &str| get(&bed, "GET", path, &[("authorization", &signature(path))]);
    let missing = ask("/none");
    assert_eq!((missing.status().as_u16(), code(&missing)), (404, -46628));
    let init: [(&str, &[u8]); 3] = [
        ("op", b"upload_slice_init"),
        ("filesize", b"100"),
        ("slice_size", b"1048576"),
    ];
    assert_eq!(code(&bed.post_form("/open", &multi_use(), &init)), 0);
    assert_eq!(code(&ask("/open")), -46614);
    let post = get(
        &bed,
        "POST",
        "/none",
        &[("authorization", &signature("/none"))],
    );
    assert_eq!((post.status().as_u16(), code(&post)), (405, -5996));
    bed.put("/blocked", b"x");
    let block = serde_json::json!({"op": "update", "forbid": 1});
    assert_eq!(
        code(&bed.post_json("/blocked", &crate::support::once("/blocked"), &block)),
        0
    );
    let blocked = ask("/blocked");
    assert_eq!((blocked.status().as_u16(), code(&blocked)), (451, -46646));
    let other = ("host", "otherbucket-1250000000.cossh.myqcloud.com");
    let other = bed.anywhere(
        "GET",
        "/a",
        &[other, ("authorization", &signature("/a"))],
        b"",
    );
    assert_eq!(other.status(), 403);
}

#[test]
fn any_other_name_of_this_machine_means_the_one_bucket() {
    let bed = Bed::new();
    bed.put("/a", b"x");
    let signed = signature("/a");
    let ask = |host: &str| {
        let headers = [("host", host), ("authorization", signed.as_str())];
        bed.anywhere("GET", "/a", &headers, b"")
    };
    for host in ["emulator:9080", "emulator", "cos.test:80", "127.0.0.1:1"] {
        assert_eq!(ask(host).body(), "x", "{host}");
        let api = [("host", host), ("authorization", &multi_use())];
        let stat = bed.raw("GET", "/a?op=stat", &api, b"");
        assert_eq!(code(&stat), 0, "{host}");
    }
    for host in ["sh.file.myqcloud.com", "b-7.cossh.myqcloud.com"] {
        assert_eq!(ask(host).status(), 404, "{host}");
        assert!(bed.last_refusal().contains("no service lives here"));
    }
}

#[test]
fn a_path_that_looks_like_the_api_is_a_file_on_a_download_host() {
    let bed = Bed::new();
    bed.put("/files/v2/x", b"x");
    let signed = signature("/files/v2/x");
    let response = get(&bed, "GET", "/files/v2/x", &[("authorization", &signed)]);
    assert_eq!(
        (response.status().as_u16(), &response.body()[..]),
        (200, &b"x"[..])
    );
}

#[test]
fn a_file_that_is_replaced_meanwhile_is_read_to_its_end() {
    use std::io::{Read, Write};
    // More than sockets hold, in many pieces: most are opened when the new file is there.
    const SIZE: usize = 32 * 1024 * 1024;
    let folder = tempfile::tempdir().expect("a folder");
    let bed = Bed::with(builder().data_dir(folder.path()));
    let old = content(SIZE);
    let put = bed
        .bucket
        .put_slices(&file("/a"), Content::unchecked(SIZE as u64));
    bed.flow(put, &old).expect("uploaded");
    let contents = || {
        let entries = std::fs::read_dir(folder.path().join("cos-contents"));
        entries.expect("a folder").count()
    };
    assert_eq!(contents(), 32);
    let mut stream = bed.connect();
    let request = format!(
        "GET /a HTTP/1.1\r\nhost: {DOWNLOAD_HOST}\r\nauthorization: {}\r\nconnection: close\r\n\r\n",
        signature("/a")
    );
    stream.write_all(request.as_bytes()).expect("sent");
    let mut first = [0; 1];
    stream.read_exact(&mut first).expect("the first byte");
    bed.put("/a", b"new");
    // Those that were sent are gone already.
    assert!(contents() > 2, "it is still being read");
    let mut rest = Vec::new();
    stream.read_to_end(&mut rest).expect("the rest");
    assert!(rest.ends_with(&old));
    assert_eq!(bed.download("/a").body(), "new");
    // And then the old pieces go.
    eventually("the old pieces are deleted", || contents() == 1);
}
