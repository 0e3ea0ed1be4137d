//! Uploads by slices, of videos and pictures: the slices.

use crate::support::{
    Bed, code, content, data,
    wanxiang::{File, PHOTOS, Plain, VIDEOS, builder, multi_use, picture, refusal},
    wanxiang_slices::{Upload, session, sha, text},
};
use image::ImageFormat;
use serde_json::json;

fn bed() -> Bed {
    Bed::with(builder())
}

#[test]
fn a_video_arrives_by_slices() {
    let bed = bed();
    let upload = Upload::of_video(&bed, content(1_300_000));
    let opened = data(&upload.open(&[("session", "")]));
    assert_eq!(
        (&opened["offset"], &opened["slice_size"]),
        (&json!(0), &json!(524_288))
    );
    let done = upload.fill(&session(&opened), 0, 524_288);
    let url = done["download_url"].as_str().expect("an address");
    assert!(bed.fetch(url, "").body() == &upload.content);
    let path = format!("{VIDEOS}/{}", done["fileid"].as_str().expect("a text"));
    let stat = data(&bed.call("GET", &path, "", b""));
    assert_eq!(stat["file_sha"], sha(&upload.content));
    assert_eq!(
        (&stat["video_title"], &stat["video_desc"]),
        (&json!("t"), &json!("d"))
    );
    // The session ended with it.
    let late = upload.slice(&session(&opened), 0, &upload.content[..524_288]);
    assert_eq!(refusal(&late), (400, -5983));
}

#[test]
fn a_picture_arrives_by_slices_of_the_size_that_was_asked_for_in_any_order() {
    let bed = bed();
    let real = picture(ImageFormat::Bmp, |x, y| [x as u8, y as u8, 7]);
    let upload = Upload::of_picture(&bed, "album/图", real);
    let opened = data(&upload.open(&[("slice_size", "2000")]));
    assert_eq!(opened["slice_size"], 2000);
    let session = session(&opened);
    let slices: Vec<_> = upload.content.chunks(2000).collect();
    assert_eq!(slices.len(), 2);
    let last = data(&upload.slice(&session, 2000, slices[1]));
    assert_eq!(last, json!({"session": session, "offset": 2000}));
    // Nothing is there yet.
    assert_eq!(code(&bed.stat_photo("album/图")), -197);
    let done = data(&upload.slice(&session, 0, slices[0]));
    assert_eq!(
        done["info"],
        json!([{"0": {"width": "40", "height": "30"}}])
    );
    assert_eq!(done["fileid"], "album/图");
    let url = done["download_url"].as_str().expect("an address");
    assert!(bed.fetch(url, "").body() == &upload.content);
}

#[test]
fn what_is_asked_of_a_picture_is_answered_with_its_last_slice() {
    let bed = bed();
    let mut upload =
        Upload::of_picture(&bed, "a", picture(ImageFormat::Png, |_, _| [220, 120, 40]));
    let opened = data(&upload.open(&[]));
    upload.path.push_str("?analyze=food");
    let done = data(&upload.slice(&session(&opened), 0, &upload.content));
    assert_eq!(done["is_food"], 1);
}

#[test]
fn an_upload_goes_on_where_it_was_left() {
    let bed = bed();
    let upload = Upload::of_video(&bed, content(5000));
    let opened = data(&upload.open(&[("slice_size", "1000")]));
    let session = session(&opened);
    for at in [0, 1000, 3000] {
        assert_eq!(
            code(&upload.slice(&session, at, &upload.content[at as usize..][..1000])),
            0
        );
    }
    let resumed = data(&upload.open(&[("session", &session)]));
    assert_eq!(
        resumed,
        json!({"session": session, "offset": 2000, "slice_size": 1000})
    );
    // What is there may come again.
    let done = upload.fill(&session, 2000, 1000);
    assert!(done.get("url").is_some(), "{done}");
    for gone in ["nonsense", &session] {
        assert_eq!(
            refusal(&upload.open(&[("session", gone)])),
            (400, -5983),
            "{gone}"
        );
    }
}

#[test]
fn another_content_cannot_take_an_upload_up() {
    let bed = bed();
    let mut upload = Upload::of_video(&bed, content(5000));
    let session = session(&data(&upload.open(&[])));
    upload.content[0] ^= 1;
    assert_eq!(
        refusal(&upload.open(&[("session", &session)])),
        (400, -5984)
    );
    upload.content.pop();
    assert_eq!(
        refusal(&upload.open(&[("session", &session)])),
        (400, -5995)
    );
}

#[test]
fn a_session_belongs_to_its_address() {
    let bed = bed();
    let upload = Upload::of_picture(&bed, "a", content(100));
    let session = session(&data(&upload.open(&[])));
    for path in [format!("{PHOTOS}/b"), PHOTOS.to_owned()] {
        let signature = multi_use();
        let content = upload.content.clone();
        let elsewhere = Upload {
            bed: &bed,
            path,
            signature,
            content,
        };
        let answer = elsewhere.slice(&session, 0, &upload.content);
        assert_eq!(refusal(&answer), (400, -5983), "{}", elsewhere.path);
    }
    assert_eq!(code(&upload.slice(&session, 0, &upload.content)), 0);
}

#[test]
fn a_whole_with_another_digest_ends_the_upload() {
    let bed = bed();
    let upload = Upload::of_picture(&bed, "a", content(100));
    let session = session(&data(&upload.open(&[])));
    let mut wrong = upload.content.clone();
    wrong[50] ^= 1;
    assert_eq!(refusal(&upload.slice(&session, 0, &wrong)), (400, -5984));
    assert_eq!(code(&bed.stat_photo("a")), -197);
    assert_eq!(
        refusal(&upload.slice(&session, 0, &upload.content)),
        (400, -5983)
    );
}

#[test]
fn a_name_that_was_taken_meanwhile_refuses_the_last_slice_and_ends_the_upload() {
    let bed = bed();
    let upload = Upload::of_picture(&bed, "a", content(100));
    let session = session(&data(&upload.open(&[])));
    bed.store("a", b"first");
    assert_eq!(
        refusal(&upload.slice(&session, 0, &upload.content)),
        (400, -177)
    );
    let resumed = upload.open(&[("session", &session)]);
    assert_eq!(refusal(&resumed), (400, -5983));
}

#[test]
fn a_name_that_the_same_content_has_meanwhile_is_as_good() {
    let bed = bed();
    let upload = Upload::of_picture(&bed, "a", content(100));
    let session = session(&data(&upload.open(&[])));
    bed.store("a", &upload.content);
    let done = data(&upload.slice(&session, 0, &upload.content));
    assert_eq!(done["fileid"], "a");
    let resumed = upload.open(&[("session", &session)]);
    assert_eq!(refusal(&resumed), (400, -5983));
}

#[test]
fn slices_have_to_fit() {
    let bed = bed();
    let upload = Upload::of_video(&bed, content(2500));
    let session = session(&data(&upload.open(&[("slice_size", "1000")])));
    let slice = &upload.content[..1000];
    for (offset, slice, code) in [
        (1, slice, -5992),
        (3000, slice, -5992),
        (0, &slice[1..], -5995),
        (2000, slice, -5995),
        (0, &[][..], -5995),
    ] {
        assert_eq!(
            refusal(&upload.slice(&session, offset, slice)),
            (400, code),
            "{offset}"
        );
    }
    let without_offset = [
        text("op", "upload_slice"),
        Plain("filecontent", slice),
        text("session", &session),
    ];
    assert_eq!(refusal(&upload.send(&without_offset)), (400, -5992));
    let large = vec![0; 3 * 1024 * 1024 + 1];
    assert_eq!(refusal(&upload.slice(&session, 0, &large)), (400, -5991));
    let behind = [
        File("filecontent", "filecontent", &large),
        text("session", &session),
        text("offset", "0"),
        text("op", "upload_slice"),
    ];
    assert_eq!(refusal(&upload.send(&behind)), (400, -5991));
}
