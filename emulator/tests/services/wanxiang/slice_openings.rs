//! Uploads by slices: what opens them, and what needs no slices.

use crate::support::{
    Bed, code, content, data,
    wanxiang::{File, PHOTOS, VIDEOS, builder, id, multi_use, multi_use_v1, refusal, sign},
    wanxiang_slices::{Upload, session, sha, text},
};
use yunmei_core::wanxiang::{Expiry, sign::Grant};

fn bed() -> Bed {
    Bed::with(builder())
}

#[test]
fn openings_have_to_say_what_comes() {
    let bed = bed();
    let digest = sha(b"x");
    let open = |path: &str, fields: &[(&str, &str)]| {
        let mut parts = vec![text("op", "upload_slice")];
        parts.extend(fields.iter().map(|(name, value)| text(name, value)));
        let signature = match path == VIDEOS {
            true => multi_use_v1(),
            false => multi_use(),
        };
        refusal(&bed.post(path, &signature, &parts)).1
    };
    assert_eq!(open(VIDEOS, &[("sha", &digest)]), -5992);
    assert_eq!(open(VIDEOS, &[("filesize", "1")]), -5992);
    assert_eq!(open(VIDEOS, &[("sha", "x"), ("filesize", "1")]), -5992);
    assert_eq!(open(VIDEOS, &[("sha", &digest), ("filesize", "-1")]), -5992);
    assert_eq!(open(VIDEOS, &[("sha", &digest), ("filesize", "0")]), -5995);
    let size = |size| {
        [
            ("sha", digest.as_str()),
            ("filesize", "9"),
            ("slice_size", size),
        ]
    };
    assert_eq!(open(VIDEOS, &size("0")), -5992);
    assert_eq!(open(VIDEOS, &size("3145729")), -5991);
    assert_eq!(open(VIDEOS, &size("3145728")), 0);
    let large = [("sha", digest.as_str()), ("filesize", "20971521")];
    assert_eq!(open(PHOTOS, &large), 0);
    assert_eq!(open(VIDEOS, &large), 0);
}

#[test]
fn the_slice_size_that_is_granted_is_the_emulators() {
    let bed = Bed::with(builder().granted_slice_size(64));
    let upload = Upload::of_video(&bed, content(150));
    let opened = data(&upload.open(&[("slice_size", "1000")]));
    assert_eq!(opened["slice_size"], 64);
    assert!(upload.fill(&session(&opened), 0, 64).get("url").is_some());
}

#[test]
fn a_slice_takes_a_multi_use_signature_only() {
    let bed = bed();
    let upload = Upload {
        signature: sign(&Grant::single_use(&id("a"))),
        ..Upload::of_picture(&bed, "a", content(10))
    };
    assert_eq!(refusal(&upload.open(&[])), (400, -97));
    let bound = Upload {
        signature: sign(&Grant::multi_use_for(&id("a"), Expiry::after_seconds(300))),
        ..Upload::of_picture(&bed, "a", content(10))
    };
    assert_eq!(code(&bound.open(&[])), 0);
}

#[test]
fn known_content_needs_no_slices_and_gets_a_name_and_texts_of_its_own() {
    let bed = bed();
    let upload = Upload::of_video(&bed, content(3000));
    let first = data(&bed.post(
        VIDEOS,
        &multi_use_v1(),
        &[File("FileContent", "a", &upload.content)],
    ));
    let hit = data(&upload.open(&[("session", "")]));
    assert_ne!(hit["fileid"], first["fileid"]);
    let path = format!("{VIDEOS}/{}", hit["fileid"].as_str().expect("a text"));
    assert_eq!(data(&bed.call("GET", &path, "", b""))["video_title"], "t");
    let url = hit["download_url"].as_str().expect("an address");
    assert!(bed.fetch(url, "").body() == &upload.content);
    // The bug of the vendor's client: it goes on with an empty slice of no session.
    assert_eq!(refusal(&upload.slice("", 0, b"")), (400, -5983));
    // A picture of the same bytes is another matter.
    let picture = Upload::of_picture(&bed, "a", upload.content.clone());
    assert!(data(&picture.open(&[])).get("session").is_some());
}

#[test]
fn who_lost_the_last_answer_finds_the_picture_by_opening_again() {
    let bed = bed();
    let upload = Upload::of_picture(&bed, "a", content(100));
    let opened = data(&upload.open(&[]));
    let done = upload.fill(&session(&opened), 0, 524_288);
    assert_eq!(data(&upload.open(&[])), done);
    let other = Upload::of_picture(&bed, "a", content(101));
    assert_eq!(refusal(&other.open(&[])), (400, -177));
}
