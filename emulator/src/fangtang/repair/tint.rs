//! Grey pictures get a tint.

use image::{DynamicImage, Rgb, RgbImage, RgbaImage};

/// How far the channels of a pixel lie apart, on average, in a picture that counts as grey.
const SPREAD: u64 = 8;

/// Gives a grey picture the tint of old paper; one with colours keeps them.
pub(super) fn warm(picture: DynamicImage) -> DynamicImage {
    match picture {
        DynamicImage::ImageRgba8(mut picture) => {
            if is_grey(picture.pixels().map(|pixel| [pixel[0], pixel[1], pixel[2]])) {
                tint_clear(&mut picture);
            }
            picture.into()
        }
        other => {
            let mut picture = other.into_rgb8();
            if is_grey(picture.pixels().map(|pixel| pixel.0)) {
                tint_plain(&mut picture);
            }
            picture.into()
        }
    }
}

fn tint_plain(picture: &mut RgbImage) {
    for pixel in picture.pixels_mut() {
        *pixel = Rgb(tinted(pixel.0));
    }
}

fn tint_clear(picture: &mut RgbaImage) {
    for pixel in picture.pixels_mut() {
        let [red, green, blue, alpha] = pixel.0;
        let [red, green, blue] = tinted([red, green, blue]);
        pixel.0 = [red, green, blue, alpha];
    }
}

fn is_grey(pixels: impl ExactSizeIterator<Item = [u8; 3]>) -> bool {
    let count = pixels.len() as u64;
    let spread: u64 = pixels
        .map(|[red, green, blue]| {
            let highest = red.max(green).max(blue);
            u64::from(highest - red.min(green).min(blue))
        })
        .sum();
    spread <= count * SPREAD
}

fn tinted([red, green, blue]: [u8; 3]) -> [u8; 3] {
    // A channel has 8 bits, and no share is above 1.1.
    let share = |value: u8, percent: u16| (u16::from(value) * percent / 100).min(255) as u8;
    [share(red, 110), green, share(blue, 80)]
}

#[cfg(test)]
mod tests {
    use image::Rgba;

    use super::*;

    #[test]
    fn grey_becomes_warm_and_colours_stay() {
        let grey = DynamicImage::from(RgbImage::from_pixel(3, 3, Rgb([100, 102, 101])));
        assert_eq!(warm(grey).into_rgb8().get_pixel(1, 1).0, [110, 102, 80]);
        let clear = RgbaImage::from_pixel(3, 3, Rgba([250, 250, 250, 7]));
        let clear = warm(clear.into()).into_rgba8();
        assert_eq!(clear.get_pixel(1, 1).0, [255, 250, 200, 7]);
        let green = DynamicImage::from(RgbImage::from_pixel(3, 3, Rgb([10, 200, 30])));
        assert!(warm(green.clone()) == green);
    }
}
