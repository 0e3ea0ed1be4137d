//! `base64( HMAC-SHA1(secret_key, text) ‖ text )`: the form of all of these signatures. Only the
//! text differs from service to service (dossier of COS, section 4; of Wanxiang, section 3).

use base64::Engine;
use hmac::{Hmac, KeyInit, Mac};
use sha1::Sha1;

use super::Credentials;
use crate::{Token, encode, error::InputError};

/// The longest signature that COS reads, in bytes (dossier of COS, section 10). For Wanxiang none is
/// known; its signatures are shorter.
pub(crate) const LENGTH_LIMIT: usize = 2048;

/// Bytes of an HMAC-SHA1.
pub(crate) const DIGEST_LENGTH: usize = 20;

/// What the longest signature holds, before base64.
const RAW_LIMIT: usize = LENGTH_LIMIT / 4 * 3;

/// A secret key, prepared for signing: the key itself is not kept.
#[derive(Clone)]
pub(crate) struct SigningKey(Hmac<Sha1>);

impl SigningKey {
    pub(crate) fn new(credentials: &Credentials) -> SigningKey {
        let key = credentials.secret_key().expose().as_bytes();
        SigningKey(Hmac::new_from_slice(key).expect("an HMAC key may have any length"))
    }

    /// The HMAC-SHA1 of `text`.
    pub(crate) fn digest(&self, text: &[u8]) -> [u8; DIGEST_LENGTH] {
        let mut mac = self.0.clone();
        mac.update(text);
        mac.finalize().into_bytes().into()
    }
}

/// Room for the digest and behind it the text: on the stack, since its length is bounded.
///
/// Filled where it stands: to return it would be to copy all of it.
pub(crate) struct SignedText {
    buffer: [u8; RAW_LIMIT],
    /// What would be there if there were room.
    length: usize,
}

impl SignedText {
    pub(crate) fn new() -> SignedText {
        SignedText {
            buffer: [0; RAW_LIMIT],
            length: DIGEST_LENGTH,
        }
    }

    /// Appends to the text.
    #[inline]
    pub(crate) fn push(&mut self, part: &str) {
        let bytes = part.as_bytes();
        let end = self.length + bytes.len();
        if let Some(room) = self.buffer.get_mut(self.length..end) {
            room.copy_from_slice(bytes);
        }
        self.length = end;
    }

    /// Puts the digest in front, once the text is complete.
    pub(crate) fn seal(&mut self, key: &SigningKey) -> Result<(), InputError> {
        if self.length > RAW_LIMIT {
            return Err(InputError::SignatureLength {
                length: encoded_length(self.length),
                limit: LENGTH_LIMIT,
            });
        }
        let digest = key.digest(&self.bytes()[DIGEST_LENGTH..]);
        self.buffer[..DIGEST_LENGTH].copy_from_slice(&digest);
        Ok(())
    }

    /// The signature, once sealed.
    pub(crate) fn token(&self) -> Token {
        let mut text = String::with_capacity(encoded_length(self.length));
        self.encode_into(&mut text);
        Token::new(text)
    }

    /// Appends the signature, once sealed.
    pub(crate) fn encode_into(&self, out: &mut String) {
        encode::base64().encode_string(self.bytes(), out);
    }

    /// The text, once sealed.
    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.bytes()[DIGEST_LENGTH..]).into_owned()
    }

    fn bytes(&self) -> &[u8] {
        &self.buffer[..self.length]
    }
}

/// Takes a signature of at most [`LENGTH_LIMIT`] bytes apart; `None` if it is none.
pub(crate) fn open(signature: &str) -> Option<([u8; DIGEST_LENGTH], String)> {
    let mut raw = [0; RAW_LIMIT];
    let length = encode::base64().decode_slice(signature, &mut raw).ok()?;
    let (digest, text) = raw[..length].split_first_chunk::<DIGEST_LENGTH>()?;
    Some((*digest, str::from_utf8(text).ok()?.to_owned()))
}

/// Reads a decimal field.
pub(crate) fn number(digits: &str) -> Option<u64> {
    // `parse` alone would take a plus sign.
    let plain = digits.bytes().all(|byte| byte.is_ascii_digit());
    digits.parse().ok().filter(|_| plain)
}

fn encoded_length(raw: usize) -> usize {
    raw.div_ceil(3) * 4
}
