//! A film made on the spot.

use std::io::Cursor;

use bytes::Bytes;
use image::{ImageFormat, Rgb, RgbImage};

use crate::film::{FRAME, avi};

/// Two seconds of two colours.
pub(crate) fn film() -> Vec<u8> {
    let (width, height) = FRAME;
    let frame = |colour: [u8; 3]| {
        let mut file = Cursor::new(Vec::new());
        RgbImage::from_pixel(width, height, Rgb(colour))
            .write_to(&mut file, ImageFormat::Jpeg)
            .expect("a picture");
        Bytes::from(file.into_inner())
    };
    avi(&[frame([200, 40, 40]), frame([40, 40, 200])], 8)
}
