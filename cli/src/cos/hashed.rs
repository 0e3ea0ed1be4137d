use std::{
    io,
    pin::Pin,
    task::{Context, Poll, ready},
};

use sha1::{Digest, Sha1};
use tokio::io::AsyncWrite;
use yunmei_core::cos::Attributes;

use super::CosLocation;
use crate::exit::Failure;

/// A writer that remembers how much went through it, and the SHA-1 of that.
pub(super) struct Hashed<W> {
    inner: W,
    sha1: Sha1,
    length: u64,
}

impl<W> Hashed<W> {
    pub(super) fn new(inner: W) -> Hashed<W> {
        Hashed {
            inner,
            sha1: Sha1::new(),
            length: 0,
        }
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
            return Err(Failure::File(format!(
                "{from}: what arrived is not what the service has: {} bytes with SHA-1 {digest}; \
                 the service has {} bytes with SHA-1 {}",
                self.length,
                attributes.size,
                known.unwrap_or("unknown"),
            )));
        }
        if known.is_none() && attributes.size > 0 {
            eprintln!("yunmei: {from}: the service knows no digest; only the length was compared");
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
