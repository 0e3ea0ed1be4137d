//! What the bytes of a picture say of it.

use std::{io, sync::Arc};

use imagesize::ImageType;

use super::animation::{self, Animation};
use crate::vcloud::upload_host::Object;

/// Within so many bytes, the head of a picture is at its end.
const HEAD_LIMIT: u64 = 4 * 1024 * 1024;
/// Pictures of more bytes are not looked through for their frames.
const WHOLE_LIMIT: u64 = 64 * 1024 * 1024;

/// What is read in a picture.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Picture {
    pub(super) format: &'static str,
    pub(super) width: usize,
    pub(super) height: usize,
    /// At least one.
    pub(super) frames: u64,
    /// In milliseconds; 0 if nothing moves.
    pub(super) duration: u64,
}

/// Looks into an object; none if it is no picture.
pub(super) async fn read(object: &Arc<Object>) -> io::Result<Option<Picture>> {
    let object = Arc::clone(object);
    // It reads files.
    let task = tokio::task::spawn_blocking(move || look(&object));
    task.await.map_err(io::Error::other)?
}

fn look(object: &Object) -> io::Result<Option<Picture>> {
    let head = head(object)?;
    let Some((format, animated)) = format(&head) else {
        return Ok(None);
    };
    let Ok(size) = imagesize::blob_size(&head) else {
        return Ok(None);
    };
    let whole = match animated {
        Some(_) => object.read(WHOLE_LIMIT)?,
        None => None,
    };
    let animation = match (animated, &whole) {
        (Some(count), Some(bytes)) => count(bytes),
        _ => Animation::STILL,
    };
    Ok(Some(Picture {
        format,
        width: size.width,
        height: size.height,
        frames: animation.frames.max(1),
        duration: animation.duration,
    }))
}

/// What counts the frames of a format.
type Count = fn(&[u8]) -> Animation;

/// The word for a format; and, if its pictures may move, what counts their frames.
fn format(head: &[u8]) -> Option<(&'static str, Option<Count>)> {
    Some(match imagesize::image_type(head).ok()? {
        ImageType::Jpeg => ("jpeg", None),
        ImageType::Png => ("png", None),
        ImageType::Gif => ("gif", Some(animation::gif)),
        ImageType::Bmp => ("bmp", None),
        ImageType::Webp => ("webp", Some(animation::webp)),
        _ => return None,
    })
}

fn head(object: &Object) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    for piece in &object.pieces {
        match HEAD_LIMIT - bytes.len() as u64 {
            0 => break,
            room => bytes.append(&mut piece.head(room)?),
        }
    }
    Ok(bytes)
}
