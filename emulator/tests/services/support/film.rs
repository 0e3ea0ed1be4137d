//! A film of a few boxes: MP4 that says what it is, around bytes that are no pictures.

use super::content;

/// Width, height and seconds of [`film`].
pub(crate) const SHAPE: (u32, u32, u32) = (640, 360, 12);

/// A film with so many bytes of data.
pub(crate) fn film(length: usize) -> Vec<u8> {
    let (width, height, seconds) = SHAPE;
    let times = [vec![0; 12], numbers(&[1000, seconds * 1000])].concat();
    let codec = [vec![0; 12], b"avc1".to_vec()].concat();
    let samples = [vec![0; 8], numbers(&[seconds * 25, 40])].concat();
    let tables = [boxed(b"stsd", &codec), boxed(b"stts", &samples)].concat();
    let medium = [
        boxed(b"mdhd", &times),
        boxed(b"hdlr", b"\0\0\0\0\0\0\0\0vide"),
        boxed(b"minf", &boxed(b"stbl", &tables)),
    ];
    let head = [vec![0; 76], numbers(&[width << 16, height << 16])].concat();
    let track = [boxed(b"tkhd", &head), boxed(b"mdia", &medium.concat())].concat();
    let movie = [boxed(b"mvhd", &times), boxed(b"trak", &track)].concat();
    [
        boxed(b"ftyp", b"isom\0\0\0\0"),
        boxed(b"mdat", &content(length)),
        boxed(b"moov", &movie),
    ]
    .concat()
}

fn boxed(name: &[u8; 4], body: &[u8]) -> Vec<u8> {
    let length = u32::try_from(body.len() + 8).expect("a short box");
    [&length.to_be_bytes(), &name[..], body].concat()
}

fn numbers(values: &[u32]) -> Vec<u8> {
    values
        .iter()
        .flat_map(|value| value.to_be_bytes())
        .collect()
}
