//! Moves and copies.

use crate::support::{Bed, code, content, eventually, file, folder, multi_use, once, refused};
use serde_json::json;
use yunmei_core::cos::{Destination, Overwrite};

#[test]
fn a_file_moves_to_the_root_of_the_bucket_or_beside_itself() {
    let bed = Bed::new();
    bed.put("/photos/a.txt", b"a");
    bed.put("/photos/b.txt", b"b");
    let away = bed
        .bucket
        .move_to(&file("/photos/a.txt"), file("/archive/a 2.txt"));
    bed.run(&away, &[]).expect("moved");
    assert_eq!(code(&bed.stat("/photos/a.txt")), -197);
    assert_eq!(bed.download("/archive/a 2.txt").body(), "a");
    let beside = Destination::beside("b+2.txt").expect("a name");
    let beside = bed.bucket.move_to(&file("/photos/b.txt"), beside);
    bed.run(&beside, &[]).expect("moved");
    assert_eq!(bed.download("/photos/b+2.txt").body(), "b");
    assert_eq!(refused(bed.run(&beside, &[])), -197);
}

#[test]
fn a_move_or_copy_replaces_only_if_that_is_asked_for() {
    let bed = Bed::new();
    bed.put("/a", b"a");
    bed.put("/b", b"b");
    let move_it = bed.bucket.move_to(&file("/a"), file("/b"));
    assert_eq!(refused(bed.run(&move_it, &[])), -177);
    let copy = bed.bucket.copy_to(&file("/a"), file("/b"));
    assert_eq!(refused(bed.run(&copy, &[])), -177);
    bed.run(&copy.overwrite(Overwrite::Always), &[])
        .expect("copied");
    assert_eq!(bed.download("/a").body(), "a");
    assert_eq!(bed.download("/b").body(), "a");
    // Onto itself: section 16.
    let itself = bed.bucket.move_to(&file("/a"), file("/a"));
    assert_eq!(refused(bed.run(&itself, &[])), -177);
    bed.run(&itself.overwrite(Overwrite::Always), &[])
        .expect("nothing to do");
    assert_eq!(bed.download("/a").body(), "a");
}

#[test]
fn a_move_takes_its_arguments_from_query_json_or_form() {
    let bed = Bed::new();
    bed.put("/a", b"a");
    let headers = |signature: &str| [("authorization".to_owned(), signature.to_owned())];
    let signature = &headers(&once("/a"))[0].1;
    let query = bed.raw(
        "POST",
        "/a?op=move&dest_fileid=%2Fb&to_over_write=0",
        &[("authorization", signature)],
        b"",
    );
    assert_eq!(code(&query), 0);
    let body = json!({"op": "move", "dest_fileid": "c", "to_over_write": 0});
    // A multi-use signature is taken as well (section 14).
    assert_eq!(code(&bed.post_json("/b", &multi_use(), &body)), 0);
    let fields: [(&str, &[u8]); 4] = [
        ("op", b"move"),
        ("dest_fileid", b"/d"),
        ("to_over_write", b"0"),
        ("filecontent", b""),
    ];
    assert_eq!(code(&bed.post_form("/c", &once("/c"), &fields)), 0);
    assert_eq!(bed.download("/d").body(), "a");
    // The query comes before the body.
    let mixed = bed.raw(
        "POST",
        "/d?op=copy&dest_fileid=from-query",
        &[
            ("authorization", &once("/d")),
            ("content-type", "application/json"),
        ],
        br#"{"op":"move","dest_fileid":"from-body","to_over_write":"1"}"#,
    );
    assert_eq!(code(&mixed), 0);
    assert_eq!(bed.download("/from-query").body(), "a");
    assert_eq!(bed.download("/d").body(), "a");
}

#[test]
fn destinations_are_checked() {
    let bed = Bed::new();
    bed.put("/a", b"a");
    for (destination, expected) in [
        ("", -5992),
        ("/folder/", -5964),
        ("/1250000000/otherbucket/a", -5973),
        (&*format!("/{}", "a".repeat(851)), -180),
    ] {
        let body = json!({"op": "copy", "dest_fileid": destination});
        let answer = bed.post_json("/a", &multi_use(), &body);
        assert_eq!(code(&answer), expected, "{destination}");
    }
    bed.run(&bed.bucket.create_folder(&folder("/taken/")), &[])
        .expect("created");
    let body = json!({"op": "copy", "dest_fileid": "/taken"});
    assert_eq!(code(&bed.post_json("/a", &multi_use(), &body)), -46208);
}

#[test]
fn a_copy_outlives_its_source() {
    let folder = tempfile::tempdir().expect("a folder");
    let bed = Bed::with(crate::support::builder().data_dir(folder.path()));
    let bytes = content(100_000);
    bed.put("/a", &bytes);
    bed.run(&bed.bucket.copy_to(&file("/a"), file("/b")), &[])
        .expect("copied");
    bed.run(&bed.bucket.delete(&file("/a")), &[])
        .expect("deleted");
    assert_eq!(bed.download("/b").body(), &bytes);
    bed.run(&bed.bucket.delete(&file("/b")), &[])
        .expect("deleted");
    // The answer to the download may still be on its way out.
    let contents = folder.path().join("cos-contents");
    let left = || std::fs::read_dir(&contents).expect("a folder").count();
    eventually("it is deleted", || left() == 0);
}
