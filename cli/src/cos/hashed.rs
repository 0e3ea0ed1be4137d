use std::{
    io,
    pin::Pin,
    task::{Context, Poll, ready},
};

use sha1::{Digest, Sha1};
use tokio::io::AsyncWrite;
use yunmei_core::cos::Attributes;

use super::CosLocation;
use crate::{exit::Failure, output::say};

/// A writer that remembers how much went through it, and the SHA-1 of that.
pub(super) struct Hashed<W> {
    inner: W,
    sha1: Sha1,
    length: u64,
    limit: u64,
    exceeded: bool,
}

impl<W> Hashed<W> {
    /// A writer that takes no more than `limit` bytes.
    pub(super) fn new(inner: W, limit: u64) -> Hashed<W> {
        let sha1 = Sha1::new();
        Hashed {
            inner,
            sha1,
            length: 0,
            limit,
            exceeded: false,
        }
    }

    /// Whether there was more than that.
    pub(super) fn is_exceeded(&self) -> bool {
        self.exceeded
    }

    /// Holds what went through against what the service says of the file. Where it knows no
    /// digest, as after an upload by slices without one, only the length is compared.
    pub(super) fn check(self, attributes: &Attributes, from: &CosLocation) -> Result<(), Failure> {
        let mut digest = String::with_capacity(40);
        for byte in self.sha1.finalize() {
            digest.push_str(&format!("{byte:02x}"));
        }
        // An empty file has a digest of zeros (dossier 6.1).
        let known = attributes
            .sha
            .as_deref()
            .filter(|sha| sha.len() == 40 && attributes.size > 0);
        let same = known.is_none_or(|sha| sha.eq_ignore_ascii_case(&digest));
        if !same || self.length != attributes.size {
            return Err(Failure::Content(format!(
                "{from}: what arrived is not what the service has: {} bytes with SHA-1 {digest}; \
                 the service has {} bytes with SHA-1 {}",
                self.length,
                attributes.size,
                known.unwrap_or("unknown"),
            )));
        }
        if known.is_none() && attributes.size > 0 {
            say(format_args!(
                "yunmei: {from}: the service knows no digest; only the length was compared"
            ));
        }
        Ok(())
    }
}

impl<W: AsyncWrite + Unpin> AsyncWrite for Hashed<W> {
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
        self.sha1.update(&bytes[..written]);
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
