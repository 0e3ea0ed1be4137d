use std::{
    io,
    pin::Pin,
    task::{Context, Poll, ready},
};

use sha1::{Digest, Sha1};
use tokio::io::AsyncWrite;
use yunmei_core::wanxiang::DigestBuilder;

/// What computes digests of bytes that it is shown.
pub(crate) trait Hasher: Unpin {
    fn take(&mut self, bytes: &[u8]);
}

impl Hasher for Sha1 {
    fn take(&mut self, bytes: &[u8]) {
        self.update(bytes);
    }
}

impl Hasher for DigestBuilder {
    fn take(&mut self, bytes: &[u8]) {
        self.update(bytes);
    }
}

/// A writer that remembers how much went through it, and shows it to a hasher.
pub(crate) struct Measured<W, H> {
    inner: W,
    hasher: H,
    length: u64,
    limit: u64,
    exceeded: bool,
}

impl<W, H> Measured<W, H> {
    /// A writer that takes no more than `limit` bytes.
    pub(crate) fn new(inner: W, hasher: H, limit: u64) -> Measured<W, H> {
        Measured {
            inner,
            hasher,
            length: 0,
            limit,
            exceeded: false,
        }
    }

    /// Whether there was more than that.
    pub(crate) fn is_exceeded(&self) -> bool {
        self.exceeded
    }

    /// The hasher, and how many bytes it has seen.
    pub(crate) fn finish(self) -> (H, u64) {
        (self.hasher, self.length)
    }
}

impl<W: AsyncWrite + Unpin, H: Hasher> AsyncWrite for Measured<W, H> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        if self.length + bytes.len() as u64 > self.limit {
            self.exceeded = true;
            return Poll::Ready(Err(io::Error::other("more than was announced")));
        }
        let written = ready!(Pin::new(&mut self.inner).poll_write(context, bytes))?;
        self.hasher.take(&bytes[..written]);
        self.length += written as u64;
        Poll::Ready(Ok(written))
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_shutdown(context)
    }
}
