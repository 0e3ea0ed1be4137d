use std::{fmt, sync::Arc};

use super::grant::Grant;
use crate::{
    Stamp, Token,
    error::InputError,
    tencent::{SignedText, SigningKey},
    wanxiang::{AppId, BucketName, Credentials, UserId},
};

/// Signs for one bucket, or for the one space that V1 knows. Cheap to clone; keeps the prepared key,
/// not the key itself.
#[derive(Clone)]
pub struct Signer(Arc<Prepared>);

struct Prepared {
    key: SigningKey,
    /// `a={appid}[&b={bucket}]&k={secret_id}&e=`
    head: String,
    /// `&u={user}&f=`
    tail: String,
    /// Account and bucket, to be shown.
    place: String,
}

impl Signer {
    /// Signs for photos V1 and video, as the vendor's `app_sign` does.
    pub fn v1(app: AppId, user: &UserId, credentials: &Credentials) -> Signer {
        Signer::prepare(app, None, user, credentials)
    }

    /// Signs for photos V2 and V2 enhanced, as the vendor's `get_app_sign_v2` does.
    pub fn v2(app: AppId, bucket: &BucketName, user: &UserId, credentials: &Credentials) -> Signer {
        Signer::prepare(app, Some(bucket), user, credentials)
    }

    fn prepare(
        app: AppId,
        bucket: Option<&BucketName>,
        user: &UserId,
        credentials: &Credentials,
    ) -> Signer {
        let place = match bucket {
            Some(bucket) => format!("a={app}&b={bucket}"),
            None => format!("a={app}"),
        };
        Signer(Arc::new(Prepared {
            key: SigningKey::new(credentials),
            head: format!("{place}&k={}&e=", credentials.secret_id()),
            tail: format!("&u={user}&f="),
            place,
        }))
    }

    /// Makes the signature that grants this.
    ///
    /// # Errors
    ///
    /// [`InputError::Expiry`] if it would end in the past or in more than three months,
    /// [`InputError::SignatureLength`] if the secret id is absurdly long.
    pub fn sign(&self, grant: &Grant, stamp: &Stamp) -> Result<Token, InputError> {
        let mut signed = SignedText::new();
        self.write(&mut signed, grant, stamp)?;
        Ok(signed.token())
    }

    /// Makes the signature that grants this, and appends it to `out`; allocates nothing if there is
    /// room for it.
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

    fn write(
        &self,
        signed: &mut SignedText,
        grant: &Grant,
        stamp: &Stamp,
    ) -> Result<(), InputError> {
        let file_id = grant.file_id.as_ref().map_or("", |id| id.as_str());
        signed.push(&self.0.head);
        push_times(signed, grant.usage.resolve(stamp.now)?, stamp);
        signed.push(&self.0.tail);
        signed.push(file_id);
        signed.seal(&self.0.key)
    }
}

/// `{expiry}&t={now}&r={nonce}`
pub(super) fn push_times(signed: &mut SignedText, expiry: u64, stamp: &Stamp) {
    let mut digits = itoa::Buffer::new();
    signed.push(digits.format(expiry));
    signed.push("&t=");
    signed.push(digits.format(stamp.now.seconds()));
    signed.push("&r=");
    signed.push(digits.format(stamp.nonce.number()));
}

impl fmt::Debug for Signer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Signer({})", self.0.place)
    }
}
