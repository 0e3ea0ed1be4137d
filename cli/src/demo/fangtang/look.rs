//! Whether a picture became what it should.

use std::error::Error;

use image::{RgbImage, imageops};

/// The pixels of a picture.
pub(super) fn decoded(bytes: &[u8]) -> Result<RgbImage, Box<dyn Error>> {
    Ok(image::load_from_memory(bytes)?.into_rgb8())
}

/// The same picture in half the width and height.
pub(super) fn halved(picture: &RgbImage) -> RgbImage {
    imageops::thumbnail(picture, picture.width() / 2, picture.height() / 2)
}

/// How far two pictures of one size are apart, on average, in steps of 0 to 255.
pub(super) fn distance(one: &RgbImage, other: &RgbImage) -> f64 {
    average(one.iter().zip(other.iter()).map(|(a, b)| a.abs_diff(*b)))
}

/// How much neighbours differ, on average: the grain of a picture.
pub(super) fn roughness(picture: &RgbImage) -> f64 {
    let rows = picture.rows().map(|row| row.collect::<Vec<_>>());
    let steps = rows.flat_map(|row| {
        let steps = row.windows(2).map(|pair| pair[0][1].abs_diff(pair[1][1]));
        steps.collect::<Vec<_>>()
    });
    average(steps)
}

/// How much more red than blue there is, on average.
pub(super) fn warmth(picture: &RgbImage) -> f64 {
    let channel = |at: usize| average(picture.pixels().map(|pixel| pixel[at]));
    channel(0) - channel(2)
}

fn average(values: impl Iterator<Item = u8>) -> f64 {
    let (count, sum) = values.fold((0u64, 0u64), |(count, sum), value| {
        (count + 1, sum + u64::from(value))
    });
    sum as f64 / count.max(1) as f64
}
