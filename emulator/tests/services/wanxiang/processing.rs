//! What is made of pictures on their way out.

use crate::support::{
    Bed, json,
    wanxiang::{
        ACCOUNT_HOST, BUCKET_HOST, PHOTOS_V1, builder, id, multi_use, multi_use_v1, picture,
    },
};
use bytes::Bytes;
use http::Response;
use image::{DynamicImage, ImageFormat};
use yunmei_core::wanxiang::processing::{
    CropSize, Fit, Format, Geometry, Gravity, ImageEdit, ImageView, Parameters, Processing, Scale,
    TextWatermark,
};
use yunmei_emulator::Generation;

/// 40 by 30 pixels: the left half is red, the right one blue.
fn halves(format: ImageFormat) -> Vec<u8> {
    picture(
        format,
        |x, _| if x < 20 { [240, 0, 0] } else { [0, 0, 240] },
    )
}

fn bed() -> Bed {
    let bed = Bed::with(builder());
    bed.store("cat.png", &halves(ImageFormat::Png));
    bed.store("cat.jpg", &halves(ImageFormat::Jpeg));
    bed
}

fn get(bed: &Bed, file: &str, query: &str) -> Response<Bytes> {
    let url = format!("http://{BUCKET_HOST}/{}", id(file).encoded());
    bed.fetch(&url, &format!("?{query}"))
}

fn opened(response: &Response<Bytes>, format: ImageFormat) -> DynamicImage {
    assert_eq!(response.status(), 200, "{response:?}");
    let kind = match format {
        ImageFormat::Png => "image/png",
        _ => "image/jpeg",
    };
    assert_eq!(response.headers()["content-type"], kind);
    image::load_from_memory_with_format(response.body(), format).expect("a picture")
}

fn size(picture: &DynamicImage) -> (u32, u32) {
    (picture.width(), picture.height())
}

fn refused(bed: &Bed, response: &Response<Bytes>, reason: &str) {
    assert_eq!(response.status(), 403, "{reason}");
    assert_eq!(response.headers()["x-errno"], "-441", "{reason}");
    let told = response.headers()["x-yunmei-refusal"]
        .to_str()
        .expect("ASCII");
    for text in [told, &bed.last_refusal()] {
        assert!(text.contains(reason), "{text} has not: {reason}");
    }
}

#[test]
fn what_the_builders_of_the_core_write_is_really_done() {
    let bed = bed();
    let square = ImageView::new(Fit::Fill).width(20).height(20).build();
    let square = get(&bed, "cat.png", square.expect("a query").query());
    let square = opened(&square, ImageFormat::Png);
    assert_eq!(size(&square), (20, 20));
    let square = square.into_rgb8();
    assert_eq!(square.get_pixel(4, 10).0, [240, 0, 0]);
    assert_eq!(square.get_pixel(15, 10).0, [0, 0, 240]);
    let edit = ImageEdit::new()
        .auto_orient()
        .thumbnail(Geometry::Percent(200))
        .rotate(90)
        .gravity(Gravity::South)
        .crop(CropSize::Exactly {
            width: 30,
            height: 35,
        })
        .strip()
        .format(Format::Jpeg)
        .forced_quality(95)
        .build();
    let edited = get(&bed, "cat.png", edit.expect("a query").query());
    let edited = opened(&edited, ImageFormat::Jpeg);
    assert_eq!(size(&edited), (30, 35));
    // Turned to the right, the blue half is below.
    let blue = edited.into_rgb8().get_pixel(15, 17).0;
    assert!(blue[0] < 20 && blue[2] > 220, "{blue:?}");
}

#[test]
fn a_format_stays_unless_another_is_asked_for_and_a_quality_makes_a_jpeg_smaller() {
    let bed = bed();
    let kept = get(&bed, "cat.jpg", "imageView2/2/w/20");
    assert_eq!(size(&opened(&kept, ImageFormat::Jpeg)), (20, 15));
    let png = get(&bed, "cat.jpg", "imageMogr2/format/png");
    assert_eq!(size(&opened(&png, ImageFormat::Png)), (40, 30));
    let of_quality = |quality: u32| {
        let answer = get(&bed, "cat.jpg", &format!("imageView2/2/q/{quality}"));
        opened(&answer, ImageFormat::Jpeg);
        answer.body().len()
    };
    assert!(of_quality(10) < of_quality(100));
}

#[test]
fn what_is_made_comes_in_parts_and_has_a_tag_of_its_own() {
    let bed = bed();
    let path = "/cat.png?imageView2/2/w/20";
    let whole = bed.anywhere("GET", path, &[("host", BUCKET_HOST)], b"");
    let original = bed.anywhere("GET", "/cat.png", &[("host", BUCKET_HOST)], b"");
    assert_ne!(whole.headers()["etag"], original.headers()["etag"]);
    let headers = [("host", BUCKET_HOST), ("range", "bytes=1-3")];
    let part = bed.anywhere("GET", path, &headers, b"");
    assert_eq!(
        (part.status().as_u16(), &part.body()[..]),
        (206, &b"PNG"[..])
    );
    assert_eq!(part.headers()["etag"], whole.headers()["etag"]);
    let head = bed.anywhere("HEAD", path, &[("host", BUCKET_HOST)], b"");
    let length = whole.body().len().to_string();
    assert_eq!(head.headers()["content-length"], length.as_str());
}

#[test]
fn image_info_tells_of_every_kind_of_picture() {
    let bed = bed();
    let gif = b"GIF89a\x02\0\x01\0\0\0\0";
    bed.store("dot.gif", gif);
    let info = get(&bed, "cat.png", "imageInfo");
    assert_eq!(info.headers()["content-type"], "application/json");
    let info = json(&info);
    assert_eq!(info["format"], "png");
    assert_eq!(
        (&info["width"], &info["height"]),
        (&"40".into(), &"30".into())
    );
    let length = halves(ImageFormat::Png).len().to_string();
    assert_eq!(info["size"], length);
    let tag = bed.fetch(&format!("http://{BUCKET_HOST}/cat.png"), "");
    let md5 = info["md5"].as_str().expect("a text");
    assert_eq!(tag.headers()["etag"], format!("\"{md5}\"").as_str());
    let info = json(&get(&bed, "dot.gif", "imageInfo"));
    assert_eq!(
        (&info["format"], &info["width"]),
        (&"gif".into(), &"2".into())
    );
    bed.store("text", b"no picture");
    refused(&bed, &get(&bed, "text", "imageInfo"), "this is no picture");
}

#[test]
fn what_is_not_done_here_is_refused_by_name() {
    let bed = bed();
    let text = TextWatermark::new("a").build().expect("a query");
    for (query, word) in [
        (text.query(), "watermark"),
        ("exif", "exif"),
        ("imageAve", "imageAve"),
        ("imageMogr2/scrop/20x20", "scrop"),
        ("imageMogr2/thumbnail/20x/cgif/50", "cgif"),
        ("imageMogr2/interlace/1", "interlace"),
        (
            "imageView2/2/w/20/format/webp",
            "of the formats it writes jpg and png",
        ),
        (
            "imageMogr2/rotate/45",
            "rotate by other than multiples of 90",
        ),
    ] {
        let reason = "the emulator does not know this processing: ";
        let answer = get(&bed, "cat.png", query);
        refused(&bed, &answer, &format!("{reason}{word}"));
    }
    refused(
        &bed,
        &get(&bed, "cat.png", "imageView2/2/w/9"),
        "w is no number",
    );
}

#[test]
fn pictures_of_other_kinds_are_refused_and_so_are_broken_and_vast_ones() {
    let bed = bed();
    bed.store("dot.gif", b"GIF89a\x02\0\x01\0\0\0\0");
    bed.store("text", b"no picture");
    let png = halves(ImageFormat::Png);
    bed.store("half.png", &png[..png.len() / 2]);
    let mut vast = halves(ImageFormat::Jpeg);
    let frame = vast.windows(2).position(|two| two == [0xff, 0xc0]);
    let sides = frame.expect("a frame") + 5;
    vast[sides..sides + 4].copy_from_slice(&[0x3f, 0xff, 0x3f, 0xff]);
    bed.store("vast.jpg", &vast);
    for (file, query, reason) in [
        (
            "dot.gif",
            "imageView2/2/w/20",
            "of the pictures it processes JPEG and PNG",
        ),
        ("text", "imageView2/2/w/20", "this is no picture"),
        ("half.png", "imageView2/2/w/20", "cannot be processed"),
        ("vast.jpg", "imageView2/2/w/20", "pixels are too many"),
        (
            "cat.png",
            "imageMogr2/thumbnail/16383x16383!",
            "pixels are too many",
        ),
        (
            "cat.png",
            "imageMogr2/thumbnail/!4294967295p",
            "pixels are too many",
        ),
        (
            "cat.png",
            "imageMogr2/crop/!10x10a40a0",
            "outside of the picture",
        ),
    ] {
        refused(&bed, &get(&bed, file, query), reason);
    }
    // Everybody else is still answered.
    let fine = get(&bed, "cat.png", "imageView2/2/w/20");
    assert_eq!(size(&opened(&fine, ImageFormat::Png)), (20, 15));
}

#[test]
fn v1_and_v2_have_parameters() {
    let bed = Bed::with(builder().picture_generation(Generation::V2));
    bed.store("cat", &halves(ImageFormat::Png));
    let long = format!("http://{BUCKET_HOST}/examplebucket-10000001/0/cat/original");
    let fetch = |processing: Processing| bed.fetch(&long, &format!("?{}", processing.query()));
    let small = Parameters::new().scale(Scale::Within).width(20).height(10);
    let small = fetch(
        small
            .format(Format::Jpeg)
            .quality(80)
            .build()
            .expect("a query"),
    );
    assert_eq!(size(&opened(&small, ImageFormat::Jpeg)), (13, 10));
    let large = Parameters::new().scale(Scale::Cover).width(80).rotate(270);
    let large = opened(&fetch(large.build().expect("a query")), ImageFormat::Png);
    assert_eq!(size(&large), (60, 80));
    // Turned to the left, the blue half is above.
    assert_eq!(large.into_rgb8().get_pixel(30, 10).0, [0, 0, 240]);
    let cropped = Parameters::new().width(20).height(10).crop().build();
    let reason = "the emulator does not know this processing: crop";
    refused(&bed, &fetch(cropped.expect("a query")), reason);
    let words = bed.fetch(&long, "?imageView2/2/w/20");
    refused(&bed, &words, "imageView2 is processing of V2 enhanced");

    let form = [crate::support::wanxiang::File(
        "FileContent",
        "a",
        &halves(ImageFormat::Png),
    )];
    bed.post(&format!("{PHOTOS_V1}/cat"), &multi_use_v1(), &form);
    let v1 = format!("http://{ACCOUNT_HOST}/10000001/0/cat");
    let small = bed.fetch(&v1, "?w=20");
    assert_eq!(size(&opened(&small, ImageFormat::Png)), (20, 15));

    let enhanced = self::bed();
    let answer = get(&enhanced, "cat.png", "w=20");
    refused(&enhanced, &answer, "w is processing of V1 and V2");
}

#[test]
fn a_signature_stands_beside_the_processing_and_is_asked_for_first() {
    let bed = Bed::with(builder().private_pictures(true));
    bed.store("cat.png", &halves(ImageFormat::Png));
    let sign = multi_use().replace('+', "%2B").replace('/', "%2F");
    for query in [
        format!("imageView2/2/w/20&sign={sign}"),
        format!("sign={sign}&imageView2/2/w/20"),
    ] {
        let answer = get(&bed, "cat.png", &query);
        assert_eq!(size(&opened(&answer, ImageFormat::Png)), (20, 15));
    }
    for query in ["imageView2/2/w/20", "exif"] {
        let answer = get(&bed, "cat.png", query);
        assert_eq!(answer.headers()["x-errno"], "-46618", "{query}");
    }
    let answer = get(&bed, "cat.png", &format!("exif&sign={sign}"));
    refused(&bed, &answer, "this processing: exif");
    assert!(!bed.last_refusal().contains(&sign[..20]));
}

#[test]
fn a_style_of_what_is_there_is_told_from_what_is_missing() {
    let bed = bed();
    let refusal = |file: &str| {
        let answer = get(&bed, file, "");
        assert_eq!(answer.headers()["x-errno"], "-6101", "{file}");
        let told = answer.headers()["x-yunmei-refusal"]
            .to_str()
            .expect("ASCII");
        assert_eq!(told, bed.last_refusal());
        told.to_owned()
    };
    for file in [
        "cat.jpg!small",
        "cat.jpg-small",
        "cat.jpg_small",
        "cat.jpg/small",
    ] {
        let expected = format!("nothing is called {file}; there are no styles here");
        assert!(refusal(file).ends_with(&expected), "{}", refusal(file));
    }
    assert!(refusal("dog.jpg!small").ends_with("nothing is called dog.jpg!small"));
    bed.store("cat.jpg!own", b"a name like any other");
    assert_eq!(get(&bed, "cat.jpg!own", "").body(), "a name like any other");

    let private = Bed::with(builder().private_pictures(true));
    private.store("cat.jpg", b"x");
    let answer = get(&private, "cat.jpg!small", "");
    assert_eq!(answer.headers()["x-errno"], "-46618");
    assert!(private.last_refusal().ends_with("there are no styles here"));
}
