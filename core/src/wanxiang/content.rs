use std::io;

use md5::{Digest, Md5};
use sha1::Sha1;

use crate::encode::hex;

/// What is to be uploaded: how long it is, and if known, its digests.
///
/// With [`Digests`] the service checks what arrives, and need not be sent what it already has.
/// Videos and uploads by slices need them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Content {
    size: u64,
    digests: Option<Digests>,
}

impl Content {
    /// Content whose digests nobody computed: the service cannot check it, and if the answer is lost,
    /// nothing tells whether it was stored.
    pub const fn unchecked(size: u64) -> Content {
        Content {
            size,
            digests: None,
        }
    }

    /// The length in bytes.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// The digests.
    pub fn digests(&self) -> Option<&Digests> {
        self.digests.as_ref()
    }

    /// MD5 of the whole, in lower-case hex.
    pub(super) fn md5(&self) -> Option<&str> {
        self.digests.as_ref().map(Digests::md5)
    }
}

impl From<Digests> for Content {
    fn from(digests: Digests) -> Content {
        Content {
            size: digests.size,
            digests: Some(digests),
        }
    }
}

/// The digests of a content. Made in one pass by a [`DigestBuilder`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Digests {
    size: u64,
    md5: String,
    sha1: String,
}

impl Digests {
    /// The length of the content in bytes.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// MD5, in lower-case hex.
    pub fn md5(&self) -> &str {
        &self.md5
    }

    /// SHA-1, in lower-case hex.
    pub fn sha1(&self) -> &str {
        &self.sha1
    }
}

/// Computes [`Digests`] in one pass over the content.
///
/// Takes bytes by [`update`](DigestBuilder::update), or as an [`io::Write`] to which a file is
/// copied.
#[derive(Clone, Default)]
pub struct DigestBuilder {
    size: u64,
    md5: Md5,
    sha1: Sha1,
}

impl DigestBuilder {
    /// Begins.
    pub fn new() -> DigestBuilder {
        DigestBuilder::default()
    }

    /// Takes the next bytes of the content, however many.
    pub fn update(&mut self, bytes: &[u8]) {
        self.size += bytes.len() as u64;
        self.md5.update(bytes);
        self.sha1.update(bytes);
    }

    /// Ends the content.
    pub fn finish(self) -> Digests {
        Digests {
            size: self.size,
            md5: hex(&self.md5.finalize()),
            sha1: hex(&self.sha1.finalize()),
        }
    }
}

impl io::Write for DigestBuilder {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.update(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The test values of RFC 1321 and RFC 3174.
    #[test]
    fn both_digests_come_out_of_one_pass() {
        let mut builder = DigestBuilder::new();
        builder.update(b"a");
        builder.update(b"bc");
        let digests = builder.finish();
        assert_eq!(digests.md5(), "900150983cd24fb0d6963f7d28e17f72");
        assert_eq!(digests.sha1(), "a9993e364706816aba3e25717850c26c9cd0d89d");
        assert_eq!(Content::from(digests).size(), 3);
    }
}
