//! The bytes of an object, wherever they lie.

use std::{io, sync::Arc};

use crate::storage::Blob;

pub(super) struct Source<'a>(&'a [Arc<Blob>]);

impl Source<'_> {
    pub(super) fn of(pieces: &[Arc<Blob>]) -> Source<'_> {
        Source(pieces)
    }

    /// How many there are.
    pub(super) fn length(&self) -> u64 {
        self.0.iter().map(|piece| piece.length()).sum()
    }

    /// So many from there on, or as many as there are.
    pub(super) fn bytes(&self, from: u64, length: u64) -> io::Result<Vec<u8>> {
        let mut bytes = Vec::new();
        let (mut start, until) = (0, from.saturating_add(length));
        for piece in self.0 {
            let end = start + piece.length();
            let (first, last) = (from.max(start), until.min(end));
            if first < last {
                bytes.append(&mut piece.range(first - start..last - start)?);
            }
            start = end;
        }
        Ok(bytes)
    }
}

/// A number of four bytes in the order of MP4; zero where the bytes end before.
pub(super) fn big(bytes: &[u8], at: usize) -> u32 {
    let four = bytes.get(at..).and_then(<[u8]>::first_chunk);
    four.map_or(0, |four| u32::from_be_bytes(*four))
}

/// The same of eight bytes.
pub(super) fn big_long(bytes: &[u8], at: usize) -> u64 {
    let eight = bytes.get(at..).and_then(<[u8]>::first_chunk);
    eight.map_or(0, |eight| u64::from_be_bytes(*eight))
}

/// A number of four bytes in the order of AVI.
pub(super) fn little(bytes: &[u8], at: usize) -> u32 {
    let four = bytes.get(at..).and_then(<[u8]>::first_chunk);
    four.map_or(0, |four| u32::from_le_bytes(*four))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_are_read_across_pieces_and_end_where_they_end() {
        let pieces = [b"abc", b"def"].map(|piece| Blob::passing(piece.to_vec()));
        let source = Source::of(&pieces);
        assert_eq!(source.length(), 6);
        assert_eq!(source.bytes(1, 4).expect("bytes"), b"bcde");
        assert_eq!(source.bytes(4, u64::MAX).expect("bytes"), b"ef");
        assert_eq!(source.bytes(9, 1).expect("bytes"), b"");
    }
}
