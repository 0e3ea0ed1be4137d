//! A new background, as photos for identity cards want it.

use std::collections::VecDeque;

use image::{DynamicImage, Rgb, RgbImage, RgbaImage};

/// How far each channel may be from the corner's.
const TOLERANCE: u8 = 32;

/// Replaces what is connected to a corner and has about its colour. Where the picture is
/// transparent, the new background shows through.
pub(super) fn replace(picture: DynamicImage, colour: Rgb<u8>) -> DynamicImage {
    let mut picture = match picture {
        DynamicImage::ImageRgba8(picture) => opaque(&picture, colour),
        other => other.into_rgb8(),
    };
    // A picture without pixels is not decoded.
    let (right, bottom) = (picture.width() - 1, picture.height() - 1);
    let mut reached = vec![false; picture.pixels().len()];
    for corner in [(0, 0), (right, 0), (0, bottom), (right, bottom)] {
        flood(&mut picture, &mut reached, corner, colour);
    }
    picture.into()
}

fn opaque(picture: &RgbaImage, behind: Rgb<u8>) -> RgbImage {
    RgbImage::from_fn(picture.width(), picture.height(), |x, y| {
        let [red, green, blue, alpha] = picture.get_pixel(x, y).0;
        let alpha = u32::from(alpha);
        let mix = |front: u8, back: u8| {
            // Of two values of 8 bits, one of 8 bits.
            ((u32::from(front) * alpha + u32::from(back) * (255 - alpha) + 127) / 255) as u8
        };
        let [back_red, back_green, back_blue] = behind.0;
        Rgb([
            mix(red, back_red),
            mix(green, back_green),
            mix(blue, back_blue),
        ])
    })
}

/// Fills from one corner. Breadth first: of a wide surface, only its rim waits.
fn flood(picture: &mut RgbImage, reached: &mut [bool], corner: (u32, u32), colour: Rgb<u8>) {
    let (width, height) = picture.dimensions();
    let at = |x: u32, y: u32| y as usize * width as usize + x as usize;
    let Rgb(wanted) = *picture.get_pixel(corner.0, corner.1);
    let is_like = |pixel: &Rgb<u8>| {
        let mut channels = pixel.0.iter().zip(wanted);
        channels.all(|(one, other)| one.abs_diff(other) <= TOLERANCE)
    };
    let mut rim = VecDeque::new();
    let mut reach = |picture: &mut RgbImage, x: u32, y: u32| {
        let place = at(x, y);
        let new = !reached[place] && is_like(picture.get_pixel(x, y));
        if new {
            reached[place] = true;
            picture.put_pixel(x, y, colour);
        }
        new
    };
    if reach(picture, corner.0, corner.1) {
        rim.push_back(corner);
    }
    while let Some((x, y)) = rim.pop_front() {
        let beside = [
            (x > 0).then(|| (x - 1, y)),
            (x + 1 < width).then_some((x + 1, y)),
            (y > 0).then(|| (x, y - 1)),
            (y + 1 < height).then_some((x, y + 1)),
        ];
        for (x, y) in beside.into_iter().flatten() {
            if reach(picture, x, y) {
                rim.push_back((x, y));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use image::Rgba;

    use super::*;

    const RED: Rgb<u8> = Rgb([255, 0, 0]);

    #[test]
    fn what_surrounds_a_face_is_filled_and_the_face_is_not() {
        // Noisy blue, a grey frame, and within it blue again.
        let blue = |x: u32, y: u32| Rgb([20, 40 + ((x * 7 + y * 3) % 20) as u8, 200]);
        let picture =
            RgbImage::from_fn(20, 20, |x, y| match (x.abs_diff(10)).max(y.abs_diff(10)) {
                4..=5 => Rgb([120; 3]),
                _ => blue(x, y),
            });
        let result = replace(picture.clone().into(), RED).into_rgb8();
        for corner in [(0, 0), (19, 0), (0, 19), (19, 19), (10, 1)] {
            assert_eq!(result.get_pixel(corner.0, corner.1), &RED, "{corner:?}");
        }
        assert_eq!(result.get_pixel(5, 10), &Rgb([120; 3]));
        assert_eq!(result.get_pixel(10, 10), picture.get_pixel(10, 10));
    }

    #[test]
    fn what_is_transparent_shows_the_new_background() {
        let mut picture = RgbaImage::from_pixel(5, 5, Rgba([9, 9, 9, 0]));
        picture.put_pixel(2, 2, Rgba([0, 0, 255, 255]));
        picture.put_pixel(2, 1, Rgba([0, 255, 0, 128]));
        let result = replace(picture.into(), RED).into_rgb8();
        assert_eq!(result.get_pixel(0, 4), &RED);
        assert_eq!(result.get_pixel(2, 2), &Rgb([0, 0, 255]));
        assert_eq!(result.get_pixel(2, 1), &Rgb([127, 128, 0]));
    }

    #[test]
    fn one_pixel_is_its_own_corner() {
        let picture = RgbImage::from_pixel(1, 1, Rgb([7; 3]));
        let result = replace(picture.into(), RED).into_rgb8();
        assert_eq!(result.get_pixel(0, 0), &RED);
    }
}
