//! Pictures as files: read within bounds, whatever they say of themselves, and written.

use std::io::Cursor;

use image::{
    DynamicImage, ImageDecoder, ImageEncoder, ImageError, ImageFormat, ImageReader, Limits, Rgb,
    RgbImage,
    codecs::{jpeg::JpegEncoder, png::PngEncoder},
    metadata::Orientation,
};
use serde::{Deserialize, Serialize};

/// The most pixels of a picture: all are in memory, and of an enlarged one four times as many.
pub(crate) const PIXEL_LIMIT: u64 = 25_000_000;
/// The longest side.
pub(crate) const SIDE_LIMIT: u32 = 16_384;
/// Of JPEG, up to 100, where nobody asked for another.
pub(crate) const QUALITY: u8 = 90;
/// What a decoder may take, in bytes; a picture of all those pixels has 16 bits a channel at most.
const MEMORY_LIMIT: u64 = 256 * 1024 * 1024;
/// The longest EXIF data that is written again: JPEG has room for about 64 KiB.
const EXIF_LIMIT: usize = 65_000;

/// The formats that are read and written.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Format {
    Jpeg,
    Png,
}

/// A picture, with 8 bits a channel, and with alpha only where it had it.
pub(crate) struct Picture {
    /// As they are stored: by its EXIF data they may be meant otherwise.
    pub(crate) pixels: DynamicImage,
    exif: Option<Vec<u8>>,
}

/// Why a picture cannot be read or written: it is broken, or too large.
#[derive(Debug)]
pub(crate) struct Problem(pub(crate) String);

impl Format {
    /// The format of a file by how it begins, whatever it is called.
    pub(crate) fn of(bytes: &[u8]) -> Option<Format> {
        match image::guess_format(bytes).ok()? {
            ImageFormat::Jpeg => Some(Format::Jpeg),
            ImageFormat::Png => Some(Format::Png),
            _ => None,
        }
    }

    /// What file names end with.
    pub(crate) fn extension(self) -> &'static str {
        match self {
            Format::Jpeg => "jpg",
            Format::Png => "png",
        }
    }

    pub(crate) fn content_type(self) -> &'static str {
        match self {
            Format::Jpeg => "image/jpeg",
            Format::Png => "image/png",
        }
    }

    /// The picture in a file.
    pub(crate) fn decode(self, bytes: &[u8]) -> Result<Picture, Problem> {
        if self == Format::Jpeg && !is_whole(bytes) {
            return Err(Problem("the end of it is missing".into()));
        }
        let format = match self {
            Format::Jpeg => ImageFormat::Jpeg,
            Format::Png => ImageFormat::Png,
        };
        let mut reader = ImageReader::with_format(Cursor::new(bytes), format);
        let mut limits = Limits::default();
        limits.max_image_width = Some(SIDE_LIMIT);
        limits.max_image_height = Some(SIDE_LIMIT);
        limits.max_alloc = Some(MEMORY_LIMIT);
        reader.limits(limits);
        let mut decoder = reader.into_decoder()?;
        let (width, height) = decoder.dimensions();
        bounded(width.into(), height.into())?;
        let exif = decoder.exif_metadata()?;
        let pixels = DynamicImage::from_decoder(decoder)?;
        Ok(Picture {
            pixels: match pixels.has_alpha() {
                true => pixels.into_rgba8().into(),
                false => pixels.into_rgb8().into(),
            },
            exif,
        })
    }

    /// A picture as a file. What is seen through it is white where the format knows no alpha.
    pub(crate) fn encode(self, picture: Picture, quality: u8) -> Result<Vec<u8>, Problem> {
        let mut bytes = Vec::new();
        let Picture { pixels, exif } = picture;
        match self {
            Format::Jpeg => {
                let mut encoder = JpegEncoder::new_with_quality(&mut bytes, quality);
                write_exif(&mut encoder, exif);
                on_white(pixels).write_with_encoder(encoder)?;
            }
            Format::Png => {
                let mut encoder = PngEncoder::new(&mut bytes);
                write_exif(&mut encoder, exif);
                pixels.write_with_encoder(encoder)?;
            }
        }
        Ok(bytes)
    }
}

impl Picture {
    /// Turns it as its EXIF data has it, so that it is seen upright by all.
    pub(crate) fn turn_upright(&mut self) {
        let orientation = self
            .exif
            .as_mut()
            .and_then(|exif| Orientation::remove_from_exif_chunk(exif));
        if let Some(orientation) = orientation {
            self.pixels.apply_orientation(orientation);
        }
    }

    /// Takes out what is no picture.
    pub(crate) fn strip(&mut self) {
        self.exif = None;
    }
}

impl From<DynamicImage> for Picture {
    fn from(pixels: DynamicImage) -> Picture {
        Picture { pixels, exif: None }
    }
}

impl From<ImageError> for Problem {
    fn from(problem: ImageError) -> Problem {
        Problem(problem.to_string())
    }
}

/// Whether a picture of these dimensions fits into memory.
pub(crate) fn bounded(width: u64, height: u64) -> Result<(), Problem> {
    let limit = u64::from(SIDE_LIMIT);
    match width <= limit && height <= limit && width * height <= PIXEL_LIMIT {
        true => Ok(()),
        false => Err(Problem(format!(
            "{width} times {height} pixels are too many: {SIDE_LIMIT} a side are taken, \
             {PIXEL_LIMIT} in all"
        ))),
    }
}

/// Whether a JPEG has its end: where it has not, the decoder makes the rest grey. Behind the mark
/// of the last scan (SOS), the one of the end (EOI) can be nothing else.
fn is_whole(bytes: &[u8]) -> bool {
    let last = |mark: [u8; 2]| bytes.windows(2).rposition(|two| two == mark);
    last([0xff, 0xd9]) > last([0xff, 0xda])
}

fn write_exif(encoder: &mut impl ImageEncoder, exif: Option<Vec<u8>>) {
    if let Some(exif) = exif.filter(|exif| exif.len() <= EXIF_LIMIT) {
        // Both formats have room for it.
        let _ = encoder.set_exif_metadata(exif);
    }
}

fn on_white(pixels: DynamicImage) -> DynamicImage {
    let DynamicImage::ImageRgba8(clear) = pixels else {
        return pixels;
    };
    let mut plain = RgbImage::new(clear.width(), clear.height());
    for (to, from) in plain.pixels_mut().zip(clear.pixels()) {
        let [red, green, blue, alpha] = from.0.map(u16::from);
        // A mean of two values of 8 bits has 8 bits.
        let mixed = |value: u16| ((value * alpha + 255 * (255 - alpha) + 127) / 255) as u8;
        *to = Rgb([mixed(red), mixed(green), mixed(blue)]);
    }
    plain.into()
}

#[cfg(test)]
mod tests {
    use image::{Luma, Rgba, RgbaImage};

    use super::*;

    fn encoded(format: Format, pixels: &DynamicImage) -> Vec<u8> {
        let bytes = format.encode(pixels.clone().into(), QUALITY);
        bytes.expect("bytes")
    }

    #[test]
    fn what_is_encoded_is_decoded_again() {
        let plain = DynamicImage::from(RgbImage::from_pixel(5, 3, Rgb([10, 200, 30])));
        let clear = DynamicImage::from(RgbaImage::from_pixel(5, 3, Rgba([10, 200, 30, 40])));
        for (format, picture) in [
            (Format::Jpeg, &plain),
            (Format::Png, &plain),
            (Format::Png, &clear),
        ] {
            let bytes = encoded(format, picture);
            assert_eq!(Format::of(&bytes), Some(format));
            let again = format.decode(&bytes).expect("a picture").pixels;
            assert_eq!((again.width(), again.height()), (5, 3));
            assert_eq!(again.color(), picture.color());
            if format == Format::Png {
                assert_eq!(again.as_bytes(), picture.as_bytes());
            }
        }
    }

    #[test]
    fn sixteen_bits_and_grey_become_eight_bits_of_colour() {
        let deep = image::ImageBuffer::<Luma<u16>, _>::from_pixel(4, 4, Luma([0x8000]));
        let bytes = encoded(Format::Png, &deep.into());
        let picture = Format::Png.decode(&bytes).expect("a picture");
        assert_eq!(picture.pixels.into_rgb8().get_pixel(0, 0), &Rgb([128; 3]));
    }

    #[test]
    fn what_is_transparent_is_white_in_a_jpeg() {
        let clear = |alpha| RgbaImage::from_pixel(8, 8, Rgba([0, 0, 0, alpha]));
        for (alpha, grey) in [(0, 255), (255, 0), (51, 204)] {
            let bytes = encoded(Format::Jpeg, &clear(alpha).into());
            let picture = Format::Jpeg.decode(&bytes).expect("a picture");
            let found = picture.pixels.into_rgb8().get_pixel(3, 3).0[0];
            assert!(found.abs_diff(grey) <= 2, "{found} for {alpha}");
        }
    }

    #[test]
    fn exif_data_are_kept_until_they_are_stripped_and_turn_a_picture_upright() {
        // One entry: the orientation (0x0112) is 6, a quarter to the right.
        let exif = b"MM\0\x2a\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\0\0\0\0";
        for format in [Format::Jpeg, Format::Png] {
            let picture = || Picture {
                pixels: RgbImage::new(20, 10).into(),
                exif: Some(exif.to_vec()),
            };
            let bytes = format.encode(picture(), QUALITY).expect("bytes");
            let mut again = format.decode(&bytes).expect("a picture");
            assert_eq!(again.exif.as_deref(), Some(&exif[..]));
            assert_eq!(again.pixels.width(), 20);
            for _ in 0..2 {
                again.turn_upright();
                assert_eq!(again.pixels.width(), 10);
            }
            again.strip();
            let bytes = format.encode(again, QUALITY).expect("bytes");
            assert_eq!(format.decode(&bytes).expect("a picture").exif, None);
            let huge = Picture {
                exif: Some(vec![7; 70_000]),
                ..picture()
            };
            let bytes = format.encode(huge, QUALITY).expect("bytes");
            assert_eq!(format.decode(&bytes).expect("a picture").exif, None);
        }
    }

    #[test]
    fn what_is_broken_or_too_large_is_told() {
        let picture = DynamicImage::from(RgbImage::from_fn(64, 64, |x, y| {
            Rgb([x as u8, y as u8, (x * y) as u8])
        }));
        let bytes = encoded(Format::Png, &picture);
        assert!(Format::Png.decode(&bytes[..bytes.len() / 2]).is_err());
        assert!(
            Format::Jpeg
                .decode(&[0xff, 0xd8, 0xff, 0xe0, 0, 1])
                .is_err()
        );
        let jpeg = encoded(Format::Jpeg, &picture);
        assert!(Format::Jpeg.decode(&jpeg[..jpeg.len() * 3 / 4]).is_err());
        let trailed = [&jpeg[..], b"trailer"].concat();
        assert!(Format::Jpeg.decode(&trailed).is_ok());
        // The dimensions of a header are enough: nobody decodes so much.
        let mut vast = jpeg.clone();
        let frame = vast.windows(2).position(|two| two == [0xff, 0xc0]);
        let sides = frame.expect("a frame") + 5;
        vast[sides..sides + 4].copy_from_slice(&[0x3f, 0xff, 0x3f, 0xff]);
        let problem = Format::Jpeg.decode(&vast).err().expect("a problem");
        assert!(problem.0.contains("are too many"), "{}", problem.0);
        for (width, height) in [(16_385, 1), (1, 16_385), (5001, 5000), (u64::MAX, u64::MAX)] {
            assert!(bounded(width, height).is_err(), "{width}x{height}");
        }
        assert!(bounded(16_384, 1525).is_ok());
    }
}
