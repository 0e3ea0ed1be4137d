//! The head of an AVI file.

use std::io;

use super::{
    Media,
    source::{Source, little},
};

/// Where the main head has its numbers, if it is where everybody puts it.
const HEAD: u64 = 256;

pub(super) fn read(source: &Source<'_>) -> io::Result<Option<Media>> {
    let head = source.bytes(0, HEAD)?;
    let find = |name: &[u8]| head.windows(4).position(|window| window == name);
    let Some(main) = find(b"avih").map(|at| at + 8) else {
        return Ok(None);
    };
    let (microseconds, frames) = (little(&head, main), little(&head, main + 16));
    let codec = find(b"vids").and_then(|at| head.get(at + 4..at + 8));
    let codec = codec.map(|name| String::from_utf8_lossy(name).to_lowercase());
    let seconds = f64::from(microseconds) / 1_000_000.0;
    Ok(Some(Media {
        width: little(&head, main + 32),
        height: little(&head, main + 36),
        duration: seconds * f64::from(frames),
        format: "AVI".into(),
        codec: match codec.as_deref() {
            Some("mjpg") => "mjpeg".into(),
            other => other.unwrap_or_default().trim().to_owned(),
        },
        frame_rate: if microseconds == 0 {
            0.0
        } else {
            1.0 / seconds
        },
        is_video: true,
        ..Media::default()
    }))
}
