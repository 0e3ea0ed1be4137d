//! `imageView2`: one step.

use super::{
    recipe::{Recipe, Step},
    scale::{Frame, Scale},
    unknown, unprocessable,
    words::{self, Words},
};
use crate::wanxiang::answer::Refusal;

/// Reads what stands behind `imageView2/`.
pub(super) fn read(words: &mut Words<'_>) -> Result<Recipe, Refusal> {
    let mode = words.value("imageView2")?;
    let (mut width, mut height) = (None, None);
    let mut recipe = Recipe::default();
    while let Some(name) = words.next() {
        match name {
            "w" => width = Some(words::named_side("w", words.value("w")?)?),
            "h" => height = Some(words::named_side("h", words.value("h")?)?),
            "format" => recipe.format = Some(words::format(words.value("format")?)?),
            "q" => recipe.quality = Some(words::quality("q", words.value("q")?)?),
            other => return Err(unknown(other)),
        }
    }
    let at_most = |turns| Frame {
        width: width.unwrap_or(u32::MAX),
        height: height.unwrap_or(u32::MAX),
        turns,
    };
    let both = |turns| Frame {
        width: width.or(height).unwrap_or(1),
        height: height.or(width).unwrap_or(1),
        turns,
    };
    let step = match mode {
        "0" => Step::Scale(Scale::Within(at_most(true))),
        "1" => Step::Fill(both(false)),
        "2" => Step::Scale(Scale::Within(at_most(false))),
        "3" => Step::Scale(Scale::Cover(both(false))),
        "4" => Step::Scale(Scale::Cover(both(true))),
        "5" => Step::Fill(both(true)),
        _ => return Err(unprocessable("imageView2 has the modes 0 to 5")),
    };
    if width.is_some() || height.is_some() {
        recipe.add(step)?;
    }
    match recipe.is_empty() {
        true => Err(unprocessable("imageView2 says nothing but its mode")),
        false => Ok(recipe),
    }
}

#[cfg(test)]
mod tests {
    use image::{DynamicImage, RgbImage};

    use super::*;
    use crate::codec::{Format, QUALITY};

    fn read(text: &str) -> Result<Recipe, Refusal> {
        super::read(&mut Words::of(text))
    }

    fn made(text: &str, (width, height): (u32, u32)) -> (u32, u32) {
        let pixels = DynamicImage::from(RgbImage::new(width, height));
        let bytes = Format::Png.encode(pixels.into(), QUALITY).expect("bytes");
        let made = read(text).expect("a recipe").make(&bytes);
        let made = made.expect("a picture");
        let pixels = made.format.decode(&made.bytes).expect("a picture").pixels;
        (pixels.width(), pixels.height())
    }

    #[test]
    fn every_mode_has_its_size() {
        let (lying, standing) = ((320, 240), (240, 320));
        for (text, picture, expected) in [
            ("0/w/160/h/60", lying, (80, 60)),
            ("0/w/160/h/60", standing, (60, 80)),
            ("0/w/160", standing, (120, 160)),
            ("0/h/60", standing, (60, 80)),
            ("0/w/1000", lying, (320, 240)),
            ("1/w/100/h/50", lying, (100, 50)),
            ("1/w/100", lying, (100, 100)),
            ("1/w/400/h/400", lying, (400, 400)),
            ("2/w/160/h/60", standing, (45, 60)),
            ("2/w/160", lying, (160, 120)),
            ("2/w/1000/h/1000", lying, (320, 240)),
            ("3/w/160/h/60", lying, (160, 120)),
            ("3/h/60", lying, (80, 60)),
            ("3/w/640/h/10", lying, (640, 480)),
            ("4/w/160/h/60", standing, (120, 160)),
            ("4/w/60", standing, (60, 80)),
            ("5/w/100/h/50", lying, (100, 50)),
            ("5/w/100/h/50", standing, (50, 100)),
            ("2/q/50", lying, lying),
        ] {
            assert_eq!(made(text, picture), expected, "{text} of {picture:?}");
        }
    }

    #[test]
    fn format_and_quality_stand_anywhere() {
        let recipe = read("2/q/85!/format/jpg/w/100").expect("a recipe");
        assert_eq!(
            (recipe.format, recipe.quality),
            (Some(Format::Jpeg), Some(85))
        );
        assert_eq!(
            read("2/format/png").expect("a recipe").format,
            Some(Format::Png)
        );
    }

    #[test]
    fn what_is_not_in_the_table_is_refused() {
        for bad in [
            "",
            "2",
            "2/",
            "6/w/100",
            "x/w/100",
            "2/w",
            "2/w/",
            "2/w/9",
            "2/w/16384",
            "2/h/1e3",
            "2/q/101",
            "2/format/webp",
            "2/format/gif",
            "2/format/yjpeg",
            "2/x/1",
            "2/w/100/",
            "2/w/100//h/100",
        ] {
            assert!(read(bad).is_err(), "{bad}");
        }
    }
}
