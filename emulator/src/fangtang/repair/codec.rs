//! Pictures as files.

use std::io::Cursor;

use image::{
    DynamicImage, ImageDecoder, ImageError, ImageFormat, ImageReader, Limits,
    codecs::{jpeg::JpegEncoder, png::PngEncoder},
};
use serde::{Deserialize, Serialize};

use super::Problem;

/// The most pixels of a picture: the enlarged one has four times as many, and all are in memory.
const PIXEL_LIMIT: u64 = 25_000_000;
/// The longest side.
const SIDE_LIMIT: u32 = 16_384;
/// What a decoder may take, in bytes; a picture of all those pixels has 16 bits a channel at most.
const MEMORY_LIMIT: u64 = 256 * 1024 * 1024;
/// Of JPEG, up to 100.
const QUALITY: u8 = 90;

/// The formats that are known.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(in crate::fangtang) enum Format {
    Jpeg,
    Png,
}

impl Format {
    /// The format of a file by how it begins, whatever it is called.
    pub(super) fn of(bytes: &[u8]) -> Option<Format> {
        match image::guess_format(bytes).ok()? {
            ImageFormat::Jpeg => Some(Format::Jpeg),
            ImageFormat::Png => Some(Format::Png),
            _ => None,
        }
    }

    /// What file names end with.
    pub(in crate::fangtang) fn extension(self) -> &'static str {
        match self {
            Format::Jpeg => "jpg",
            Format::Png => "png",
        }
    }

    pub(in crate::fangtang) fn content_type(self) -> &'static str {
        match self {
            Format::Jpeg => "image/jpeg",
            Format::Png => "image/png",
        }
    }

    /// The picture in a file, upright, with 8 bits a channel, and with alpha only where it had it.
    pub(super) fn decode(self, bytes: &[u8]) -> Result<DynamicImage, Problem> {
        if self == Format::Jpeg && !is_whole(bytes) {
            return Err(Problem::Picture("the end of it is missing".into()));
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
        if u64::from(width) * u64::from(height) > PIXEL_LIMIT {
            return Err(Problem::Picture(format!(
                "it has {width} times {height} pixels, together at most {PIXEL_LIMIT} are taken"
            )));
        }
        let orientation = decoder.orientation()?;
        let mut picture = DynamicImage::from_decoder(decoder)?;
        picture.apply_orientation(orientation);
        Ok(match picture.has_alpha() {
            true => picture.into_rgba8().into(),
            false => picture.into_rgb8().into(),
        })
    }

    /// A picture as a file.
    pub(super) fn encode(self, picture: &DynamicImage) -> Result<Vec<u8>, Problem> {
        let mut bytes = Vec::new();
        match self {
            Format::Jpeg => {
                let encoder = JpegEncoder::new_with_quality(&mut bytes, QUALITY);
                picture.write_with_encoder(encoder)?;
            }
            Format::Png => picture.write_with_encoder(PngEncoder::new(&mut bytes))?,
        }
        Ok(bytes)
    }
}

/// Whether a JPEG has its end: where it has not, the decoder makes the rest grey. Behind the mark of
/// the last scan (SOS), the one of the end (EOI) can be nothing else.
fn is_whole(bytes: &[u8]) -> bool {
    let last = |mark: [u8; 2]| bytes.windows(2).rposition(|two| two == mark);
    last([0xff, 0xd9]) > last([0xff, 0xda])
}

impl From<ImageError> for Problem {
    fn from(problem: ImageError) -> Problem {
        Problem::Picture(problem.to_string())
    }
}

#[cfg(test)]
mod tests {
    use image::{Luma, Rgb, RgbImage, Rgba, RgbaImage};

    use super::*;

    #[test]
    fn what_is_encoded_is_decoded_again() {
        let plain = DynamicImage::from(RgbImage::from_pixel(5, 3, Rgb([10, 200, 30])));
        let clear = DynamicImage::from(RgbaImage::from_pixel(5, 3, Rgba([10, 200, 30, 40])));
        for (format, picture) in [
            (Format::Jpeg, &plain),
            (Format::Png, &plain),
            (Format::Png, &clear),
        ] {
            let bytes = format.encode(picture).expect("bytes");
            assert_eq!(Format::of(&bytes), Some(format));
            let again = format.decode(&bytes).expect("a picture");
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
        let bytes = Format::Png.encode(&deep.into()).expect("bytes");
        let picture = Format::Png.decode(&bytes).expect("a picture");
        assert_eq!(picture.into_rgb8().get_pixel(0, 0), &Rgb([128; 3]));
    }

    #[test]
    fn what_is_broken_or_too_large_is_told() {
        let picture = DynamicImage::from(RgbImage::from_fn(64, 64, |x, y| {
            Rgb([x as u8, y as u8, (x * y) as u8])
        }));
        let bytes = Format::Png.encode(&picture).expect("bytes");
        assert!(Format::Png.decode(&bytes[..bytes.len() / 2]).is_err());
        assert!(
            Format::Jpeg
                .decode(&[0xff, 0xd8, 0xff, 0xe0, 0, 1])
                .is_err()
        );
        let jpeg = Format::Jpeg.encode(&picture).expect("bytes");
        assert!(Format::Jpeg.decode(&jpeg[..jpeg.len() * 3 / 4]).is_err());
        let trailed = [&jpeg[..], b"trailer"].concat();
        assert!(Format::Jpeg.decode(&trailed).is_ok());
        // The dimensions of a header are enough: nobody decodes so much.
        let mut vast = bytes.clone();
        vast[16..24].copy_from_slice(&[0, 0, 0x3f, 0xff, 0, 0, 0x3f, 0xff]);
        assert!(Format::Png.decode(&vast).is_err());
    }
}
