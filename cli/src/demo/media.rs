use std::{
    fs::File,
    io::{self, BufWriter},
    path::{Path, PathBuf},
};

use bytes::Bytes;

/// Pictures made on the spot: a small one, and one that is large enough for slices.
pub(super) struct Media {
    pub(super) photo: Bytes,
    pub(super) large: PathBuf,
}

impl Media {
    pub(super) fn generate(folder: &Path) -> io::Result<Media> {
        let mut photo = Vec::new();
        write_png(&mut photo, 320, 240, gradient)?;
        let large = folder.join("noise.png");
        // Noise does not compress: some 9 MiB.
        let file = BufWriter::new(File::create(&large)?);
        write_png(file, 2048, 1536, noise)?;
        Ok(Media {
            photo: photo.into(),
            large,
        })
    }
}

fn write_png(
    out: impl io::Write,
    width: u32,
    height: u32,
    pixel: fn(u32, u32) -> [u8; 3],
) -> io::Result<()> {
    let mut encoder = png::Encoder::new(out, width, height);
    encoder.set_color(png::ColorType::Rgb);
    encoder.set_depth(png::BitDepth::Eight);
    encoder.set_compression(png::Compression::Fast);
    let pixels: Vec<u8> = (0..height)
        .flat_map(|y| (0..width).flat_map(move |x| pixel(x, y)))
        .collect();
    let mut writer = encoder.write_header()?;
    writer.write_image_data(&pixels)?;
    writer.finish()?;
    Ok(())
}

fn gradient(x: u32, y: u32) -> [u8; 3] {
    [(x * 255 / 320) as u8, (y * 255 / 240) as u8, 128]
}

/// The same noise each time: an integer hash of the place.
fn noise(x: u32, y: u32) -> [u8; 3] {
    let mut bits = (x ^ y.rotate_left(16)).wrapping_mul(0x9e37_79b1);
    bits ^= bits >> 15;
    bits = bits.wrapping_mul(0x85eb_ca77);
    bits ^= bits >> 13;
    let [red, green, blue, _] = bits.to_le_bytes();
    [red, green, blue]
}
