//! Pictures made on the spot.

use std::io::Cursor;

use image::{ImageFormat, RgbImage};

/// A PNG of noise in these tones, which is neither blurred nor food.
pub(crate) fn noise(width: u32, height: u32) -> Vec<u8> {
    let mut state = 7_u32;
    let mut noise = move || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 24) as u8
    };
    let pixels = (0..width * height).flat_map(|_| [0, noise() / 2, noise()]);
    png(width, height, pixels.collect())
}

/// A PNG of one colour.
pub(crate) fn plain(width: u32, height: u32, colour: [u8; 3]) -> Vec<u8> {
    png(width, height, colour.repeat((width * height) as usize))
}

fn png(width: u32, height: u32, pixels: Vec<u8>) -> Vec<u8> {
    let picture = RgbImage::from_raw(width, height, pixels).expect("as many pixels");
    let mut file = Cursor::new(Vec::new());
    let written = picture.write_to(&mut file, ImageFormat::Png);
    written.expect("a picture");
    file.into_inner()
}

/// Width and height, if it is a picture.
pub(crate) fn size(file: &[u8]) -> Option<(u32, u32)> {
    let picture = image::load_from_memory(file).ok()?;
    Some((picture.width(), picture.height()))
}
