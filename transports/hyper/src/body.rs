use std::{
    fmt,
    pin::Pin,
    task::{Context, Poll, ready},
};

use bytes::Bytes;
use http_body::{Frame, SizeHint};
use tokio::sync::mpsc;

/// The body of one request: its frames come through a channel, from whoever reads the sources.
pub(crate) struct Body {
    frames: mpsc::Receiver<Bytes>,
    remaining: u64,
}

impl Body {
    /// A body of `length` bytes, and where to put its frames. One frame is kept in store.
    pub(crate) fn new(length: u64) -> (mpsc::Sender<Bytes>, Body) {
        let (sender, frames) = mpsc::channel(1);
        let body = Body {
            frames,
            remaining: length,
        };
        (sender, body)
    }
}

impl http_body::Body for Body {
    type Data = Bytes;
    type Error = Interrupted;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Interrupted>>> {
        if self.remaining == 0 {
            return Poll::Ready(None);
        }
        Poll::Ready(Some(match ready!(self.frames.poll_recv(context)) {
            Some(frame) => {
                self.remaining = self.remaining.saturating_sub(frame.len() as u64);
                Ok(Frame::data(frame))
            }
            // An error, and not an end: the server must see that something is missing.
            None => Err(Interrupted),
        }))
    }

    fn is_end_stream(&self) -> bool {
        self.remaining == 0
    }

    /// Exact, so that the body is not sent in HTTP's chunks, which the services refuse.
    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.remaining)
    }
}

/// The body ended early.
#[derive(Debug)]
pub(crate) struct Interrupted;

impl fmt::Display for Interrupted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the body was not completed")
    }
}

impl std::error::Error for Interrupted {}
