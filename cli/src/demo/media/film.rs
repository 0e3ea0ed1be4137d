//! Films: AVI with a JPEG for each frame, which players know as MJPEG.

use bytes::Bytes;

/// Width and height.
pub(super) const FRAME: (u32, u32) = (240, 160);

const FRAMES_PER_SECOND: u32 = 8;
/// There is an index.
const HAS_INDEX: u32 = 0x10;
/// Every frame can be shown by itself.
const KEY_FRAME: u32 = 0x10;

/// A film that shows these frames so many times.
pub(super) fn avi(frames: &[Bytes], times: usize) -> Vec<u8> {
    let (mut pictures, mut index) = (b"movi".to_vec(), Vec::new());
    for frame in std::iter::repeat_n(frames, times).flatten() {
        index.extend(b"00dc");
        let place = pictures.len() as u32;
        index.extend(numbers(&[KEY_FRAME, place, frame.len() as u32]));
        pictures.extend(chunk(b"00dc", frame));
    }
    let count = (frames.len() * times) as u32;
    let largest = frames.iter().map(Bytes::len).max().unwrap_or(0) as u32;
    let mut film = b"AVI ".to_vec();
    film.extend(chunk(b"LIST", &head(count, largest)));
    film.extend(chunk(b"LIST", &pictures));
    film.extend(chunk(b"idx1", &index));
    chunk(b"RIFF", &film)
}

fn head(count: u32, largest: u32) -> Vec<u8> {
    let (width, height) = FRAME;
    let main = numbers(&[
        1_000_000 / FRAMES_PER_SECOND,
        largest * FRAMES_PER_SECOND,
        0,
        HAS_INDEX,
        count,
        0,
        1,
        largest,
        width,
        height,
        0,
        0,
        0,
        0,
    ]);
    let mut stream = b"vidsMJPG".to_vec();
    stream.extend(numbers(&[0, 0, 0, 1, FRAMES_PER_SECOND, 0, count]));
    stream.extend(numbers(&[largest, u32::MAX, 0, 0, width | height << 16]));
    // One plane, 24 bits.
    let mut format = numbers(&[40, width, height, 1 | 24 << 16]);
    format.extend(b"MJPG");
    format.extend(numbers(&[width * height * 3, 0, 0, 0, 0]));
    let mut streams = b"strl".to_vec();
    streams.extend(chunk(b"strh", &stream));
    streams.extend(chunk(b"strf", &format));
    let mut head = b"hdrl".to_vec();
    head.extend(chunk(b"avih", &main));
    head.extend(chunk(b"LIST", &streams));
    head
}

/// A name, a length and a body, which ends at an even place.
fn chunk(name: &[u8; 4], body: &[u8]) -> Vec<u8> {
    let mut chunk = name.to_vec();
    chunk.extend((body.len() as u32).to_le_bytes());
    chunk.extend(body);
    chunk.resize(chunk.len().next_multiple_of(2), 0);
    chunk
}

fn numbers(values: &[u32]) -> Vec<u8> {
    values
        .iter()
        .flat_map(|value| value.to_le_bytes())
        .collect()
}
