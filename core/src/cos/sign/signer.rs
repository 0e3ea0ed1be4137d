use std::{fmt, sync::Arc};

use super::grant::{Form, Grant};
use crate::{
    Stamp, Token,
    cos::{AppId, BucketName, Credentials},
    error::InputError,
    tencent::{SignedText, SigningKey},
};

/// Signs for one bucket. Cheap to clone; keeps the prepared key, not the key itself.
#[derive(Clone)]
pub struct Signer(Arc<Prepared>);

struct Prepared {
    key: SigningKey,
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
        Signer(Arc::new(Prepared {
            key: SigningKey::new(credentials),
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
        let mut signed = SignedText::new();
        self.write(&mut signed, grant, stamp)?;
        Ok(signed.token())
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
        let mut signed = SignedText::new();
        self.write(&mut signed, grant, stamp)?;
        signed.encode_into(out);
        Ok(())
    }

    /// The text that [`Signer::sign`] would sign: for whoever has to find out why two signatures
    /// differ.
    ///
    /// # Errors
    ///
    /// As [`Signer::sign`].
    pub fn plain_text(&self, grant: &Grant, stamp: &Stamp) -> Result<String, InputError> {
        let mut signed = SignedText::new();
        self.write(&mut signed, grant, stamp)?;
        Ok(signed.text())
    }

    pub(super) fn key(&self) -> &SigningKey {
        &self.0.key
    }

    fn write(
        &self,
        signed: &mut SignedText,
        grant: &Grant,
        stamp: &Stamp,
    ) -> Result<(), InputError> {
        let (expiry, resource, path) = match &grant.0 {
            Form::MultiUse { prefix, until } => {
                (until.resolve(stamp.now)?, self.0.resource.as_str(), prefix)
            }
            Form::SingleUse { path } => (0, self.0.resource.as_str(), path),
            Form::Download { prefix, until } => (until.resolve(stamp.now)?, "", prefix),
        };
        let mut digits = itoa::Buffer::new();
        signed.push(&self.0.head);
        signed.push(digits.format(expiry));
        signed.push("&t=");
        signed.push(digits.format(stamp.now.seconds()));
        signed.push("&r=");
        signed.push(digits.format(stamp.nonce.number()));
        signed.push("&f=");
        signed.push(resource);
        signed.push(path.encoded());
        signed.push(&self.0.tail);
        signed.seal(&self.0.key)
    }
}

impl fmt::Debug for Signer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Signer({})", self.0.resource)
    }
}
