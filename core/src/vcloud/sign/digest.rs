use std::fmt;

use sha2::{Digest, Sha256};

const LENGTH: usize = 64;

/// The SHA-256 of a body, as signatures cover it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct BodyDigest(HexDigest);

impl BodyDigest {
    /// That of no body.
    pub const EMPTY: BodyDigest = BodyDigest(HexDigest(
        *b"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    ));

    /// That of these bytes: for a form, of what is sent.
    pub fn of(body: &[u8]) -> BodyDigest {
        match body {
            [] => BodyDigest::EMPTY,
            _ => BodyDigest(HexDigest::of(body)),
        }
    }

    /// That of bytes that were hashed elsewhere.
    pub fn from_bytes(digest: &[u8; 32]) -> BodyDigest {
        BodyDigest(HexDigest::new(digest))
    }

    /// 64 small hex digits.
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }
}

impl fmt::Debug for BodyDigest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// 32 bytes in small hex digits, without an allocation.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct HexDigest([u8; LENGTH]);

impl HexDigest {
    pub(crate) fn new(bytes: &[u8; 32]) -> HexDigest {
        let mut text = [0; LENGTH];
        write_hex(&mut text, bytes);
        HexDigest(text)
    }

    /// The SHA-256 of these bytes.
    pub(crate) fn of(bytes: &[u8]) -> HexDigest {
        HexDigest::new(&Sha256::digest(bytes).into())
    }

    pub(crate) fn as_str(&self) -> &str {
        str::from_utf8(&self.0).expect("hex digits")
    }
}

/// Writes two small digits for each byte. Computed, as that compiles to many at a time: from a table,
/// each would be written by itself, and whoever reads the text at once would wait for all of them.
pub(crate) fn write_hex(text: &mut [u8], bytes: &[u8]) {
    let digit = |value: u8| value + if value < 10 { b'0' } else { b'a' - 10 };
    for (pair, byte) in text.as_chunks_mut().0.iter_mut().zip(bytes) {
        *pair = [digit(byte >> 4), digit(byte & 15)];
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_digest_of_nothing_is_known_without_hashing() {
        assert_eq!(BodyDigest::EMPTY.as_str(), HexDigest::of(b"").as_str());
        assert_eq!(BodyDigest::of(b""), BodyDigest::EMPTY);
        assert_eq!(
            BodyDigest::of(b"x"),
            BodyDigest::from_bytes(&Sha256::digest(b"x").into())
        );
    }
}
