//! Reads the sources while the body is sent.

use std::time::Instant;

use bytes::{Bytes, BytesMut};
use tokio::sync::mpsc;
use yunmei_core::Error;
use yunmei_host::{Cursor, Piece, ProgressSink, Tracker};

use crate::{Source, patience::Patience};

/// How much is read and sent at a time.
pub(crate) const FRAME_SIZE: usize = 256 * 1024;

/// No more buffers than can be under way: one being read, one in store, some being written.
const BUFFERS: usize = 6;

/// What one call sends, and the buffers it uses again and again.
pub(crate) struct Feed<'a> {
    sources: &'a mut [Source],
    lengths: Vec<u64>,
    tracker: Tracker,
    buffers: Buffers,
}

impl<'a> Feed<'a> {
    pub(crate) fn new(sources: &'a mut [Source], progress: Option<ProgressSink>) -> Feed<'a> {
        let lengths: Vec<u64> = sources.iter().map(Source::len).collect();
        Feed {
            sources,
            tracker: Tracker::sending(progress, &lengths),
            lengths,
            buffers: Buffers::default(),
        }
    }

    /// The lengths of the sources.
    pub(crate) fn lengths(&self) -> &[u64] {
        &self.lengths
    }

    /// The call ends.
    pub(crate) fn finish(&mut self, succeeded: bool) {
        self.tracker.finish(succeeded);
    }

    /// Puts the body into `sender`, frame by frame. Returns when the last one was taken, or when
    /// nobody takes them any more.
    pub(crate) async fn send(
        &mut self,
        mut cursor: Cursor,
        sender: &mpsc::Sender<Bytes>,
        patience: &Patience<'_>,
    ) -> Result<(), Error> {
        // Of the frame in store: it counts as sent when it is taken.
        let mut stored = None;
        loop {
            let next = match cursor.piece(FRAME_SIZE) {
                Some(piece) => Some(self.read(piece).await?),
                None => None,
            };
            let permit = patience.unless_idle(sender.reserve()).await?;
            if let Some((source, end)) = stored.take() {
                self.tracker.sent(source, end, Instant::now());
            }
            match (permit, next) {
                (Ok(permit), Some((frame, mark))) => {
                    permit.send(frame);
                    stored = mark;
                }
                // The request has failed, and says why; or all is sent.
                (Err(_), _) | (_, None) => return Ok(()),
            }
        }
    }

    async fn read(&mut self, piece: Piece) -> Result<(Bytes, Option<(usize, u64)>), Error> {
        match piece {
            Piece::Inline(bytes) => Ok((bytes, None)),
            Piece::Source {
                source,
                range,
                ends,
            } => {
                let end = range.end;
                let from = &mut self.sources[source];
                let frame = from.read(range, ends, &mut self.buffers).await?;
                Ok((frame, Some((source, end))))
            }
        }
    }
}

/// Buffers that come back when a frame was written.
#[derive(Default)]
pub(crate) struct Buffers(Vec<Bytes>);

impl Buffers {
    /// A buffer of `length` bytes or more, with anything in it.
    pub(crate) fn take(&mut self, length: usize) -> BytesMut {
        if let Some(index) = self.0.iter().position(Bytes::is_unique)
            && let Ok(buffer) = self.0.swap_remove(index).try_into_mut()
        {
            return buffer;
        }
        BytesMut::zeroed(length)
    }

    /// The first `length` bytes of the buffer as a frame. When that is dropped, the buffer can be
    /// taken again.
    pub(crate) fn lend(&mut self, buffer: BytesMut, length: usize) -> Bytes {
        let buffer = buffer.freeze();
        let frame = buffer.slice(..length);
        if buffer.len() == FRAME_SIZE && self.0.len() < BUFFERS {
            self.0.push(buffer);
        }
        frame
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_buffer_comes_back_when_its_frame_is_dropped() {
        let mut buffers = Buffers::default();
        let buffer = buffers.take(FRAME_SIZE);
        let place = buffer.as_ptr();
        let frame = buffers.lend(buffer, 1000);
        assert_eq!(frame.len(), 1000);
        assert_ne!(buffers.take(FRAME_SIZE).as_ptr(), place);
        drop(frame);
        let again = buffers.take(10);
        assert_eq!((again.as_ptr(), again.len()), (place, FRAME_SIZE));
    }
}
