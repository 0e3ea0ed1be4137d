use std::{
    io,
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU32, Ordering::Relaxed},
    },
    task::{Context, Poll},
};

use bytes::{Buf, Bytes};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

/// What happens on a connection, as whoever keeps it sees it.
#[derive(Debug, Default)]
pub(super) struct Motion {
    /// Bytes went either way since somebody looked.
    moved: AtomicBool,
    /// Bytes came that no request was made of yet.
    partial: AtomicBool,
    /// The peer does not take what it asked for.
    blocked: AtomicBool,
    /// Requests that are being answered.
    asked: AtomicU32,
    /// A request was made of what came, and its answer is not sent as a whole.
    answering: AtomicBool,
}

/// How a connection is found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Look {
    /// Nothing is going on, and nothing is outstanding.
    Idle,
    /// Something is on its way, and moved.
    Moving,
    /// Something is on its way, and did not move.
    Still,
}

impl Motion {
    /// A request is there, and is going to be answered.
    pub(super) fn begin(&self) {
        self.partial.store(false, Relaxed);
        self.answering.store(true, Relaxed);
        self.asked.fetch_add(1, Relaxed);
    }

    /// Its answer is made.
    pub(super) fn end(&self) {
        self.asked.fetch_sub(1, Relaxed);
    }

    /// What was written is sent: if it was an answer, that was all of it.
    fn sent(&self) {
        if self.asked.load(Relaxed) == 0 {
            self.answering.store(false, Relaxed);
        }
    }

    /// How things are, and whether bytes moved since the last look.
    pub(super) fn look(&self) -> Look {
        let moved = self.moved.swap(false, Relaxed);
        let outstanding = self.partial.load(Relaxed)
            || self.blocked.load(Relaxed)
            || self.asked.load(Relaxed) != 0;
        match (moved, outstanding) {
            (true, _) => Look::Moving,
            (false, true) => Look::Still,
            (false, false) => Look::Idle,
        }
    }
}

/// A stream that tells of its motion, and begins with bytes that were read from it before.
///
/// What is written while no request is being answered does not go out: it is what hyper says by itself
/// of what it cannot read, a bare status. Whoever keeps the stream says it better, and ends it.
#[derive(Debug)]
pub(super) struct Watched<S> {
    stream: S,
    before: Bytes,
    motion: Arc<Motion>,
    has_withheld: bool,
}

impl<S> Watched<S> {
    pub(super) fn new(stream: S, before: Bytes, motion: Arc<Motion>) -> Watched<S> {
        Watched {
            stream,
            before,
            motion,
            has_withheld: false,
        }
    }

    pub(super) fn into_inner(self) -> S {
        self.stream
    }

    /// Whether something was written that did not go out.
    pub(super) fn has_withheld(&self) -> bool {
        self.has_withheld
    }

    /// Whether an answer may have been sent in part.
    pub(super) fn is_answering(&self) -> bool {
        self.motion.answering.load(Relaxed)
    }

    /// Whether what is written now stays here.
    fn withholds(&mut self) -> bool {
        self.has_withheld = self.has_withheld || !self.is_answering();
        self.has_withheld
    }

    fn wrote(&self, poll: Poll<io::Result<usize>>) -> Poll<io::Result<usize>> {
        self.motion.blocked.store(poll.is_pending(), Relaxed);
        if poll.is_ready() {
            self.motion.moved.store(true, Relaxed);
        }
        poll
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Watched<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let poll = if self.before.is_empty() {
            Pin::new(&mut self.stream).poll_read(context, buffer)
        } else {
            let count = self.before.len().min(buffer.remaining());
            buffer.put_slice(&self.before[..count]);
            self.before.advance(count);
            Poll::Ready(Ok(()))
        };
        if poll.is_ready() {
            self.motion.moved.store(true, Relaxed);
            self.motion.partial.store(true, Relaxed);
        }
        poll
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Watched<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        if self.withholds() {
            return Poll::Ready(Ok(bytes.len()));
        }
        let poll = Pin::new(&mut self.stream).poll_write(context, bytes);
        self.wrote(poll)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        pieces: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        if self.withholds() {
            return Poll::Ready(Ok(pieces.iter().map(|piece| piece.len()).sum()));
        }
        let poll = Pin::new(&mut self.stream).poll_write_vectored(context, pieces);
        self.wrote(poll)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let poll = Pin::new(&mut self.stream).poll_flush(context);
        // TLS takes more than it can send: what it holds is on its way as long as this is pending.
        self.motion.blocked.store(poll.is_pending(), Relaxed);
        if poll.is_ready() {
            self.motion.sent();
        }
        poll
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        if self.has_withheld {
            return Poll::Ready(Ok(()));
        }
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt, AsyncWriteExt, BufWriter};

    use super::*;

    #[tokio::test]
    async fn a_connection_is_idle_only_when_nothing_is_outstanding() {
        let (ours, mut theirs) = tokio::io::duplex(64);
        let motion = Arc::new(Motion::default());
        let before = Bytes::from_static(b"GE");
        let mut ours = Watched::new(ours, before, Arc::clone(&motion));
        assert_eq!(motion.look(), Look::Idle);
        theirs.write_all(b"T").await.expect("room");
        let mut read = [0; 3];
        ours.read_exact(&mut read).await.expect("three bytes");
        assert_eq!(&read, b"GET");
        assert_eq!(motion.look(), Look::Moving);
        assert_eq!(motion.look(), Look::Still);
        motion.begin();
        assert_eq!(motion.look(), Look::Still);
        motion.end();
        assert_eq!(motion.look(), Look::Idle);
        ours.write_all(b"200").await.expect("room");
        assert_eq!(motion.look(), Look::Moving);
        assert_eq!(motion.look(), Look::Idle);
    }

    #[tokio::test]
    async fn what_was_taken_and_not_sent_is_outstanding() {
        let (ours, mut theirs) = tokio::io::duplex(2);
        let motion = Arc::new(Motion::default());
        let held = BufWriter::new(ours);
        let mut ours = Watched::new(held, Bytes::new(), Arc::clone(&motion));
        motion.begin();
        motion.end();
        ours.write_all(b"200").await.expect("room");
        let mut flush = Box::pin(ours.flush());
        let mut context = Context::from_waker(std::task::Waker::noop());
        assert!(flush.as_mut().poll(&mut context).is_pending());
        assert_eq!(motion.look(), Look::Moving);
        assert_eq!(motion.look(), Look::Still);
        theirs.read_exact(&mut [0; 2]).await.expect("two bytes");
        flush.await.expect("room");
        assert_eq!(motion.look(), Look::Idle);
    }

    #[tokio::test]
    async fn what_is_written_without_a_request_stays_here() {
        let (ours, mut theirs) = tokio::io::duplex(64);
        let motion = Arc::new(Motion::default());
        let mut ours = Watched::new(ours, Bytes::new(), Arc::clone(&motion));
        motion.begin();
        ours.flush().await.expect("room");
        motion.end();
        // An answer in two pieces goes out as a whole, whatever was sent before it was made.
        ours.write_all(b"20").await.expect("room");
        ours.write_all(b"0").await.expect("room");
        assert!(!ours.has_withheld());
        ours.flush().await.expect("room");
        ours.write_all(b"400").await.expect("taken");
        assert!(ours.has_withheld());
        ours.shutdown().await.expect("not ended");
        // Nothing follows it, whatever is said.
        motion.begin();
        ours.write_all(b"200").await.expect("taken");
        let mut stream = ours.into_inner();
        stream.write_all(b"!").await.expect("not ended");
        drop(stream);
        let mut read = String::new();
        theirs.read_to_string(&mut read).await.expect("text");
        assert_eq!(read, "200!");
    }
}
