//! Pictures and films made on the spot, each for a question that a service is asked.

mod draw;
mod film;

use std::{
    fs::File,
    io::{self, BufWriter, Cursor, Write},
    path::{Path, PathBuf},
};

use bytes::Bytes;
use image::{
    ExtendedColorType, ImageEncoder, ImageError, Rgb, RgbImage,
    codecs::{
        jpeg::JpegEncoder,
        png::{CompressionType, FilterType, PngEncoder},
    },
    imageops,
};

pub(super) use draw::BLUE;

/// Everything that is sent.
pub(super) struct Media {
    /// PNG, small.
    pub(super) photo: Bytes,
    /// PNG of noise, some 9 MiB: large enough for slices.
    pub(super) large: PathBuf,
    /// JPEG: sharp, and in the colours of food.
    pub(super) dish: Picture,
    /// JPEG of a landscape, blurred.
    pub(super) haze: Picture,
    /// PNG of somebody in front of plain [`BLUE`].
    pub(super) portrait: Picture,
    /// PNG, grainy.
    pub(super) grainy: Picture,
    /// JPEG in greys.
    pub(super) grey: Picture,
    /// PNG, all of it in the colour of skin.
    pub(super) bare: Picture,
    /// The same, but for an eighth.
    pub(super) mostly_bare: Picture,
    /// A film of a few frames.
    pub(super) clip: Bytes,
    /// A longer one, of several slices.
    pub(super) film: Bytes,
}

/// A picture, and how large it is.
#[derive(Clone)]
pub(super) struct Picture {
    pub(super) bytes: Bytes,
    pub(super) width: u32,
    pub(super) height: u32,
}

/// Width and height of the large picture.
pub(super) const LARGE: (u32, u32) = (2048, 1536);

impl Media {
    pub(super) fn generate(folder: &Path) -> io::Result<Media> {
        let large = folder.join("noise.png");
        let (width, height) = LARGE;
        let noise = RgbImage::from_fn(width, height, draw::noise);
        let mut file = BufWriter::new(File::create(&large)?);
        write_png(&mut file, &noise)?;
        file.flush()?;
        let frames: Vec<Bytes> = (0..8)
            .map(|number| Ok(jpeg(&draw::frame(number))?.bytes))
            .collect::<io::Result<_>>()?;
        Ok(Media {
            photo: png(&RgbImage::from_fn(320, 240, draw::gradient))?.bytes,
            large,
            dish: jpeg(&RgbImage::from_fn(320, 240, draw::dish))?,
            haze: jpeg(&imageops::fast_blur(
                &RgbImage::from_fn(480, 360, draw::landscape),
                6.0,
            ))?,
            portrait: png(&RgbImage::from_fn(240, 320, draw::portrait))?,
            grainy: png(&RgbImage::from_fn(160, 120, draw::grainy))?,
            grey: jpeg(&RgbImage::from_fn(160, 120, draw::grey))?,
            bare: png(&RgbImage::from_pixel(200, 150, Rgb(draw::SKIN)))?,
            mostly_bare: png(&RgbImage::from_fn(200, 150, draw::mostly_bare))?,
            clip: film::avi(&frames, 1).into(),
            film: film::avi(&frames, 3).into(),
        })
    }
}

fn png(picture: &RgbImage) -> io::Result<Picture> {
    let mut bytes = Vec::new();
    write_png(&mut bytes, picture)?;
    Ok(Picture::of(bytes, picture))
}

fn write_png(out: impl Write, picture: &RgbImage) -> io::Result<()> {
    let (width, height) = picture.dimensions();
    PngEncoder::new_with_quality(out, CompressionType::Fast, FilterType::NoFilter)
        .write_image(picture, width, height, ExtendedColorType::Rgb8)
        .map_err(failed)
}

fn jpeg(picture: &RgbImage) -> io::Result<Picture> {
    let mut bytes = Cursor::new(Vec::new());
    JpegEncoder::new_with_quality(&mut bytes, 90)
        .encode_image(picture)
        .map_err(failed)?;
    Ok(Picture::of(bytes.into_inner(), picture))
}

fn failed(problem: ImageError) -> io::Error {
    match problem {
        ImageError::IoError(problem) => problem,
        other => io::Error::other(other),
    }
}

impl Picture {
    fn of(bytes: Vec<u8>, picture: &RgbImage) -> Picture {
        Picture {
            bytes: bytes.into(),
            width: picture.width(),
            height: picture.height(),
        }
    }

    /// What a step says of it.
    pub(super) fn summary(&self) -> String {
        format!("{}x{}, {} bytes", self.width, self.height, self.bytes.len())
    }
}
