use std::{fmt, sync::Arc};

use base64::Engine;
use hmac::{Hmac, KeyInit, Mac};
use sha1::Sha1;

use super::grant::{Form, Grant};
use crate::{
    Stamp, Token,
    cos::{AppId, BucketName, Credentials, SIGNATURE_LENGTH_LIMIT},
    encode,
    error::InputError,
};

/// Bytes of an HMAC-SHA1.
pub(super) const DIGEST_LENGTH: usize = 20;

/// What the longest signature holds, before base64.
pub(super) const RAW_LIMIT: usize = SIGNATURE_LENGTH_LIMIT / 4 * 3;

/// Signs for one bucket. Cheap to clone; keeps the prepared key, not the key itself.
#[derive(Clone)]
pub struct Signer(Arc<Prepared>);

struct Prepared {
    key: Hmac<Sha1>,
    /// `a={appid}&k={secret_id}&e=`
    head: String,
    /// `/{appid}/{bucket}`
    resource: String,
    /// `&b={bucket}`
    tail: String,
}

impl Signer {
    /// Prepares the key and all that stays the same from signature to signature.
    pub fn new(app: AppId, bucket: &BucketName, credentials: &Credentials) -> Signer {
        let key = Hmac::new_from_slice(credentials.secret_key().expose().as_bytes())
            .expect("an HMAC key may have any length");
        Signer(Arc::new(Prepared {
            key,
            head: format!("a={app}&k={}&e=", credentials.secret_id()),
            resource: format!("/{app}/{bucket}"),
            tail: format!("&b={bucket}"),
        }))
    }

    /// Makes the signature that grants this.
    ///
    /// # Errors
    ///
    /// [`InputError::Expiry`] if it would end in the past or too late,
    /// [`InputError::SignatureLength`] if the path is too long to be signed.
    pub fn sign(&self, grant: &Grant, stamp: &Stamp) -> Result<Token, InputError> {
        let mut raw = Raw::new();
        self.write(&mut raw, grant, stamp)?;
        let mut text = String::with_capacity(encoded_length(raw.length));
        encode::base64().encode_string(raw.bytes(), &mut text);
        Ok(Token::new(text))
    }

    /// Makes the signature that grants this, and appends it to `out`.
    ///
    /// Allocates nothing if `out` has room; a signature has at most
    /// [`SIGNATURE_LENGTH_LIMIT`](crate::cos::SIGNATURE_LENGTH_LIMIT) bytes.
    ///
    /// # Errors
    ///
    /// As [`Signer::sign`].
    pub fn sign_into(
        &self,
        out: &mut String,
        grant: &Grant,
        stamp: &Stamp,
    ) -> Result<(), InputError> {
        let mut raw = Raw::new();
        self.write(&mut raw, grant, stamp)?;
        encode::base64().encode_string(raw.bytes(), out);
        Ok(())
    }

    /// The text that [`Signer::sign`] would sign: for whoever has to find out why two signatures
    /// differ.
    ///
    /// # Errors
    ///
    /// As [`Signer::sign`].
    pub fn plain_text(&self, grant: &Grant, stamp: &Stamp) -> Result<String, InputError> {
        let mut raw = Raw::new();
        self.write(&mut raw, grant, stamp)?;
        Ok(String::from_utf8_lossy(&raw.bytes()[DIGEST_LENGTH..]).into_owned())
    }

    /// The HMAC-SHA1 of `text` with this signer's key.
    pub(super) fn digest(&self, text: &[u8]) -> [u8; DIGEST_LENGTH] {
        let mut mac = self.0.key.clone();
        mac.update(text);
        mac.finalize().into_bytes().into()
    }

    /// Writes digest and text, not yet in base64.
    ///
    /// Into the caller's room: to return it would be to copy all of it.
    fn write(&self, raw: &mut Raw, grant: &Grant, stamp: &Stamp) -> Result<(), InputError> {
        let (expiry, resource, path) = match &grant.0 {
            Form::MultiUse { prefix, until } => {
                (until.resolve(stamp.now)?, self.0.resource.as_str(), prefix)
            }
            Form::SingleUse { path } => (0, self.0.resource.as_str(), path),
            Form::Download { prefix, until } => (until.resolve(stamp.now)?, "", prefix),
        };
        let mut digits = itoa::Buffer::new();
        raw.push(&self.0.head);
        raw.push(digits.format(expiry));
        raw.push("&t=");
        raw.push(digits.format(stamp.now.seconds()));
        raw.push("&r=");
        raw.push(digits.format(stamp.nonce.number()));
        raw.push("&f=");
        raw.push(resource);
        raw.push(path.encoded());
        raw.push(&self.0.tail);
        if raw.length > RAW_LIMIT {
            let length = encoded_length(raw.length);
            return Err(InputError::SignatureLength {
                length,
                limit: SIGNATURE_LENGTH_LIMIT,
            });
        }
        let digest = self.digest(&raw.bytes()[DIGEST_LENGTH..]);
        raw.buffer[..DIGEST_LENGTH].copy_from_slice(&digest);
        Ok(())
    }
}

impl fmt::Debug for Signer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Signer({})", self.0.resource)
    }
}

/// Room for the digest and behind it the text: on the stack, since its length is bounded.
struct Raw {
    buffer: [u8; RAW_LIMIT],
    /// What would be there if there were room.
    length: usize,
}

impl Raw {
    fn new() -> Raw {
        Raw {
            buffer: [0; RAW_LIMIT],
            length: DIGEST_LENGTH,
        }
    }

    #[inline]
    fn push(&mut self, part: &str) {
        let bytes = part.as_bytes();
        let end = self.length + bytes.len();
        if let Some(room) = self.buffer.get_mut(self.length..end) {
            room.copy_from_slice(bytes);
        }
        self.length = end;
    }

    fn bytes(&self) -> &[u8] {
        &self.buffer[..self.length]
    }
}

fn encoded_length(raw: usize) -> usize {
    raw.div_ceil(3) * 4
}
