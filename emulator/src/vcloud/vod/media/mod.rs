//! What the bytes of a video say of it: MP4 and QuickTime, AVI, and pictures.

mod avi;
mod boxes;
mod source;

use std::io;

use serde::{Deserialize, Serialize};

use crate::vcloud::upload_host::Object;
use source::Source;

/// What is known of a video. Zero, or empty, where its file does not say.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Serialize)]
pub(in crate::vcloud) struct Media {
    pub(in crate::vcloud) width: u32,
    pub(in crate::vcloud) height: u32,
    /// In seconds.
    pub(in crate::vcloud) duration: f64,
    /// Bits in a second, of all there is.
    pub(in crate::vcloud) bitrate: u64,
    /// `MP4`, `MOV`, `AVI`.
    pub(in crate::vcloud) format: String,
    /// `h264` and so on; the vendor's words where they are known.
    pub(in crate::vcloud) codec: String,
    /// Pictures in a second.
    pub(in crate::vcloud) frame_rate: f64,
    /// Whether there is something to be seen.
    pub(in crate::vcloud) is_video: bool,
}

/// Reads the properties of a video; blocks. None if it is of no form that is known.
pub(in crate::vcloud) fn read(object: &Object) -> io::Result<Option<Media>> {
    let source = Source::of(&object.pieces);
    let media = match source.bytes(0, 12)? {
        head if head.starts_with(b"RIFF") && head.ends_with(b"AVI ") => avi::read(&source)?,
        _ => boxes::read(&source)?,
    };
    Ok(media.map(|media| with_bitrate(media, object.facts.size)))
}

fn with_bitrate(media: Media, size: u64) -> Media {
    let bitrate = match media.duration > 0.0 {
        // Sizes of files are exact in a float, as far as it matters here.
        true => (size as f64 * 8.0 / media.duration) as u64,
        false => 0,
    };
    Media { bitrate, ..media }
}

impl Media {
    /// `720p` and so on: the lines of the picture, as the vendor calls them; empty if it has none.
    pub(in crate::vcloud) fn definition(&self) -> &'static str {
        match self.width.min(self.height) {
            0 => "",
            1..=240 => "240p",
            241..=360 => "360p",
            361..=480 => "480p",
            481..=540 => "540p",
            541..=720 => "720p",
            721..=1080 => "1080p",
            1081..=1440 => "2k",
            _ => "4k",
        }
    }

    /// `video` or `audio`.
    pub(in crate::vcloud) fn kind(&self) -> &'static str {
        match self.is_video {
            true => "video",
            false => "audio",
        }
    }
}
