//! Uploads by slices: how they begin, and what stands in their way.

use crate::support::{
    Bed, builder, code, content, data, file, multi_use,
    slices::{MIB, Upload, init, init_unchecked, manifest},
};
use serde_json::json;
use yunmei_core::cos::Content;

#[test]
fn known_content_need_not_be_sent() {
    let bed = Bed::new();
    let bytes = content(MIB + 1);
    bed.put("/there", &bytes);
    let answer = data(&init(&bed, "/here", &bytes, &[("biz_attr", "mine")]));
    assert!(answer.get("session").is_none());
    assert!(
        answer["access_url"]
            .as_str()
            .is_some_and(|url| url.ends_with("/here"))
    );
    assert!(bed.download("/here").body() == &bytes);
    assert_eq!(data(&bed.stat("/here"))["biz_attr"], "mine");
    // At the same path, it is the very file.
    assert_eq!(code(&init(&bed, "/here", &bytes, &[])), -4018);
    assert_eq!(
        code(&init(&bed, "/here", &bytes, &[("insertOnly", "0")])),
        0
    );
    // Other content in the way.
    bed.put("/other", b"other");
    assert_eq!(code(&init(&bed, "/other", &bytes, &[])), -177);
    assert_eq!(
        code(&init(&bed, "/other", &bytes, &[("insertOnly", "0")])),
        0
    );
    assert!(bed.download("/other").body() == &bytes);
}

#[test]
fn an_open_upload_is_taken_up_again_or_stands_in_the_way() {
    let bed = Bed::new();
    let bytes = content(2 * MIB);
    let upload = Upload::checked(&bed, "/a", &bytes);
    assert_eq!(upload.data(MIB, &bytes[MIB..]), 0);
    assert_eq!(code(&init(&bed, "/a", &bytes, &[])), -4019);
    assert_eq!(code(&init(&bed, "/a", &bytes[1..], &[])), -4020);
    // Without a digest, the size tells (section 16).
    assert_eq!(code(&init_unchecked(&bed, "/a", 2 * MIB, MIB)), -4019);
    assert_eq!(code(&init_unchecked(&bed, "/a", MIB, MIB)), -4020);
    assert_eq!(
        upload.list(),
        json!({
            "session": upload.session,
            "filesize": 2 * MIB,
            "slice_size": MIB,
            "sha": upload.sha,
            "listparts": [{"offset": MIB, "datalen": MIB}],
        })
    );
    // The core's flow goes on from there, and sends only what is missing.
    let before = bed.emulator.log().len();
    let put = bed.bucket.put_slices(&file("/a"), manifest(&bytes).into());
    bed.flow(put, &bytes).expect("uploaded");
    let ops: Vec<_> = bed.emulator.log()[before..]
        .iter()
        .filter_map(|entry| entry.op.clone())
        .collect();
    assert_eq!(
        ops,
        [
            "upload_slice_init",
            "upload_slice_list",
            "upload_slice_data",
            "upload_slice_finish"
        ]
    );
    assert!(bed.download("/a").body() == &bytes);
    let list = upload.list();
    assert!(list.get("session").is_none() && list["url"].is_string());
}

#[test]
fn deleting_clears_the_way() {
    let bed = Bed::new();
    let bytes = content(MIB);
    let upload = Upload::checked(&bed, "/a", &bytes);
    bed.run(&bed.bucket.delete(&file("/a")), &[])
        .expect("deleted");
    assert_eq!(upload.data(0, &bytes), -29096);
    let fields: [(&str, &[u8]); 1] = [("op", b"upload_slice_list")];
    assert_eq!(code(&bed.post_form("/a", &multi_use(), &fields)), -197);
    assert_eq!(code(&init(&bed, "/a", &bytes[1..], &[])), 0);
}

#[test]
fn what_an_opening_does_not_take_is_refused() {
    let bed = Bed::new();
    let open = |fields: &[(&str, &str)]| {
        let mut all: Vec<(&str, &[u8])> = vec![("op", b"upload_slice_init")];
        all.extend(fields.iter().map(|(name, text)| (*name, text.as_bytes())));
        code(&bed.post_form("/a", &multi_use(), &all))
    };
    let sha = ("sha", "6a2bc12e4605f27fce8c2e90a387e7dee901e48f");
    let (size, slice) = (("filesize", "150"), ("slice_size", "1048576"));
    assert_eq!(open(&[slice]), -5971);
    assert_eq!(open(&[("filesize", "0"), slice]), -29141);
    assert_eq!(open(&[("filesize", "x"), slice]), -29141);
    assert_eq!(open(&[("filesize", "68719476737"), slice]), -29105);
    assert_eq!(open(&[size]), -5965);
    for bad in [
        "0", "65535", "1048577", "1572864", "3145729", "4194304", "x",
    ] {
        assert_eq!(open(&[size, ("slice_size", bad)]), -284, "{bad}");
    }
    assert_eq!(open(&[size, slice, sha]), -29133);
    assert_eq!(open(&[size, slice, sha, ("uploadparts", "[")]), -5965);
    assert_eq!(open(&[size, slice, sha, ("uploadparts", "[]")]), -29134);
    assert_eq!(open(&[size, slice, ("sha", "x")]), -168);
    // With a digest, only 1 MiB (sections 7.1 and 10).
    let parts = json!([{"offset": 0, "datalen": 150, "datasha": sha.1}]).to_string();
    let parts = ("uploadparts", parts.as_str());
    for other in ["65536", "2097152"] {
        assert_eq!(open(&[size, ("slice_size", other), sha, parts]), -284);
    }
    assert_eq!(
        open(&[size, slice, ("uploadparts", "ignored without sha")]),
        0
    );
}

#[test]
fn the_service_chooses_the_slice_size_and_the_order() {
    let bed = Bed::with(builder().granted_slice_size(64).serial_upload(true));
    let answer = data(&init_unchecked(&bed, "/a", 150, 65_536));
    assert_eq!(
        (&answer["slice_size"], &answer["serial_upload"]),
        (&json!(64), &json!(1))
    );
    let bytes = content(150);
    let put = bed.bucket.put_slices(&file("/b"), Content::unchecked(150));
    bed.flow(put, &bytes).expect("uploaded");
    assert_eq!(bed.download("/b").body(), &bytes);
    // With digests, it is 1 MiB.
    let put = bed.bucket.put_slices(&file("/c"), manifest(&bytes).into());
    bed.flow(put, &bytes).expect("uploaded");
    assert_eq!(data(&bed.stat("/c"))["slicesize"], MIB);
}

#[test]
fn nested_json_is_no_slice_list() {
    let bed = Bed::new();
    let nested = format!("[{}{{}}]", "[[{}],{\"\":0}],".repeat(500_000));
    let entry = format!("[{{\"offset\":{nested},\"datalen\":1,\"datasha\":\"\"}}]");
    for parts in [&nested, &entry] {
        let fields: [(&str, &[u8]); 5] = [
            ("op", b"upload_slice_init"),
            ("sha", &[b'a'; 40]),
            ("uploadparts", parts.as_bytes()),
            ("filesize", b"1048576"),
            ("slice_size", b"1048576"),
        ];
        assert_eq!(code(&bed.post_form("/a", &multi_use(), &fields)), -5965);
    }
}
