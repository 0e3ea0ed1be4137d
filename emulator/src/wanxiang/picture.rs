//! What the bytes of a picture say of it.

use std::{io, sync::Arc};

use imagesize::ImageType;
use serde::{Deserialize, Serialize};

use crate::storage::Blob;

/// Format and dimensions, as the head of a picture has them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub(super) struct Shape {
    format: Format,
    pub(super) width: u32,
    pub(super) height: u32,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
enum Format {
    Jpeg,
    Png,
    Gif,
    Bmp,
    Webp,
    Other,
}

impl Shape {
    /// Reads the head; none if these bytes are no picture.
    pub(super) fn of(bytes: &[u8]) -> Option<Shape> {
        let format = match imagesize::image_type(bytes).ok()? {
            ImageType::Jpeg => Format::Jpeg,
            ImageType::Png => Format::Png,
            ImageType::Gif => Format::Gif,
            ImageType::Bmp => Format::Bmp,
            ImageType::Webp => Format::Webp,
            _ => Format::Other,
        };
        let size = imagesize::blob_size(bytes).ok()?;
        Some(Shape {
            format,
            width: u32::try_from(size.width).ok()?,
            height: u32::try_from(size.height).ok()?,
        })
    }

    /// The word for its format.
    pub(super) fn format_name(self) -> &'static str {
        match self.format {
            Format::Jpeg => "jpeg",
            Format::Png => "png",
            Format::Gif => "gif",
            Format::Bmp => "bmp",
            Format::Webp => "webp",
            Format::Other => "other",
        }
    }

    pub(super) fn content_type(self) -> &'static str {
        match self.format {
            Format::Jpeg => "image/jpeg",
            Format::Png => "image/png",
            Format::Gif => "image/gif",
            Format::Bmp => "image/bmp",
            Format::Webp => "image/webp",
            Format::Other => "application/octet-stream",
        }
    }
}

/// Within so many bytes, the head of a picture is at its end.
const HEAD_LIMIT: u64 = 4 * 1024 * 1024;

/// The first bytes of a content: enough for its [`Shape`]; blocks.
pub(super) fn head(pieces: &[Arc<Blob>]) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    for piece in pieces {
        match HEAD_LIMIT - bytes.len() as u64 {
            0 => break,
            room => bytes.append(&mut piece.head(room)?),
        }
    }
    Ok(bytes)
}

/// All bytes of a content; blocks.
pub(super) fn read(pieces: &[Arc<Blob>]) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    for piece in pieces {
        piece.each(|part| bytes.extend_from_slice(part))?;
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn format_and_dimensions_come_from_the_head_and_nonsense_has_none() {
        let png = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\x02\x80\0\0\x01\xe0\x08\x02\0\0\0";
        let shape = Shape::of(png).expect("a picture");
        assert_eq!((shape.width, shape.height), (640, 480));
        assert_eq!(shape.content_type(), "image/png");
        assert_eq!(shape.format_name(), "png");
        let gif = b"GIF89a\x02\0\x01\0\0\0\0";
        assert_eq!(Shape::of(gif).map(|shape| shape.width), Some(2));
        for other in [
            &b"xyz"[..],
            b"",
            b"\x89PNG\r\n\x1a\n",
            b"\xff\xd8\xff",
            b"RIFF",
        ] {
            assert_eq!(Shape::of(other), None, "{other:?}");
        }
    }
}
