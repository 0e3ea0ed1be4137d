//! What is to be seen in a picture, by simple rules on its real pixels.
//!
//! The service has trained classifiers for this. These rules only stand in for them: they are
//! steady, they differ from picture to picture, and a test can draw a picture for every answer.
//!
//! | question | rule |
//! |---|---|
//! | is it blurred | the variance of the Laplacian of the grey picture is below 100 |
//! | is it food | at least half of the pixels have a warm and strong colour |
//! | is it porn | the confidence is the share of skin-coloured pixels, in percent |
//!
//! Pictures with a side above 512 pixels are scaled down before.

use std::io::Cursor;

use image::{DynamicImage, ImageReader, Limits, Rgb, RgbImage};

/// The longest side that is looked at.
const SIDE: u32 = 512;
/// The longest side that is decoded: what the service processes (section 11).
const SIDE_LIMIT: u32 = 16_383;
/// What decoding may take, in bytes: a hostile picture is small and decodes to gigabytes.
const MEMORY_LIMIT: u64 = 256 * 1024 * 1024;
/// Below it a picture is blurred: the usual threshold for grey values of 0 to 255.
const SHARPNESS: f64 = 100.0;

/// The pixels of a picture.
pub(super) struct Pixels(DynamicImage);

impl Pixels {
    /// Decodes a picture; none if it cannot be decoded here. Takes its time.
    pub(super) fn decode(bytes: &[u8]) -> Option<Pixels> {
        let mut reader = ImageReader::new(Cursor::new(bytes))
            .with_guessed_format()
            .ok()?;
        let mut limits = Limits::default();
        limits.max_image_width = Some(SIDE_LIMIT);
        limits.max_image_height = Some(SIDE_LIMIT);
        limits.max_alloc = Some(MEMORY_LIMIT);
        reader.limits(limits);
        let picture = reader.decode().ok()?;
        Some(Pixels(match picture.width().max(picture.height()) {
            0 => return None,
            1..=SIDE => picture,
            _ => picture.thumbnail(SIDE, SIDE),
        }))
    }

    /// Whether it is blurred. What is too small to tell is not.
    pub(super) fn is_fuzzy(&self) -> bool {
        let grey = self.0.to_luma8();
        let (width, height) = grey.dimensions();
        let (mut count, mut sum, mut squares) = (0.0, 0.0, 0.0);
        for y in 1..height.saturating_sub(1) {
            for x in 1..width.saturating_sub(1) {
                let at = |x, y| f64::from(grey.get_pixel(x, y).0[0]);
                let around = at(x - 1, y) + at(x + 1, y) + at(x, y - 1) + at(x, y + 1);
                let laplacian = around - 4.0 * at(x, y);
                count += 1.0;
                sum += laplacian;
                squares += laplacian * laplacian;
            }
        }
        count > 0.0 && squares / count - (sum / count).powi(2) < SHARPNESS
    }

    /// Whether it looks like food.
    pub(super) fn is_food(&self) -> bool {
        self.share(is_warm) >= 0.5
    }

    /// The share of skin, 0 to 1.
    pub(super) fn skin(&self) -> f64 {
        self.share(is_skin)
    }

    fn share(&self, holds: fn(&Rgb<u8>) -> bool) -> f64 {
        let pixels: RgbImage = self.0.to_rgb8();
        let found = pixels.pixels().filter(|pixel| holds(pixel)).count();
        found as f64 / pixels.pixels().len() as f64
    }
}

/// From red to yellow, and neither grey nor dark: red before green before blue, and far apart.
fn is_warm(&Rgb([red, green, blue]): &Rgb<u8>) -> bool {
    red >= 100 && red >= green && green >= blue && red - blue >= 80
}

/// The usual rule for skin in daylight.
fn is_skin(&Rgb([red, green, blue]): &Rgb<u8>) -> bool {
    let spread = red.max(green).max(blue) - red.min(green).min(blue);
    let bright = red > 95 && green > 40 && blue > 20;
    bright && spread > 15 && red > green && red > blue && red - green > 15
}

#[cfg(test)]
mod tests {
    use image::ImageFormat;

    use super::*;

    fn drawn(colour: impl Fn(u32, u32) -> [u8; 3]) -> Pixels {
        let picture = RgbImage::from_fn(640, 480, |x, y| Rgb(colour(x, y)));
        let mut bytes = Cursor::new(Vec::new());
        picture
            .write_to(&mut bytes, ImageFormat::Png)
            .expect("a picture");
        Pixels::decode(bytes.get_ref()).expect("pixels")
    }

    #[test]
    fn a_gradient_is_blurred_and_a_board_of_squares_is_not() {
        assert!(drawn(|x, _| [(x / 4) as u8; 3]).is_fuzzy());
        assert!(!drawn(|x, y| [((x / 40 + y / 40) % 2 * 255) as u8; 3]).is_fuzzy());
    }

    #[test]
    fn orange_is_food_and_blue_is_not() {
        assert!(drawn(|_, _| [220, 120, 40]).is_food());
        assert!(!drawn(|_, _| [40, 120, 220]).is_food());
    }

    #[test]
    fn the_share_of_skin_is_that_of_the_picture() {
        let half = drawn(|x, _| match x < 320 {
            true => [224, 172, 140],
            false => [30, 60, 200],
        });
        assert!((half.skin() - 0.5).abs() < 0.01, "{}", half.skin());
        assert_eq!(drawn(|_, _| [30, 60, 200]).skin(), 0.0);
    }

    #[test]
    fn what_is_no_picture_or_too_large_a_one_has_no_pixels() {
        assert!(Pixels::decode(b"xyz").is_none());
        // A head that announces 60000 by 60000 pixels.
        let mut png = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR".to_vec();
        png.extend([
            0, 0, 0xea, 0x60, 0, 0, 0xea, 0x60, 8, 2, 0, 0, 0, 0, 0, 0, 0,
        ]);
        assert!(Pixels::decode(&png).is_none());
    }
}
