//! A connection that gives up when nothing moves on it.

use std::{
    future::Future,
    io,
    pin::Pin,
    task::{Context, Poll, ready},
    time::Duration,
};

use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    time::{Instant, Sleep},
};

/// Fails with [`io::ErrorKind::TimedOut`] once no byte went either way for `patience`: a client that
/// neither sends nor takes cannot keep a place for ever.
pub(crate) struct Stalling<S> {
    stream: S,
    patience: Duration,
    pause: Pin<Box<Sleep>>,
    /// Whether something moved since the pause was set.
    moved: bool,
}

impl<S> Stalling<S> {
    pub(crate) fn new(stream: S, patience: Duration) -> Stalling<S> {
        Stalling {
            stream,
            patience,
            pause: Box::pin(tokio::time::sleep(patience)),
            moved: false,
        }
    }

    fn wait<T>(&mut self, context: &mut Context<'_>) -> Poll<io::Result<T>> {
        if std::mem::take(&mut self.moved) {
            self.pause.as_mut().reset(Instant::now() + self.patience);
        }
        ready!(self.pause.as_mut().poll(context));
        Poll::Ready(Err(io::ErrorKind::TimedOut.into()))
    }

    fn watch<T>(
        &mut self,
        context: &mut Context<'_>,
        poll: Poll<io::Result<T>>,
    ) -> Poll<io::Result<T>> {
        match poll {
            Poll::Pending => self.wait(context),
            ready => {
                self.moved = true;
                ready
            }
        }
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Stalling<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let poll = Pin::new(&mut self.stream).poll_read(context, buffer);
        self.watch(context, poll)
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Stalling<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let poll = Pin::new(&mut self.stream).poll_write(context, bytes);
        self.watch(context, poll)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        pieces: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let poll = Pin::new(&mut self.stream).poll_write_vectored(context, pieces);
        self.watch(context, poll)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};

    use super::*;

    #[test]
    fn who_neither_sends_nor_takes_is_given_up() {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_time()
            .build()
            .expect("a runtime");
        runtime.block_on(async {
            let (ours, mut theirs) = tokio::io::duplex(4);
            let mut ours = Stalling::new(ours, Duration::from_millis(20));
            theirs.write_all(b"a").await.expect("room");
            assert_eq!(ours.read_u8().await.expect("a byte"), b'a');
            let silent = ours.read_u8().await.expect_err("nothing came");
            assert_eq!(silent.kind(), io::ErrorKind::TimedOut);
            let full = ours.write_all(b"more than fits").await;
            let full = full.expect_err("nothing was taken");
            assert_eq!(full.kind(), io::ErrorKind::TimedOut);
        });
    }
}
