//! The whole of a query, the parameters of V1 and V2, and what holds for every input.

use http::Uri;
use proptest::{prelude::*, test_runner::Config};

use super::*;

/// The query, which can stand in an address, before a signature.
pub(super) fn accepted(result: Result<Processing, InputError>) -> String {
    let query = result.expect("processing").query().to_owned();
    let address = format!("http://demo-10000001.image.myqcloud.com/cat.jpg?{query}&sign=a%2Bb%3D");
    let uri: Uri = address.parse().expect("an address");
    assert_eq!(uri.to_string(), address);
    assert!(is_query_text(&query), "{query}");
    // Whatever the types write could have been written by hand.
    assert_eq!(
        Processing::raw(&query).as_ref().map(Processing::query),
        Ok(&*query)
    );
    query
}

fn refused(name: &'static str) -> Result<Processing, InputError> {
    Err(InputError::Processing { name })
}

#[test]
fn metadata_are_single_words() {
    for (metadata, word) in [
        (Metadata::Info, "imageInfo"),
        (Metadata::Exif, "exif"),
        (Metadata::AverageColour, "imageAve"),
    ] {
        assert_eq!(accepted(Ok(metadata.into())), word);
    }
}

#[test]
fn a_text_of_the_callers_own_is_taken_as_it_stands() {
    for text in [
        "imageMogr2/thumbnail/!50p%7Cwatermark/2/text/5Zu-",
        "imageView2/2/w/400/q/85!",
        "a=1&b=2;c=3&signature=4&design=5&sig=6",
        "style/sign=no+parameter/of/that/name",
        "-._~!$&'()*+,;=:@/?%e5",
    ] {
        assert_eq!(accepted(text.parse()), text);
        assert_eq!(accepted(Processing::raw(text)), text);
    }
}

#[test]
fn a_text_that_a_query_cannot_hold_is_refused() {
    for bad in [
        "", "?a=1", "a#b", "a b", "a\nb", "a\0", "a\"b", "a<b", "a>b", "a[b", "a\\b", "a]b", "a^b",
        "a`b", "a{b", "a|b", "a}b", "a\u{7f}", "图", "100%", "%4", "%zz", "%4g",
    ] {
        assert_eq!(Processing::raw(bad), refused("query"), "{bad:?}");
    }
}

#[test]
fn a_signature_is_refused_however_it_is_written() {
    for bad in [
        "sign=x",
        "sign",
        "SIGN=x",
        "imageView2/2/w/400&sign=x",
        "a=1;Sign=x",
        "s%69gn=x",
        "a=1&%73%49%67%6E=x",
    ] {
        assert_eq!(Processing::raw(bad), refused("query"), "{bad:?}");
    }
}

#[test]
fn a_text_has_at_most_4096_bytes() {
    assert!(Processing::raw("a".repeat(LENGTH_LIMIT)).is_ok());
    assert_eq!(
        Processing::raw("a".repeat(LENGTH_LIMIT + 1)),
        refused("query")
    );
}

#[test]
fn parameters_are_written_as_in_the_table() {
    let new = Parameters::new;
    let square = || new().width(300).height(300);
    for (parameters, query) in [
        (
            new().scale(Scale::Within).width(100).height(80),
            "ss=0&w=100&h=80",
        ),
        (new().scale(Scale::Cover).height(80), "ss=1&h=80"),
        (square().crop(), "crop=1&w=300&h=300"),
        (
            square().crop_from(Gravity::North).crop_offset(5, 7),
            "crop=1&cpx=5&cpy=7&cpos=north&w=300&h=300",
        ),
        (square().smart_crop(), "scrop=1&w=300&h=300"),
        (square().crop().smart_crop(), "scrop=1&crop=1&w=300&h=300"),
        (new().strip(false), "strip=0"),
        (new().compress_gif(true), "cgif=1"),
        (new().sharpen(true), "sharp=1"),
        (new().auto_orient(true), "srotate=1"),
        (square().border(true), "w=300&h=300&composite=1"),
        (new().interlace(true), "interlace=1"),
        (new().quality(85), "qa=85"),
        (new().forced_quality(85), "pqa=85"),
        (new().quality(10).forced_quality(0), "pqa=0"),
        (new().format(Format::Webp), "t=5"),
        (new().rotate(90), "degree=90"),
    ] {
        assert_eq!(accepted(parameters.build()), query);
    }
}

#[test]
fn a_text_among_parameters_is_escaped_and_only_its_font_and_colour_are_base64() {
    let mark = TextWatermark::new("a&b=图").gravity(Gravity::North);
    let parameters = Parameters::new().watermark(mark.clone());
    assert_eq!(
        accepted(parameters.build()),
        "watermark=1&wpos=north&ww=a%26b%3D%E5%9B%BE"
    );
    let mark = mark
        .offset(10, 20)
        .font("tahoma.ttf")
        .font_size(13)
        .fill("#3D3D3D")
        .dissolve(100);
    let parameters = Parameters::new().watermark(mark).watermark_least(200, 100);
    assert_eq!(
        accepted(parameters.build()),
        "watermark=1&wpos=north&wpx=10&wpy=20&wlw=200&wlh=100&ww=a%26b%3D%E5%9B%BE\
         &font=dGFob21hLnR0Zg%3D%3D&fontsize=13&fill=IzNEM0QzRA%3D%3D&dissolve=100"
    );
}

#[test]
fn a_parameter_that_is_out_of_range_is_named() {
    let new = Parameters::new;
    let mark = || TextWatermark::new("a");
    for good in [10, 16383] {
        assert!(new().width(good).height(good).build().is_ok());
    }
    for bad in [0, 9, 16384, u32::MAX] {
        assert_eq!(new().width(bad).build(), refused("w"));
        assert_eq!(new().height(bad).build(), refused("h"));
    }
    assert!(new().rotate(360).quality(100).build().is_ok());
    for (parameters, name) in [
        (new(), "query"),
        (new().scale(Scale::Cover), "w"),
        (new().smart_crop().crop(), "w"),
        (new().quality(101), "qa"),
        (new().forced_quality(101), "pqa"),
        (new().format(Format::OptimizedJpeg), "t"),
        (new().rotate(361), "degree"),
        (new().watermark_least(1, 1), "ww"),
        (new().watermark(TextWatermark::new("")), "ww"),
        (new().watermark(mark().dissolve(0)), "dissolve"),
        (new().watermark(mark().dissolve(101)), "dissolve"),
        (new().watermark(mark().font_size(0)), "fontsize"),
        (new().watermark(mark().font("")), "font"),
        (new().watermark(mark().fill("#12")), "fill"),
    ] {
        assert_eq!(parameters.build(), refused(name));
    }
}

proptest! {
    #![proptest_config(Config { failure_persistence: None, ..Config::default() })]

    #[test]
    fn any_text_is_either_refused_or_can_stand_in_an_address(text in "\\PC{0,40}") {
        if let Ok(processing) = Processing::raw(&text) {
            prop_assert_eq!(&accepted(Ok(processing)), &text);
        }
    }

    #[test]
    fn any_numbers_and_texts_are_either_refused_or_can_stand_in_an_address(
        numbers in prop::array::uniform4(prop_oneof![0..500u32, any::<u32>()]),
        offset in any::<(i32, i32)>(),
        text in any::<String>(),
    ) {
        let [a, b, c, d] = numbers;
        let mark = TextWatermark::new(&text).font(&text).dissolve(a).font_size(b).offset(c, d);
        let size = CropSize::Exactly { width: a, height: b };
        for result in [
            ImageView::new(Fit::Fill).width(a).height(b).forced_quality(c).build(),
            ImageEdit::new().crop(size.offset(offset.0, offset.1)).rotate(c).build(),
            ImageEdit::new().thumbnail(Geometry::Area(a)).gif_frames(d).build(),
            ImageWatermark::new(&text).offset(a, b).build(),
            ImageWatermark::new(format!("http://host/{text}")).build(),
            mark.build(),
            Parameters::new().watermark(mark).watermark_least(a, b).width(c).rotate(d).build(),
        ] {
            if result.is_ok() {
                accepted(result);
            }
        }
    }
}
