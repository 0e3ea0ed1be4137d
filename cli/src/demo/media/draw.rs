//! What is to be seen in the pictures, pixel by pixel.

use image::{Rgb, RgbImage};

use super::film;

/// The background of the portrait.
pub(in crate::demo) const BLUE: [u8; 3] = [67, 142, 219];

/// The colour of skin in daylight.
pub(super) const SKIN: [u8; 3] = [224, 172, 140];

pub(super) fn gradient(x: u32, y: u32) -> Rgb<u8> {
    Rgb([(x * 255 / 320) as u8, (y * 255 / 240) as u8, 128])
}

/// The same noise each time: an integer hash of the place.
pub(super) fn noise(x: u32, y: u32) -> Rgb<u8> {
    let mut bits = (x ^ y.rotate_left(16)).wrapping_mul(0x9e37_79b1);
    bits ^= bits >> 15;
    bits = bits.wrapping_mul(0x85eb_ca77);
    bits ^= bits >> 13;
    let [red, green, blue, _] = bits.to_le_bytes();
    Rgb([red, green, blue])
}

/// Squares of orange and brown: hard edges, warm colours.
pub(super) fn dish(x: u32, y: u32) -> Rgb<u8> {
    Rgb(match (x / 16 + y / 16).is_multiple_of(2) {
        true => [235, 150, 45],
        false => [170, 80, 20],
    })
}

/// A sky above two hills.
pub(super) fn landscape(x: u32, y: u32) -> Rgb<u8> {
    let hill = |from: u32, width: u32| x.abs_diff(from).pow(2) / width;
    Rgb(if y < 150 + hill(150, 120) && y < 190 + hill(380, 200) {
        [120, 170, 220u8.saturating_add((y / 12) as u8)]
    } else {
        [60, 140 - (y / 6) as u8, 50]
    })
}

/// Head and shoulders in front of plain blue, none of which touches a corner.
pub(super) fn portrait(x: u32, y: u32) -> Rgb<u8> {
    let inside = |middle: (u32, u32), half: (u32, u32)| {
        let share = |at: u32, middle: u32, half: u32| (at.abs_diff(middle) * 1000 / half).pow(2);
        share(x, middle.0, half.0) + share(y, middle.1, half.1) <= 1_000_000
    };
    Rgb(if inside((120, 120), (52, 70)) {
        SKIN
    } else if inside((120, 320), (90, 110)) {
        [40, 44, 60]
    } else {
        BLUE
    })
}

/// A soft picture under grain.
pub(super) fn grainy(x: u32, y: u32) -> Rgb<u8> {
    let soft = [60 + x / 2, 70 + y / 2, 110 + (x + y) / 6];
    let grain = noise(x, y).0.map(|bits| u32::from(bits % 41));
    let [red, green, blue] = [0, 1, 2].map(|at| (soft[at] + grain[at]) as u8);
    Rgb([red, green, blue])
}

/// Rings of grey.
pub(super) fn grey(x: u32, y: u32) -> Rgb<u8> {
    let distance = x.abs_diff(80).pow(2) + y.abs_diff(60).pow(2);
    Rgb([60 + (distance / 60 % 120) as u8; 3])
}

/// Skin, and a blue strip of an eighth.
pub(super) fn mostly_bare(x: u32, _: u32) -> Rgb<u8> {
    Rgb(match x {
        0..25 => [30, 60, 200],
        _ => SKIN,
    })
}

/// A white square on its way across noise.
pub(super) fn frame(number: u32) -> RgbImage {
    let (width, height) = film::FRAME;
    RgbImage::from_fn(width, height, |x, y| {
        let left = number * width / 8;
        match (left..left + 24).contains(&x) && (68..92).contains(&y) {
            true => Rgb([255; 3]),
            false => noise(x + number, y),
        }
    })
}
