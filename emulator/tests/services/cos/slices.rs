//! Uploads by slices: what is sent, and what is kept of it.

use crate::support::{
    Bed, builder, code, content, data, file, multi_use,
    slices::{MIB, Upload, init_unchecked, manifest},
};
use serde_json::json;
use yunmei_core::cos::{Content, Overwrite};

#[test]
fn the_cores_flow_uploads_with_and_without_digests() {
    let bed = Bed::new();
    let bytes = content(2 * MIB + 12_345);
    for (path, what) in [
        ("/checked", Content::from(manifest(&bytes))),
        ("/unchecked", Content::unchecked(bytes.len() as u64)),
    ] {
        let put = bed.bucket.put_slices(&file(path), what).biz_attr("big");
        let uploaded = bed.flow(put, &bytes).expect("uploaded");
        assert!(uploaded.source_url.ends_with(path));
        assert!(bed.download(path).body() == &bytes);
        let found = data(&bed.stat(path));
        assert_eq!(found["biz_attr"], "big");
        assert_eq!(found["slicesize"], MIB);
        // Left out where nobody announced one (section 16).
        assert_eq!(found.get("sha").is_some(), path == "/checked");
    }
}

#[test]
fn slices_may_come_in_any_order_and_twice() {
    let bed = Bed::new();
    let bytes = content(3 * MIB);
    let upload = Upload::checked(&bed, "/a", &bytes);
    for slice in [2, 0, 0, 1, 2, 1] {
        let range = slice * MIB..(slice + 1) * MIB;
        assert_eq!(upload.data(range.start, &bytes[range]), 0, "{slice}");
    }
    assert_eq!(upload.finish(bytes.len()), 0);
    assert!(bed.download("/a").body() == &bytes);
}

#[test]
fn a_slice_answers_with_its_md5_and_checks_one_that_was_sent() {
    let bed = Bed::new();
    let upload = Upload::unchecked(&bed, "/a", 3, MIB);
    let md5 = "900150983cd24fb0d6963f7d28e17f72";
    let answer = upload.data_with(0, b"abc", &[("datamd5", md5), ("sliceSize", "3")]);
    assert_eq!(
        data(&answer),
        json!({"session": upload.session, "offset": 0, "datalen": 3, "datamd5": md5})
    );
    let wrong = upload.data_with(0, b"abd", &[("datamd5", md5)]);
    assert_eq!(code(&wrong), -29063);
}

#[test]
fn content_that_does_not_lead_to_its_digest_is_refused() {
    let bed = Bed::new();
    let bytes = content(2 * MIB);
    let upload = Upload::checked(&bed, "/a", &bytes);
    assert_eq!(upload.data(0, &content(MIB + 1)[1..]), -29138);
    assert_eq!(upload.list()["listparts"], json!([]));
    assert_eq!(upload.data(0, &bytes[..MIB]), 0);
    // Once it is there, it stays what it is.
    assert_eq!(upload.data(0, &bytes[MIB..]), -29138);
    assert_eq!(upload.data(MIB, &bytes[MIB..]), 0);
    assert_eq!(upload.finish(bytes.len()), 0);
    assert!(bed.download("/a").body() == &bytes);
}

#[test]
fn a_wrong_slice_that_came_early_has_to_come_again() {
    let bed = Bed::new();
    let bytes = content(2 * MIB);
    let upload = Upload::checked(&bed, "/a", &bytes);
    // Nothing is known of it yet.
    assert_eq!(upload.data(MIB, &bytes[..MIB]), 0);
    assert_eq!(upload.data(0, &bytes[..MIB]), 0);
    assert_eq!(
        upload.list()["listparts"],
        json!([{"offset": 0, "datalen": MIB}])
    );
    assert_eq!(upload.finish(bytes.len()), -29144);
    assert_eq!(upload.data(MIB, &bytes[MIB..]), 0);
    assert_eq!(upload.finish(bytes.len()), 0);
}

#[test]
fn a_digest_of_the_whole_that_contradicts_its_slices_is_refused_at_once() {
    let bed = Bed::new();
    let bytes = content(100);
    let parts = manifest(&bytes).to_json();
    let other = manifest(b"other");
    let fields: [(&str, &[u8]); 5] = [
        ("op", b"upload_slice_init"),
        ("sha", other.sha1().as_bytes()),
        ("uploadparts", parts.as_bytes()),
        ("filesize", b"100"),
        ("slice_size", b"1048576"),
    ];
    assert_eq!(code(&bed.post_form("/a", &multi_use(), &fields)), -4016);
    assert_eq!(code(&bed.stat("/a")), -197);
}

#[test]
fn where_slices_come_one_after_another_none_comes_early() {
    let bed = Bed::with(builder().serial_upload(true));
    let bytes = content(3 * MIB);
    for upload in [
        Upload::checked(&bed, "/checked", &bytes),
        Upload::unchecked(&bed, "/unchecked", 3 * MIB, MIB),
    ] {
        let send = |slice: usize| {
            let range = slice * MIB..(slice + 1) * MIB;
            upload.data(range.start, &bytes[range])
        };
        assert_eq!(send(1), -290);
        assert_eq!(send(0), 0);
        assert_eq!(send(2), -290);
        assert_eq!(upload.list()["listparts"].as_array().map(Vec::len), Some(1));
        // What is there may come again.
        for slice in [0, 1, 0, 1, 2, 0] {
            assert_eq!(send(slice), 0, "{slice}");
        }
        assert_eq!(upload.finish(bytes.len()), 0);
        assert!(bed.download(upload.path).body() == &bytes);
    }
}

#[test]
fn offsets_and_lengths_are_checked() {
    let bed = Bed::new();
    let bytes = content(2 * MIB + 5);
    let checked = Upload::checked(&bed, "/checked", &bytes);
    assert_eq!(checked.data(5, &bytes[..MIB]), -29136);
    assert_eq!(checked.data(0, &bytes[..MIB - 1]), -283);
    assert_eq!(checked.data(0, &bytes[..MIB + 1]), -281);
    let unchecked = Upload::unchecked(&bed, "/unchecked", 2 * MIB + 5, MIB);
    assert_eq!(unchecked.data(5, &bytes[..MIB]), -29095);
    assert_eq!(unchecked.data(3 * MIB, &bytes[..MIB]), -5992);
    assert_eq!(unchecked.data(2 * MIB, &bytes[..6]), -281);
    assert_eq!(unchecked.data(0, &bytes[..5]), -283);
    assert_eq!(unchecked.data(0, b""), -283);
    let wide = Upload::unchecked(&bed, "/wide", 6 * MIB, 3 * MIB);
    assert_eq!(wide.data(MIB, &bytes[..MIB]), -29098);
    assert_eq!(wide.data(0, &vec![0; 3 * MIB]), 0);
    assert_eq!(wide.data(0, &vec![0; 3 * MIB + 1]), -5991);
}

#[test]
fn a_session_is_of_one_path_and_ends_with_the_upload() {
    let bed = Bed::new();
    let upload = Upload::unchecked(&bed, "/a", 3, MIB);
    let stranger = Upload {
        bed: &bed,
        path: "/b",
        sha: None,
        session: upload.session.clone(),
    };
    assert_eq!(stranger.data(0, b"abc"), -29096);
    let forged = Upload {
        bed: &bed,
        path: "/a",
        sha: None,
        session: "00".repeat(48),
    };
    assert_eq!(forged.data(0, b"abc"), -29096);
    assert_eq!(forged.finish(3), -29096);
    assert_eq!(upload.finish(3), -29144);
    assert_eq!(upload.data(0, b"abc"), 0);
    assert_eq!(upload.finish(4), -50152);
    assert_eq!(upload.finish(3), 0);
    assert_eq!(upload.finish(3), -29096);
    assert_eq!(upload.data(0, b"abc"), -29096);
}

#[test]
fn the_digest_has_to_be_said_again() {
    let bed = Bed::new();
    let bytes = content(100);
    let mut upload = Upload::checked(&bed, "/a", &bytes);
    let sha = upload.sha.take();
    assert_eq!(upload.data(0, &bytes), -5979);
    assert_eq!(upload.finish(100), -29094);
    upload.sha = Some("0".repeat(40));
    assert_eq!(upload.data(0, &bytes), -4016);
    assert_eq!(upload.finish(100), -4016);
    upload.sha = sha;
    assert_eq!(upload.data(0, &bytes), 0);
    let fields: [(&str, &[u8]); 2] = [
        ("op", b"upload_slice_finish"),
        ("session", upload.session.as_bytes()),
    ];
    assert_eq!(code(&bed.post_form("/a", &multi_use(), &fields)), -29104);
    assert_eq!(upload.finish(100), 0);
}

#[test]
fn a_file_that_came_meanwhile_is_not_replaced() {
    let bed = Bed::new();
    let upload = Upload::unchecked(&bed, "/a", 3, MIB);
    bed.put("/a", b"first");
    assert_eq!(upload.data(0, b"abc"), 0);
    assert_eq!(upload.finish(3), -177);
    assert_eq!(bed.download("/a").body(), "first");
}

#[test]
fn an_upload_may_replace_a_file_if_that_is_asked_for() {
    let bed = Bed::new();
    bed.put("/a", b"first");
    let bytes = content(MIB + 7);
    let put = bed
        .bucket
        .put_slices(&file("/a"), manifest(&bytes).into())
        .overwrite(Overwrite::Always);
    bed.flow(put, &bytes).expect("replaced");
    assert!(bed.download("/a").body() == &bytes);
    assert_eq!(code(&init_unchecked(&bed, "/a", 3, MIB)), -177);
}
