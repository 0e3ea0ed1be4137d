//! The pictures of photo repair: what becomes of them, and how they are served.

use std::time::{Duration, Instant};

use crate::support::{
    NOW,
    fangtang::{Field, File, Studio, Text, answer, errno, file, grey, png, text},
};
use image::{DynamicImage, ImageFormat, Rgb};

fn repaired(fields: &[Field<'_>], format: ImageFormat) -> DynamicImage {
    let bytes = Studio::new().repaired(fields);
    assert_eq!(image::guess_format(&bytes).ok(), Some(format));
    image::load_from_memory(&bytes).expect("a picture")
}

#[test]
fn each_repair_does_its_work_on_jpeg_and_png() {
    for format in [ImageFormat::Jpeg, ImageFormat::Png] {
        let picture = file(&grey(40, 30), format);
        let with = |repair_type| {
            let fields = [Text("repair_type", repair_type), File("a.jpg", &picture)];
            repaired(&fields, format).into_rgb8()
        };
        let (plain, clean) = (with("sr"), with("sr,repair"));
        let warm = with("sr,repair,colour");
        for result in [&plain, &clean, &warm] {
            assert_eq!(result.dimensions(), (80, 60));
        }
        assert_ne!(plain.as_raw(), clean.as_raw());
        let Rgb([red, green, blue]) = *plain.get_pixel(40, 30);
        assert!(red.abs_diff(green) < 6 && green.abs_diff(blue) < 6);
        let Rgb([red, green, blue]) = *warm.get_pixel(40, 30);
        assert!(red > green && green > blue, "{red} {green} {blue}");
        let fields = [
            Text("repair_type", "bg"),
            Text("rgb", "0,0,255"),
            File("a.jpg", &picture),
        ];
        let result = repaired(&fields, format).into_rgb8();
        assert_eq!(result.dimensions(), (40, 30));
        let Rgb([red, _, blue]) = *result.get_pixel(1, 28);
        assert!(red < 40 && blue > 200, "{red} {blue}");
        let Rgb([red, _, blue]) = *result.get_pixel(20, 15);
        assert!(red.abs_diff(blue) < 40, "{red} {blue}");
    }
}

#[test]
fn pictures_are_served_whole_in_part_and_without_their_content() {
    let studio = Studio::new();
    let picture = png();
    let accepted = answer(&studio.upload("sr", &picture));
    let url = text(&accepted, "img_url");
    let whole = studio.get(&url, &[]);
    assert_eq!(whole.body(), &picture);
    assert_eq!(whole.headers()["content-type"], "image/png");
    assert_eq!(whole.headers()["content-length"], picture.len().to_string());
    assert_eq!(
        whole.headers()["last-modified"],
        "Tue, 29 Aug 2017 06:13:53 GMT"
    );
    let tag = whole.headers()["etag"].to_str().expect("a tag");
    let part = studio.get(&url, &[("range", "bytes=10-19"), ("if-range", tag)]);
    assert_eq!(part.status(), 206);
    assert_eq!(part.body(), &picture[10..20]);
    let range = format!("bytes 10-19/{}", picture.len());
    assert_eq!(part.headers()["content-range"], range.as_str());
    assert_eq!(studio.get(&url, &[("range", "bytes=99999-")]).status(), 416);
    let head = studio.fetch("HEAD", &url, &[]);
    assert_eq!(head.headers()["content-length"], picture.len().to_string());
    assert_eq!(studio.fetch("POST", &url, &[]).status(), 405);
    for wrong in [url.replace(".png", ".jpg"), url.replace(".png", "")] {
        assert_eq!(studio.get(&wrong, &[]).status(), 404);
    }
    studio.pass(2);
    let result = studio.get(&studio.result_url(&text(&accepted, "mdf")), &[]);
    assert_eq!(
        result.headers()["last-modified"],
        "Tue, 29 Aug 2017 06:13:55 GMT"
    );
    assert_ne!(result.headers()["etag"], whole.headers()["etag"]);
}

#[test]
fn a_picture_is_gone_one_hour_after_it_was_done() {
    let studio = Studio::new();
    let accepted = answer(&studio.upload("sr", &png()));
    let (id, photo) = (text(&accepted, "mdf"), text(&accepted, "img_url"));
    studio.pass(2);
    let result = studio.result_url(&id);
    studio.pass(3599);
    for url in [&photo, &result] {
        assert_eq!(studio.get(url, &[]).status(), 200);
    }
    studio.pass(1);
    assert_eq!(errno(&studio.status(&id)), 9002);
    assert_eq!(errno(&studio.download(&id)), 9002);
    for url in [&photo, &result] {
        assert_eq!(studio.get(url, &[]).status(), 404);
    }
    assert_eq!(studio.left(), 99);
    // The next one sweeps up; what was paid stays paid.
    studio.accepted("sr", &png());
    assert_eq!(errno(&studio.status(&id)), 9002);
    assert_eq!(studio.left(), 98);
}

#[test]
fn a_result_has_no_address_before_it_is_done() {
    let studio = Studio::new();
    let id = studio.accepted("sr", &png());
    studio.pass(2);
    let url = studio.result_url(&id);
    studio.unpass(1);
    assert_eq!(studio.get(&url, &[]).status(), 404);
    studio.pass(1);
    assert_eq!(studio.get(&url, &[]).status(), 200);
    let host = studio.bed.emulator.address();
    let guessed = format!("http://{host}/fangtang/results/{id}.png");
    assert_eq!(studio.get(&guessed, &[]).status(), 404);
    assert!(studio.bed.last_refusal().contains("no such picture"));
}

#[test]
fn the_life_of_results_can_be_set() {
    let lifetime = Duration::from_secs(60);
    let studio = Studio::with(|builder| builder.photo_lifetime(lifetime));
    let id = studio.accepted("sr", &png());
    studio.pass(61);
    assert_eq!(answer(&studio.status(&id))["status"], 200);
    studio.pass(1);
    assert_eq!(errno(&studio.status(&id)), 9002);
}

#[test]
fn a_picture_that_is_too_large_is_refused_before_it_takes_memory() {
    let studio = Studio::new();
    let begin = Instant::now();
    let heavy = vec![0xff; 20 * 1024 * 1024 + 1];
    assert_eq!(errno(&studio.upload("sr", &heavy)), 9001);
    // A small file that would be 268 million pixels.
    let mut vast = png();
    vast[16..24].copy_from_slice(&[0, 0, 0x3f, 0xff, 0, 0, 0x3f, 0xff]);
    let crc = crc32(&vast[12..29]);
    vast[29..33].copy_from_slice(&crc.to_be_bytes());
    let refused = studio.upload("sr", &vast);
    assert_eq!(errno(&refused), 9009);
    let msg = text(&crate::support::json(&refused), "msg");
    assert!(msg.contains("16383 times 16383"), "{msg}");
    assert!(begin.elapsed() < Duration::from_secs(20));
    assert_eq!(studio.left(), 100);
    assert_eq!(studio.bed.emulator.log()[0].at.seconds(), NOW);
}

/// As PNG has it.
fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(u32::MAX, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| {
            (crc >> 1) ^ (0xedb8_8320 & (crc & 1).wrapping_neg())
        })
    })
}
