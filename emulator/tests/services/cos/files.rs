//! Operations on files: what they do, and what they refuse.

use std::collections::BTreeMap;

use crate::support::{Bed, code, content, data, file, json as document, multi_use, once, refused};
use serde_json::json;
use yunmei_core::cos::slices::Manifest;
use yunmei_core::cos::{Access, Content, CustomHeaders, Overwrite};

fn manifest(content: &[u8]) -> Content {
    let mut builder = Manifest::builder();
    builder.update(content);
    builder.finish().into()
}

#[test]
fn an_uploaded_file_can_be_statted_and_downloaded() {
    let bed = Bed::new();
    let bytes = content(300_000);
    let path = file("/相册 1/图+~.bin");
    let upload = bed.bucket.upload(&path, &manifest(&bytes)).biz_attr("备注");
    let uploaded = bed.run(&upload, &bytes).expect("uploaded");
    assert_eq!(
        uploaded.source_url,
        "http://examplebucket-1250000000.cossh.myqcloud.com/%E7%9B%B8%E5%86%8C%201/%E5%9B%BE%2B~.bin"
    );
    assert_eq!(
        uploaded.resource_path,
        "/1250000000/examplebucket/相册 1/图+~.bin"
    );
    assert_eq!(uploaded.vid.map(|vid| vid.len()), Some(42));
    let found = bed.run(&bed.bucket.stat(&path), &[]).expect("attributes");
    assert_eq!((found.size, found.stored), (300_000, Some(300_000)));
    assert_eq!(found.slice_size, Some(300_000));
    assert_eq!(found.biz_attr, "备注");
    assert_eq!(
        found.sha,
        manifest(&bytes).manifest().map(|m| m.sha1().to_owned())
    );
    assert_eq!(
        (found.created, found.modified),
        (crate::support::NOW, crate::support::NOW)
    );
    assert_eq!(bed.download("/相册 1/图+~.bin").body(), &bytes);
}

#[test]
fn answers_are_in_the_services_envelope() {
    let bed = Bed::new();
    let response = bed.upload_request("/a", b"x", &[], &multi_use());
    assert_eq!(response.headers()["server"], "tencent-cos");
    assert_eq!(
        response.headers()["content-type"],
        "application/json; charset=utf-8"
    );
    let body = document(&response);
    assert_eq!(body["message"], "SUCCESS");
    assert_eq!(
        body["request_id"].as_str(),
        response.headers()["x-cos-request-id"].to_str().ok()
    );
    let missing = bed.stat("/b");
    assert_eq!(missing.status(), 404);
    assert_eq!(document(&missing)["message"], "ERROR_CMD_FILE_NOTEXIST");
    assert!(document(&missing).get("data").is_none());
}

#[test]
fn a_file_is_replaced_only_if_that_is_asked_for() {
    let bed = Bed::new();
    bed.put("/a", b"first");
    let keep = bed.bucket.upload(&file("/a"), &manifest(b"second"));
    assert_eq!(refused(bed.run(&keep, b"second")), -177);
    assert_eq!(bed.download("/a").body(), "first");
    // The same content is a success.
    let same = bed.bucket.upload(&file("/a"), &manifest(b"first"));
    bed.run(&same, b"first").expect("a success");
    bed.run(&keep.overwrite(Overwrite::Always), b"second")
        .expect("replaced");
    assert_eq!(bed.download("/a").body(), "second");
}

#[test]
fn an_upload_that_fails_leaves_what_was_there() {
    let bed = Bed::new();
    bed.put("/a", b"first");
    let wrong = ("sha", "0000000000000000000000000000000000000000");
    let replace = ("insertOnly", "0");
    let bad =
        |fields: &[(&str, &str)]| code(&bed.upload_request("/a", b"second", fields, &multi_use()));
    assert_eq!(bad(&[wrong, replace]), -4016);
    assert_eq!(bad(&[("sha", "no digest"), replace]), -168);
    assert_eq!(bad(&[("insertOnly", "maybe")]), -5992);
    let long = "a".repeat(4097);
    assert_eq!(bad(&[("biz_attr", &long), replace]), -5947);
    assert_eq!(bed.download("/a").body(), "first");
    assert_eq!(
        code(&bed.post_form("/a", &multi_use(), &[("op", b"upload")])),
        -5990
    );
    assert_eq!(
        code(&bed.post_json(
            "/a",
            &multi_use(),
            &json!({"op": "upload", "filecontent": "x"})
        )),
        -5990
    );
}

#[test]
fn fields_come_in_any_order_case_and_digest_case() {
    let bed = Bed::new();
    let sha = manifest(b"hello")
        .manifest()
        .map(|m| m.sha1().to_uppercase());
    let sha = sha.expect("a digest");
    let fields: [(&str, &[u8]); 5] = [
        ("INSERTONLY", b"0"),
        ("sha", sha.as_bytes()),
        ("biz_attr", b""),
        ("fileContent", b"hello"),
        ("op", b"upload"),
    ];
    assert_eq!(code(&bed.post_form("/a", &multi_use(), &fields)), 0);
    assert_eq!(bed.download("/a").body(), "hello");
}

#[test]
fn an_empty_file_is_a_file() {
    let bed = Bed::new();
    bed.put("/empty", b"");
    let found = data(&bed.stat("/empty"));
    assert_eq!(found["filesize"], 0);
    assert_eq!(found["slicesize"], 0);
    assert_eq!(found["sha"], "0".repeat(32));
    let response = bed.download("/empty");
    assert_eq!(
        (response.status().as_u16(), response.body().len()),
        (200, 0)
    );
}

#[test]
fn twenty_mib_are_the_most_for_one_upload() {
    let bed = Bed::new();
    let limit = 20 * 1024 * 1024;
    let bytes = vec![7; limit + 1];
    assert_eq!(
        code(&bed.upload_request("/big", &bytes[..limit], &[], &multi_use())),
        0
    );
    let over = bed.upload_request("/bigger", &bytes, &[], &multi_use());
    assert_eq!((over.status().as_u16(), code(&over)), (400, -285));
    assert_eq!(code(&bed.stat("/bigger")), -197);
}

#[test]
fn attributes_are_updated_and_served() {
    let bed = Bed::new();
    bed.put("/a.txt", b"hello");
    let path = file("/a.txt");
    let update = bed
        .bucket
        .update(&path)
        .biz_attr("demo")
        .access(Access::PublicRead)
        .custom_headers(
            CustomHeaders::new()
                .content_type("text/plain")
                .meta("owner", "me"),
        );
    bed.run(&update, &[]).expect("updated");
    let found = bed.run(&bed.bucket.stat(&path), &[]).expect("attributes");
    assert_eq!(found.biz_attr, "demo");
    assert_eq!(found.access, Some(Access::PublicRead));
    let expected = [("Content-Type", "text/plain"), ("x-cos-meta-owner", "me")];
    let expected = expected.map(|(name, value)| (name.to_owned(), value.to_owned()));
    assert_eq!(found.custom_headers, BTreeMap::from(expected));
    let served = bed.download("/a.txt");
    assert_eq!(served.headers()["content-type"], "text/plain");
    assert_eq!(served.headers()["x-cos-meta-owner"], "me");
    // The group is replaced as a whole; the rest stays.
    let body = json!({"op": "update", "custom_headers": "{\"Cache-Control\":\"no-cache\"}"});
    assert_eq!(code(&bed.post_json("/a.txt", &once("/a.txt"), &body)), 0);
    let found = data(&bed.stat("/a.txt"));
    assert_eq!(
        found["custom_headers"],
        json!({"Cache-Control": "no-cache"})
    );
    assert_eq!(found["biz_attr"], "demo");
    for (body, expected) in [
        (json!({"op": "update", "authority": "everybody"}), -5999),
        (
            json!({"op": "update", "custom_headers": {"Set-Cookie": "a"}}),
            -5999,
        ),
        (json!({"op": "update", "biz_attr": "a".repeat(5000)}), -5947),
    ] {
        assert_eq!(
            code(&bed.post_json("/a.txt", &once("/a.txt"), &body)),
            expected
        );
    }
    let missing = json!({"op": "update", "biz_attr": "x"});
    assert_eq!(
        code(&bed.post_json("/none", &once("/none"), &missing)),
        -197
    );
}

#[test]
fn a_deleted_file_is_gone() {
    let bed = Bed::new();
    bed.put("/a", b"x");
    let delete = bed.bucket.delete(&file("/a"));
    bed.run(&delete, &[]).expect("deleted");
    assert_eq!(refused(bed.run(&delete, &[])), -197);
    assert_eq!(code(&bed.stat("/a")), -197);
    assert_eq!(bed.download("/a").status(), 404);
}

#[test]
fn an_operation_of_json_is_taken_from_a_form_as_well() {
    let bed = Bed::new();
    bed.put("/a", b"x");
    let update: [(&str, &[u8]); 3] = [
        ("op", b"update"),
        ("biz_attr", b"demo"),
        ("custom_headers", br#"{"Cache-Control":"no-cache"}"#),
    ];
    assert_eq!(code(&bed.post_form("/a", &once("/a"), &update)), 0);
    let found = data(&bed.stat("/a"));
    assert_eq!(found["biz_attr"], "demo");
    assert_eq!(found["custom_headers"]["Cache-Control"], "no-cache");
    let create: [(&str, &[u8]); 1] = [("op", b"create")];
    assert_eq!(code(&bed.post_form("/f/", &multi_use(), &create)), 0);
    let delete: [(&str, &[u8]); 1] = [("op", b"delete")];
    assert_eq!(code(&bed.post_form("/a", &once("/a"), &delete)), 0);
    assert_eq!(code(&bed.stat("/a")), -197);
}

#[test]
fn what_is_not_an_operation_is_named() {
    let bed = Bed::new();
    let get = |path: &str| code(&bed.get(path, &multi_use()));
    assert_eq!(get("/a"), -5980);
    assert_eq!(get("/a?op="), -5980);
    assert_eq!(get("/a?op=explode"), -5964);
    let wrong = bed.get("/a?op=upload", &multi_use());
    assert_eq!((wrong.status().as_u16(), code(&wrong)), (405, -5996));
    let stat = json!({"op": "stat"});
    assert_eq!(code(&bed.post_json("/a", &multi_use(), &stat)), -5996);
    let put = bed.raw("PUT", "/a", &[("authorization", &multi_use())], b"");
    assert_eq!((put.status().as_u16(), code(&put)), (405, -5996));
    for path in ["/files/v2", "/files/v2/", "/files/v2/1250000000"] {
        assert_eq!(code(&bed.anywhere("GET", path, &[], b"")), -5994, "{path}");
    }
    assert_eq!(bed.anywhere("GET", "/elsewhere", &[], b"").status(), 404);
}

#[test]
fn the_slash_at_the_end_decides_whether_it_is_a_file() {
    let bed = Bed::new();
    for op in [
        "upload",
        "move",
        "copy",
        "upload_slice_init",
        "upload_slice_list",
    ] {
        let fields: [(&str, &[u8]); 2] = [("op", op.as_bytes()), ("filecontent", b"x")];
        let answer = bed.post_form("/folder/", &multi_use(), &fields);
        assert_eq!(code(&answer), -5964, "{op}");
    }
    let create = json!({"op": "create"});
    assert_eq!(code(&bed.post_json("/file", &multi_use(), &create)), -5964);
}

#[test]
fn paths_are_texts_of_bounded_length_and_otherwise_opaque() {
    let bed = Bed::new();
    let upload = |path: &str| code(&bed.upload_request(path, b"x", &[], &multi_use()));
    assert_eq!(upload("/%ff%fe"), -147);
    assert_eq!(upload(""), -164);
    assert_eq!(upload(&format!("/{}", "a".repeat(850))), 0);
    assert_eq!(upload(&format!("/{}", "a".repeat(851))), -180);
    for path in [
        "/%2e%2e/%2e%2e/etc/passwd",
        "/a%00b",
        "/a//b",
        "/%2F",
        "/con",
        "/%3F%2A%3A%7C%5C%3C%3E%22",
    ] {
        // A final encoded slash is a slash, as any other byte.
        let expected = if path == "/%2F" { -5964 } else { 0 };
        assert_eq!(upload(path), expected, "{path}");
    }
    // Composed and decomposed accents are different keys (section 4.2).
    assert_eq!(upload("/%C3%A9"), 0);
    assert_eq!(code(&bed.get("/e%CC%81?op=stat", &multi_use())), -197);
}
