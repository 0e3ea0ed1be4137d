//! Twice as wide, and twice as high.

use image::{DynamicImage, RgbImage, RgbaImage, imageops::FilterType};

/// Rows that are enlarged at once: in between, the filter has 16 bytes a pixel.
const BAND: u32 = 256;
/// Rows around a band that the filter looks at.
const MARGIN: u32 = 4;

/// Enlarges by Lanczos, band by band.
pub(super) fn twice(picture: &DynamicImage) -> DynamicImage {
    let (width, height) = (picture.width(), picture.height());
    let row = width as usize * 2 * usize::from(picture.color().bytes_per_pixel());
    let mut pixels = Vec::with_capacity(row * height as usize * 2);
    for top in (0..height).step_by(BAND as usize) {
        let rows = BAND.min(height - top);
        let above = MARGIN.min(top);
        let below = MARGIN.min(height - top - rows);
        let band = picture.crop_imm(0, top - above, width, above + rows + below);
        let band = band.resize_exact(width * 2, band.height() * 2, FilterType::Lanczos3);
        let start = above as usize * 2 * row;
        pixels.extend_from_slice(&band.as_bytes()[start..start + rows as usize * 2 * row]);
    }
    from_pixels(picture.color().has_alpha(), width * 2, height * 2, pixels)
        .expect("as many pixels as the dimensions say")
}

fn from_pixels(has_alpha: bool, width: u32, height: u32, pixels: Vec<u8>) -> Option<DynamicImage> {
    Some(match has_alpha {
        true => RgbaImage::from_raw(width, height, pixels)?.into(),
        false => RgbImage::from_raw(width, height, pixels)?.into(),
    })
}

#[cfg(test)]
mod tests {
    use image::{Rgb, Rgba};

    use super::*;

    #[test]
    fn bands_leave_no_seams() {
        for height in [1, BAND - 1, BAND, BAND + 3, BAND * 2 + 100] {
            let value = |x: u32, y: u32| (x * 37 + y * y * 11) as u8;
            let plain = RgbImage::from_fn(7, height, |x, y| Rgb([value(x, y), 0, value(y, x)]));
            let clear = RgbaImage::from_fn(7, height, |x, y| {
                Rgba([value(x, y), 9, value(y, x), value(y, y)])
            });
            for picture in [DynamicImage::from(plain), clear.into()] {
                let whole = picture.resize_exact(14, height * 2, FilterType::Lanczos3);
                assert!(twice(&picture) == whole, "{height} rows");
            }
        }
    }
}
