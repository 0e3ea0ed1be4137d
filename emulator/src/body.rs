//! Bodies: of requests, read under a time limit; of answers, written piece by piece.

use std::{
    fmt, io,
    pin::Pin,
    sync::{Arc, Mutex, PoisonError},
    task::{Context, Poll},
    time::Duration,
};

use bytes::Bytes;
use futures_util::{Stream, StreamExt};
use http_body::Body;
use http_body_util::{BodyExt, Empty, Full, combinators::UnsyncBoxBody};
use hyper::body::Incoming;
use tokio::time::{Instant, Sleep};

/// The body of an answer.
pub(crate) type ReplyBody = UnsyncBoxBody<Bytes, io::Error>;

/// A body that is there already.
pub(crate) fn full(bytes: impl Into<Bytes>) -> ReplyBody {
    Full::new(bytes.into())
        .map_err(|never| match never {})
        .boxed_unsync()
}

/// No body.
pub(crate) fn empty() -> ReplyBody {
    Empty::new().map_err(|never| match never {}).boxed_unsync()
}

/// How many times the idle limit a whole body may take.
const PATIENCE: u32 = 10;

/// What is read of a body that nobody wants, before the connection is given up.
const DRAIN_LIMIT: usize = 64 * 1024 * 1024;

/// The body of a request. Clones read the same body.
///
/// Gives one piece per poll, so that a reader that buffers whatever is ready does not buffer the
/// whole.
#[derive(Clone)]
pub(crate) struct RequestBody(Arc<Mutex<Reading>>);

struct Reading {
    incoming: Incoming,
    idle: Duration,
    pause: Pin<Box<Sleep>>,
    deadline: Instant,
    state: State,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Untouched,
    Open,
    /// A piece was just given; the next poll only asks to be polled again.
    Yielding,
    Ended,
}

/// Why a body was not read to its end.
#[derive(Clone, Copy, Debug)]
pub(crate) enum BodyError {
    /// Nothing came for too long.
    TimedOut,
    /// The connection broke, or its framing was wrong.
    Broken,
}

impl fmt::Display for BodyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            BodyError::TimedOut => "nothing came for too long",
            BodyError::Broken => "the connection broke",
        })
    }
}

impl std::error::Error for BodyError {}

impl RequestBody {
    /// A body of which nothing was read; a pause longer than `idle` ends it.
    pub(crate) fn new(incoming: Incoming, idle: Duration) -> RequestBody {
        let now = Instant::now();
        let state = match incoming.is_end_stream() {
            true => State::Ended,
            false => State::Untouched,
        };
        RequestBody(Arc::new(Mutex::new(Reading {
            incoming,
            idle,
            pause: Box::pin(tokio::time::sleep_until(now + idle)),
            deadline: now + idle * PATIENCE,
            state,
        })))
    }

    fn state(&self) -> State {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).state
    }

    /// All of it; none if that is more than `limit` bytes.
    pub(crate) async fn read(mut self, limit: usize) -> Result<Option<Vec<u8>>, BodyError> {
        let mut bytes = Vec::new();
        while let Some(piece) = self.next().await {
            let piece = piece?;
            if bytes.len() + piece.len() > limit {
                return Ok(None);
            }
            bytes.extend_from_slice(&piece);
        }
        Ok(Some(bytes))
    }

    /// Reads what is left, in the background: a client that is still sending would otherwise find
    /// the connection reset, and the answer gone with it.
    ///
    /// `awaits_leave` is whether it waits to be told to go on (`Expect: 100-continue`): then, if
    /// nothing was read, it has sent nothing, and is better not encouraged.
    pub(crate) fn drain(mut self, awaits_leave: bool) {
        match self.state() {
            State::Ended => return,
            State::Untouched if awaits_leave => return,
            _ => {}
        }
        tokio::spawn(async move {
            let mut read = 0;
            while let Some(Ok(piece)) = self.next().await {
                read += piece.len();
                if read > DRAIN_LIMIT {
                    break;
                }
            }
        });
    }
}

impl Stream for RequestBody {
    type Item = Result<Bytes, BodyError>;

    fn poll_next(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Bytes, BodyError>>> {
        let mut reading = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let reading = &mut *reading;
        match reading.state {
            State::Ended => return Poll::Ready(None),
            State::Yielding => {
                reading.state = State::Open;
                context.waker().wake_by_ref();
                return Poll::Pending;
            }
            State::Untouched | State::Open => reading.state = State::Open,
        }
        loop {
            let failure = match Pin::new(&mut reading.incoming).poll_frame(context) {
                Poll::Ready(Some(Ok(frame))) => {
                    let Ok(piece) = frame.into_data() else {
                        continue;
                    };
                    let next = (Instant::now() + reading.idle).min(reading.deadline);
                    reading.pause.as_mut().reset(next);
                    reading.state = State::Yielding;
                    return Poll::Ready(Some(Ok(piece)));
                }
                Poll::Ready(None) => {
                    reading.state = State::Ended;
                    return Poll::Ready(None);
                }
                Poll::Ready(Some(Err(_))) => BodyError::Broken,
                Poll::Pending => match reading.pause.as_mut().poll(context) {
                    Poll::Ready(()) => BodyError::TimedOut,
                    Poll::Pending => return Poll::Pending,
                },
            };
            reading.state = State::Ended;
            return Poll::Ready(Some(Err(failure)));
        }
    }
}
