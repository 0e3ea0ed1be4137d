//! The primitives of signatures and tokens of Tencent's clouds.

use std::hint::black_box;

use base64::{
    Engine,
    engine::{GeneralPurposeConfig, Simd},
};
use hmac::{Hmac, KeyInit, Mac};
use md5::Md5;
use sha1::{Digest, Sha1};

use super::digit;

/// Bytes of an HMAC-SHA1.
const DIGEST: usize = 20;

/// A keyed hash of a text that is there already,
/// and base64 of both.
pub(crate) struct Signature {
    key: Hmac<Sha1>,
    base64: Simd,
    /// Room for the digest, and the text.
    raw: Vec<u8>,
}

impl Signature {
    pub(crate) fn new(key: &str, text: &str) -> Signature {
        Signature {
            key: Hmac::new_from_slice(key.as_bytes()).expect("a key"),
            base64: Simd::standard(GeneralPurposeConfig::new()),
            raw: [&[0; DIGEST], text.as_bytes()].concat(),
        }
    }

    pub(crate) fn sign(&mut self) -> String {
        let mut mac = self.key.clone();
        mac.update(black_box(&self.raw[DIGEST..]));
        self.raw[..DIGEST].copy_from_slice(&mac.finalize().into_bytes());
        let mut text = String::with_capacity(self.raw.len().div_ceil(3) * 4);
        self.base64.encode_string(&self.raw, &mut text);
        text
    }
}

/// The hash of a key and a time that stand there already, in hex, with the time behind it.
pub(crate) struct Token {
    key_and_time: String,
    time: &'static str,
}

impl Token {
    pub(crate) fn new(key: &str, time: &'static str) -> Token {
        Token {
            key_and_time: format!("{key}{time}"),
            time,
        }
    }

    pub(crate) fn make(&self) -> String {
        let digest = Md5::digest(black_box(self.key_and_time.as_bytes()));
        let mut hex = [0; 32];
        for (pair, byte) in hex.chunks_exact_mut(2).zip(digest) {
            pair.copy_from_slice(&[digit(byte >> 4), digit(byte & 15)]);
        }
        let mut token = String::with_capacity(hex.len() + 1 + self.time.len());
        token.push_str(str::from_utf8(&hex).expect("hex digits"));
        token.push(',');
        token.push_str(black_box(self.time));
        token
    }
}
