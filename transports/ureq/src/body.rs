use std::{
    io::{self, Read},
    time::Instant,
};

use yunmei_core::error::LocalError;
use yunmei_host::{Cursor, Piece, Tracker};

use crate::Source;

/// The body of one request, put together while it is read.
pub(crate) struct Body<'a> {
    cursor: Cursor,
    sources: &'a mut [Source],
    tracker: &'a mut Tracker,
    failure: Option<LocalError>,
}

impl<'a> Body<'a> {
    pub(crate) fn new(
        cursor: Cursor,
        sources: &'a mut [Source],
        tracker: &'a mut Tracker,
    ) -> Body<'a> {
        Body {
            cursor,
            sources,
            tracker,
            failure: None,
        }
    }

    /// Why it could not be read to the end, if a source was the reason.
    pub(crate) fn into_failure(self) -> Option<LocalError> {
        self.failure
    }

    /// Fills the buffer, so that small pieces do not become small packets.
    fn fill(&mut self, buffer: &mut [u8]) -> Result<usize, LocalError> {
        let mut filled = 0;
        while filled < buffer.len() {
            let room = &mut buffer[filled..];
            let Some(piece) = self.cursor.piece(room.len()) else {
                break;
            };
            // No longer than the room for it.
            let length = piece.len() as usize;
            let room = &mut room[..length];
            match piece {
                Piece::Inline(bytes) => room.copy_from_slice(&bytes),
                Piece::Source {
                    source,
                    range,
                    ends,
                } => {
                    let from = &mut self.sources[source];
                    from.read_at(range.start, room)?;
                    if ends {
                        from.check()?;
                    }
                    self.tracker.sent(source, range.end, Instant::now());
                }
            }
            filled += length;
        }
        Ok(filled)
    }
}

impl Read for Body<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.failure.is_none() {
            match self.fill(buffer) {
                Ok(count) => return Ok(count),
                Err(failure) => self.failure = Some(failure),
            }
        }
        Err(io::Error::other("the source failed"))
    }
}
