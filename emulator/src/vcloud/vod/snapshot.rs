//! Covers: pictures of the emulator's own, since no frame is decoded.

use std::{io::Cursor, sync::Arc};

use image::{ImageFormat, Rgb, RgbImage};
use md5::{Digest, Md5};
use sha1::Sha1;

use super::{Vod, media::Media};
use crate::{
    random,
    vcloud::{
        answer::Refusal,
        upload_host::{Facts, Object},
    },
};

/// The longer side of a cover, at most.
const SIDE: u32 = 640;

impl Vod {
    /// Takes a cover; gives its StoreUri.
    pub(super) async fn snapshot(
        &self,
        object: &Arc<Object>,
        media: Option<&Media>,
        time: f64,
    ) -> Result<String, Refusal> {
        if let Some(media) = media
            && media.duration > 0.0
            && time > media.duration
        {
            let problem = "SnapshotTime is behind the end of the video";
            return Err(Refusal::invalid("Functions", problem));
        }
        let seed = format!("{} {time}", object.facts.md5);
        let sides = media.map(|media| (media.width, media.height));
        let picture = tokio::task::spawn_blocking(move || drawn(&seed, sides)).await;
        let bytes = picture.map_err(Refusal::failed)?.map_err(Refusal::failed)?;
        let name = random::hex::<16>()?;
        let bucket = object.facts.uri.split('/').next().unwrap_or_default();
        let uri = format!("{}/{name}.jpg", bucket.replacen("-v-", "-p-", 1));
        let mut writer = self.uploads.blobs.writer()?;
        writer.write(&bytes).await?;
        let cover = Object {
            facts: Facts {
                uri: uri.clone(),
                owner: self.owner(),
                size: bytes.len() as u64,
                md5: random::to_hex(&Md5::digest(&bytes)),
                crc32: format!("{:08x}", crc32fast::hash(&bytes)),
                stored: self.now().seconds(),
                content_type: "image/jpeg".into(),
            },
            pieces: vec![writer.finish().await?],
        };
        self.uploads.put(cover)?;
        Ok(uri)
    }
}

/// A gradient, in the proportions of the video.
fn drawn(seed: &str, sides: Option<(u32, u32)>) -> Result<Vec<u8>, image::ImageError> {
    let (width, height) = match sides {
        Some((width, height)) if width > 0 && height > 0 => within(width, height),
        _ => (320, 180),
    };
    let colours = Sha1::digest(seed.as_bytes());
    let picture = RgbImage::from_fn(width, height, |x, y| {
        let share = (x * 255 / width + y * 255 / height) / 2;
        let channel = |index: usize| {
            let (from, to) = (u32::from(colours[index]), u32::from(colours[index + 3]));
            ((from * (255 - share) + to * share) / 255) as u8
        };
        Rgb([channel(0), channel(1), channel(2)])
    });
    let mut bytes = Cursor::new(Vec::new());
    picture.write_to(&mut bytes, ImageFormat::Jpeg)?;
    Ok(bytes.into_inner())
}

fn within(width: u32, height: u32) -> (u32, u32) {
    let longer = width.max(height);
    match longer <= SIDE {
        true => (width, height),
        false => {
            let share = |side: u32| {
                // Less than SIDE, so it fits.
                (u64::from(side) * u64::from(SIDE) / u64::from(longer)).max(1) as u32
            };
            (share(width), share(height))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn covers_are_pictures_in_the_proportions_of_the_video_that_differ() {
        for (sides, expected) in [
            (Some((1920, 1080)), (640, 360)),
            (Some((100, 50)), (100, 50)),
            (Some((u32::MAX, 1)), (640, 1)),
            (Some((0, 0)), (320, 180)),
            (None, (320, 180)),
        ] {
            let bytes = drawn("a", sides).expect("a picture");
            let picture = image::load_from_memory(&bytes).expect("a picture");
            assert_eq!((picture.width(), picture.height()), expected);
        }
        assert_ne!(drawn("a", None).ok(), drawn("b", None).ok());
    }
}
