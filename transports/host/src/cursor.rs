use std::ops::Range;

use bytes::Bytes;
use yunmei_core::{Chunk, Error, Payload, error::InputError};

/// Walks through a body, piece by piece.
#[derive(Debug)]
pub struct Cursor {
    /// In reverse: the next one is last.
    chunks: Vec<Chunk>,
    remaining: u64,
}

/// What to send next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Piece {
    /// These bytes.
    Inline(Bytes),
    /// A part of a source.
    Source {
        /// Which source.
        source: usize,
        /// Which bytes of it.
        range: Range<u64>,
        /// Whether a stretch of this source ends here: the time to look whether it is still the
        /// same, before its last bytes leave.
        ends: bool,
    },
}

impl Cursor {
    /// At the beginning of `payload`, whose sources have these lengths.
    ///
    /// # Errors
    ///
    /// [`InputError::NoSource`] and [`InputError::Range`] where the payload reads what is not
    /// there.
    pub fn new(payload: Payload, lengths: &[u64]) -> Result<Cursor, Error> {
        let remaining = payload.len();
        let mut chunks = payload.into_chunks();
        for chunk in &chunks {
            if let Chunk::Source { source, range } = chunk {
                check(*source, range, lengths)?;
            }
        }
        chunks.reverse();
        Ok(Cursor { chunks, remaining })
    }

    /// The next at most `limit` bytes; `None` at the end.
    pub fn piece(&mut self, limit: usize) -> Option<Piece> {
        let piece = match self.chunks.last_mut()? {
            Chunk::Inline(bytes) if bytes.len() > limit => Piece::Inline(bytes.split_to(limit)),
            Chunk::Source { source, range } if range.end - range.start > limit as u64 => {
                let cut = range.start + limit as u64;
                let front = range.start..cut;
                range.start = cut;
                Piece::Source {
                    source: *source,
                    range: front,
                    ends: false,
                }
            }
            _ => match self.chunks.pop()? {
                Chunk::Inline(bytes) => Piece::Inline(bytes),
                Chunk::Source { source, range } => Piece::Source {
                    source,
                    range,
                    ends: true,
                },
            },
        };
        self.remaining -= piece.len();
        Some(piece)
    }

    /// How many bytes are left.
    pub fn remaining(&self) -> u64 {
        self.remaining
    }
}

impl Piece {
    #[expect(clippy::len_without_is_empty, reason = "payloads hold no empty chunks")]
    /// How many bytes it is.
    pub fn len(&self) -> u64 {
        match self {
            Piece::Inline(bytes) => bytes.len() as u64,
            Piece::Source { range, .. } => range.end - range.start,
        }
    }
}

fn check(source: usize, range: &Range<u64>, lengths: &[u64]) -> Result<(), Error> {
    let Some(&length) = lengths.get(source) else {
        return Err(InputError::NoSource { source }.into());
    };
    let (start, end) = (range.start, range.end);
    if start > end || end > length {
        return Err(InputError::Range {
            start,
            end,
            length: Some(length),
        }
        .into());
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn source(source: usize, range: Range<u64>) -> Payload {
        Payload::source(source, range)
    }

    #[test]
    fn pieces_are_no_longer_than_the_limit_and_cover_the_body() {
        let mut cursor = Cursor::new(source(1, 5..15), &[0, 20]).expect("a cursor");
        let mut pieces = Vec::new();
        while let Some(Piece::Source { range, ends, .. }) = cursor.piece(4) {
            pieces.push((range, ends));
        }
        assert_eq!(pieces, [(5..9, false), (9..13, false), (13..15, true)]);
        assert_eq!(cursor.remaining(), 0);
    }

    #[test]
    fn inline_bytes_are_cut_without_copies() {
        let bytes = Bytes::from_static(b"abcdef");
        let mut cursor = Cursor::new(bytes.clone().into(), &[]).expect("a cursor");
        assert_eq!(cursor.piece(4), Some(Piece::Inline(bytes.slice(..4))));
        assert_eq!(cursor.remaining(), 2);
        assert_eq!(cursor.piece(4), Some(Piece::Inline(bytes.slice(4..))));
        assert_eq!(cursor.piece(4), None);
    }

    #[test]
    fn a_body_of_what_is_not_there_is_refused_before_anything_is_sent() {
        assert!(matches!(
            Cursor::new(source(1, 0..1), &[1]),
            Err(Error::Input(InputError::NoSource { source: 1 }))
        ));
        assert!(matches!(
            Cursor::new(source(0, 0..10), &[9]),
            Err(Error::Input(InputError::Range {
                end: 10,
                length: Some(9),
                ..
            }))
        ));
    }
}
