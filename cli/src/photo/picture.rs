use std::{
    io,
    pin::Pin,
    task::{Context, Poll, ready},
};

use tokio::io::AsyncWrite;

/// How pictures begin: PNG, JPEG, GIF, WebP, BMP and TIFF. Which of them the service makes is not
/// established, and what was paid for must not be refused.
const BEGINNINGS: [&[u8]; 7] = [
    b"\x89PNG",
    b"\xff\xd8\xff",
    b"GIF8",
    b"RIFF",
    b"BM",
    b"II*\0",
    b"MM\0*",
];

/// A writer that takes nothing but a picture: storage may answer with a page, or with nothing.
pub(super) struct PictureOnly<W> {
    inner: W,
    head: Vec<u8>,
    is_refused: bool,
}

impl<W> PictureOnly<W> {
    pub(super) fn new(inner: W) -> PictureOnly<W> {
        PictureOnly {
            inner,
            head: Vec::new(),
            is_refused: false,
        }
    }

    /// Whether something else came, as far as anything did.
    pub(super) fn is_refused(&self) -> bool {
        self.is_refused
    }

    /// Whether what came begins as a picture does.
    pub(super) fn is_picture(&self) -> bool {
        let begins = |beginning| self.head.starts_with(beginning);
        !self.is_refused && BEGINNINGS.into_iter().any(begins)
    }
}

/// The longest beginning is all that is looked at.
fn missing_of(head: &[u8]) -> usize {
    let longest = BEGINNINGS.iter().map(|beginning| beginning.len()).max();
    longest.unwrap_or(0).saturating_sub(head.len())
}

/// Whether a picture may begin so, or so far.
fn may_begin(head: &[u8]) -> bool {
    BEGINNINGS
        .iter()
        .any(|beginning| head.iter().zip(*beginning).all(|(a, b)| a == b))
}

impl<W: AsyncWrite + Unpin> AsyncWrite for PictureOnly<W> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let looked_at = bytes.len().min(missing_of(&self.head));
        let head = [&self.head, &bytes[..looked_at]].concat();
        if !may_begin(&head) {
            self.is_refused = true;
            return Poll::Ready(Err(io::Error::other("is no picture")));
        }
        let written = ready!(Pin::new(&mut self.inner).poll_write(context, bytes))?;
        self.head.extend(&bytes[..written.min(looked_at)]);
        Poll::Ready(Ok(written))
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_shutdown(context)
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::AsyncWriteExt;

    use super::*;

    /// Whether these pieces, one after the other, are a picture.
    async fn is_picture(pieces: &[&[u8]]) -> bool {
        let mut out = PictureOnly::new(Vec::new());
        for piece in pieces {
            if out.write_all(piece).await.is_err() {
                assert!(out.is_refused());
            }
        }
        out.is_picture()
    }

    #[tokio::test]
    async fn a_picture_is_known_by_its_beginning_however_it_comes() {
        assert!(is_picture(&[b"\x89PNG\r\n"]).await);
        assert!(is_picture(&[b"\x89", b"P", b"NG", b"\r\n"]).await);
        assert!(is_picture(&[b"\xff\xd8\xff\xe0 JFIF"]).await);
        assert!(is_picture(&[b"\xff\xd8", b"\xff", b"\xe0"]).await);
        for head in [
            &b"GIF89a"[..],
            b"RIFF\x24\0\0\0WEBP",
            b"BM\x36",
            b"II*\0",
            b"MM\0*",
        ] {
            assert!(is_picture(&[head]).await, "{head:?}");
        }
        for other in [
            &b""[..],
            b"<html>",
            b"\x89PN",
            b"\xff\xd8",
            b"\xff\xd8\x00",
            b"GIF",
            b"B<",
            b"{\"code\":9000}",
        ] {
            assert!(!is_picture(&[other]).await, "{other:?}");
        }
    }
}
