//! The boxes of MP4 and QuickTime (ISO/IEC 14496-12): what stands in `moov`.

use std::io;

use super::{
    Media,
    source::{Source, big, big_long},
};

/// The most boxes next to one another that are looked at.
const BOXES: usize = 4096;
/// The largest `moov` that is read, in bytes.
const LIMIT: u64 = 32 * 1024 * 1024;

/// A box, without its head.
struct Inside<'a> {
    name: [u8; 4],
    body: &'a [u8],
}

pub(super) fn read(source: &Source<'_>) -> io::Result<Option<Media>> {
    let (mut at, mut brand) = (0, None);
    for _ in 0..BOXES {
        let head = source.bytes(at, 16)?;
        let Some((length, head_length)) = length(&head, source.length() - at) else {
            return Ok(None);
        };
        match &head[4..8] {
            b"ftyp" => brand = Some(source.bytes(at + head_length, 4)?),
            b"moov" if length <= LIMIT => {
                let body = source.bytes(at + head_length, length - head_length)?;
                let is_quick_time = brand.is_none_or(|brand| brand == b"qt  ");
                let format = if is_quick_time { "MOV" } else { "MP4" };
                return Ok(movie(&body, format));
            }
            _ => {}
        }
        at += length;
        if at >= source.length() {
            return Ok(None);
        }
    }
    Ok(None)
}

/// The whole length of a box, and that of its head; none if it cannot be one.
fn length(head: &[u8], rest: u64) -> Option<(u64, u64)> {
    let (length, head_length) = match head.get(..8).map(|head| big(head, 0))? {
        // Up to the end.
        0 => (rest, 8),
        1 => (big_long(head.get(..16)?, 8), 16),
        length => (length.into(), 8),
    };
    (head_length <= length && length <= rest).then_some((length, head_length))
}

fn movie(body: &[u8], format: &str) -> Option<Media> {
    let head = find(body, b"mvhd")?;
    let (scale, length) = times(head);
    let mut media = Media {
        duration: seconds(scale, length),
        format: format.into(),
        ..Media::default()
    };
    for track in inside(body).filter(|inside| &inside.name == b"trak") {
        add_track(&mut media, track.body);
    }
    Some(media)
}

/// What a track adds: the first with pictures is the one that counts.
fn add_track(media: &mut Media, track: &[u8]) {
    let Some(inner) = find(track, b"mdia") else {
        return;
    };
    let kind = find(inner, b"hdlr").and_then(|handler| handler.get(8..12));
    let table = find(inner, b"minf").and_then(|inner| find(inner, b"stbl"));
    let codec = table.and_then(|table| find(table, b"stsd"));
    let codec = codec.and_then(|entries| entries.get(12..16));
    match kind {
        Some(b"vide") if !media.is_video => {
            media.is_video = true;
            media.codec = word(codec);
            if let Some(head) = find(track, b"tkhd") {
                // The last two numbers, with sixteen bits behind the point.
                let at = head.len().saturating_sub(8);
                (media.width, media.height) = (big(head, at) >> 16, big(head, at + 4) >> 16);
            }
            let (scale, length) = find(inner, b"mdhd").map_or((0, 0), times);
            let samples = table.and_then(|table| find(table, b"stts")).map(samples);
            let seconds = seconds(scale, length);
            if seconds > 0.0 {
                media.frame_rate = samples.unwrap_or_default() as f64 / seconds;
            }
        }
        Some(b"soun") if media.codec.is_empty() => media.codec = word(codec),
        _ => {}
    }
}

/// The vendor's word for a codec.
fn word(name: Option<&[u8]>) -> String {
    match name.unwrap_or_default() {
        b"avc1" | b"avc3" => "h264".into(),
        b"hvc1" | b"hev1" => "h265".into(),
        b"mp4a" => "aac".into(),
        b"jpeg" | b"mjpa" | b"mjpb" => "mjpeg".into(),
        other => String::from_utf8_lossy(other).trim().to_lowercase(),
    }
}

/// How many samples a table of times has.
fn samples(table: &[u8]) -> u64 {
    let entries = table.get(8..).unwrap_or_default();
    entries
        .chunks_exact(8)
        .map(|entry| u64::from(big(entry, 0)))
        .sum()
}

/// Ticks in a second, and how many ticks, of the head of a movie or of a medium.
fn times(head: &[u8]) -> (u32, u64) {
    match head.first() {
        Some(1) => (big(head, 20), big_long(head, 24)),
        _ => (big(head, 12), big(head, 16).into()),
    }
}

fn seconds(scale: u32, length: u64) -> f64 {
    match scale {
        0 => 0.0,
        scale => length as f64 / f64::from(scale),
    }
}

/// The body of the first box of this name.
fn find<'a>(body: &'a [u8], name: &[u8; 4]) -> Option<&'a [u8]> {
    let mut boxes = inside(body);
    let found = boxes.find(|inside| &inside.name == name);
    found.map(|inside| inside.body)
}

/// The boxes in the body of another one, as far as they are whole.
fn inside(mut body: &[u8]) -> impl Iterator<Item = Inside<'_>> {
    std::iter::from_fn(move || {
        let (length, head) = length(body, body.len() as u64)?;
        // Within the body, so they fit.
        let (length, head) = (length as usize, head as usize);
        let inside = Inside {
            name: *body.get(4..)?.first_chunk()?,
            body: &body[head..length],
        };
        body = &body[length..];
        Some(inside)
    })
    .take(BOXES)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::storage::Blob;

    fn a_box(name: &[u8; 4], body: &[u8]) -> Vec<u8> {
        let mut whole = (body.len() as u32 + 8).to_be_bytes().to_vec();
        whole.extend(name);
        whole.extend(body);
        whole
    }

    fn of(bytes: Vec<u8>) -> Option<Media> {
        let pieces = [Blob::passing(bytes)];
        read(&Source::of(&pieces)).expect("readable")
    }

    fn film() -> Vec<u8> {
        let mut times = vec![0; 12];
        times.extend(1000_u32.to_be_bytes());
        times.extend(2500_u32.to_be_bytes());
        let mut table = vec![0; 8];
        table.extend(75_u32.to_be_bytes());
        table.extend(1_u32.to_be_bytes());
        let mut codec = vec![0; 12];
        codec.extend(b"avc1");
        let tables = [a_box(b"stsd", &codec), a_box(b"stts", &table)].concat();
        let tables = a_box(b"minf", &a_box(b"stbl", &tables));
        let handler = a_box(b"hdlr", b"\0\0\0\0\0\0\0\0vide");
        let medium = [a_box(b"mdhd", &times), handler, tables].concat();
        let mut head = vec![0; 76];
        head.extend((640_u32 << 16).to_be_bytes());
        head.extend((480_u32 << 16).to_be_bytes());
        let track = [a_box(b"tkhd", &head), a_box(b"mdia", &medium)].concat();
        let movie = [a_box(b"mvhd", &times), a_box(b"trak", &track)].concat();
        [
            a_box(b"ftyp", b"isom"),
            a_box(b"mdat", &[0; 100]),
            a_box(b"moov", &movie),
        ]
        .concat()
    }

    #[test]
    fn the_properties_of_a_film_stand_in_its_boxes() {
        let media = of(film()).expect("a film");
        assert_eq!((media.width, media.height), (640, 480));
        assert_eq!((media.duration, media.frame_rate), (2.5, 30.0));
        assert_eq!(
            (media.format.as_str(), media.codec.as_str()),
            ("MP4", "h264")
        );
        assert_eq!((media.definition(), media.kind()), ("480p", "video"));
    }

    #[test]
    fn what_is_cut_off_or_nonsense_is_no_film_and_no_panic() {
        let film = film();
        for length in 0..film.len() {
            let _ = of(film[..length].to_vec());
        }
        for at in 0..film.len() {
            let mut changed = film.clone();
            changed[at] ^= 0xff;
            let _ = of(changed);
        }
        for nonsense in [&b""[..], b"hello", b"\0\0\0\x01moov", &[0xff; 40]] {
            assert_eq!(of(nonsense.to_vec()), None, "{nonsense:?}");
        }
    }
}
