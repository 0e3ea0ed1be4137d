use std::fmt;

use jsonwebtoken::{DecodingKey, EncodingKey};
use yunmei_core::Secret;

use super::Algorithm;

/// The shortest key of HS256, in bytes (RFC 7518, section 3.2).
const HMAC_KEY_MINIMUM: usize = 32;

/// What tokens are checked with.
#[derive(Clone)]
pub struct VerifyingKey(pub(super) DecodingKey);

/// Why a text is no key. What it says is not told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum KeyError {
    /// Too short for HS256.
    TooShort,
    /// PEM, where HS256 wants a secret: a public key is known to everybody.
    NotSecret,
    /// Not the PEM of a public key of Ed25519.
    NotPublic,
    /// Not the PEM of a private key of Ed25519.
    NotPrivate,
}

impl VerifyingKey {
    /// Reads the text of a file, or of an environment variable: for HS256, the secret itself, of 32
    /// bytes at least, where a line end behind it does not count; for EdDSA, a public key in PEM.
    ///
    /// # Errors
    ///
    /// [`KeyError`].
    pub fn new(algorithm: Algorithm, text: &Secret) -> Result<VerifyingKey, KeyError> {
        match algorithm {
            Algorithm::Hs256 => {
                hmac_key(text).map(|key| VerifyingKey(DecodingKey::from_secret(key)))
            }
            Algorithm::EdDSA => DecodingKey::from_ed_pem(text.expose().as_bytes())
                .map(VerifyingKey)
                .map_err(|_| KeyError::NotPublic),
        }
    }
}

/// The key that makes tokens.
pub(super) fn encoding_key(algorithm: Algorithm, text: &Secret) -> Result<EncodingKey, KeyError> {
    match algorithm {
        Algorithm::Hs256 => hmac_key(text).map(EncodingKey::from_secret),
        Algorithm::EdDSA => {
            EncodingKey::from_ed_pem(text.expose().as_bytes()).map_err(|_| KeyError::NotPrivate)
        }
    }
}

fn hmac_key(text: &Secret) -> Result<&[u8], KeyError> {
    let key = text.expose().trim_end_matches(['\r', '\n']).as_bytes();
    if text.expose().contains("-----BEGIN ") {
        return Err(KeyError::NotSecret);
    }
    match key.len() >= HMAC_KEY_MINIMUM {
        true => Ok(key),
        false => Err(KeyError::TooShort),
    }
}

impl fmt::Debug for VerifyingKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("VerifyingKey(..)")
    }
}

impl fmt::Display for KeyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            KeyError::TooShort => {
                "a key of HS256 has 32 bytes at least, such as `openssl rand -hex 32` makes"
            }
            KeyError::NotSecret => "a key of HS256 is a secret of its own, and no PEM",
            KeyError::NotPublic => "it is not the PEM of a public key of Ed25519",
            KeyError::NotPrivate => "it is not the PEM of a private key of Ed25519",
        })
    }
}

impl std::error::Error for KeyError {}
