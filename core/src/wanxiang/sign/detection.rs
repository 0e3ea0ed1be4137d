use std::{fmt, sync::Arc};

use crate::{
    Stamp, Token,
    error::InputError,
    tencent::{Expiry, SignedText, SigningKey},
    wanxiang::{AppId, BucketName, Credentials},
};

/// Signs for porn detection, as the vendor's `get_porn_detect_sign` does. Cheap to clone; keeps the
/// prepared key, not the key itself.
#[derive(Clone)]
pub struct DetectionSigner(Arc<Prepared>);

struct Prepared {
    key: SigningKey,
    /// `a={appid}&b={bucket}&k={secret_id}&t=`
    head: String,
}

impl DetectionSigner {
    /// Prepares the key and all that stays the same from signature to signature.
    pub fn new(app: AppId, bucket: &BucketName, credentials: &Credentials) -> DetectionSigner {
        DetectionSigner(Arc::new(Prepared {
            key: SigningKey::new(credentials),
            head: format!("a={app}&b={bucket}&k={}&t=", credentials.secret_id()),
        }))
    }

    /// Makes a signature for detection, good for any number of requests. The vendor's client takes
    /// 1000 seconds.
    ///
    /// # Errors
    ///
    /// [`InputError::Expiry`] if it would end in the past or in more than three months.
    pub fn sign(&self, until: Expiry, stamp: &Stamp) -> Result<Token, InputError> {
        let mut signed = SignedText::new();
        self.write(&mut signed, until, stamp)?;
        Ok(signed.token())
    }

    /// Makes the same, and appends it to `out`; allocates nothing if there is room for it.
    ///
    /// # Errors
    ///
    /// As [`DetectionSigner::sign`].
    pub fn sign_into(
        &self,
        out: &mut String,
        until: Expiry,
        stamp: &Stamp,
    ) -> Result<(), InputError> {
        let mut signed = SignedText::new();
        self.write(&mut signed, until, stamp)?;
        signed.encode_into(out);
        Ok(())
    }

    /// The text that [`DetectionSigner::sign`] would sign.
    ///
    /// # Errors
    ///
    /// As [`DetectionSigner::sign`].
    pub fn plain_text(&self, until: Expiry, stamp: &Stamp) -> Result<String, InputError> {
        let mut signed = SignedText::new();
        self.write(&mut signed, until, stamp)?;
        Ok(signed.text())
    }

    /// Here `t` stands before `e`, and there is neither random number, user nor file id (section
    /// 3.2): two signatures of one second are the same.
    fn write(
        &self,
        signed: &mut SignedText,
        until: Expiry,
        stamp: &Stamp,
    ) -> Result<(), InputError> {
        let mut digits = itoa::Buffer::new();
        signed.push(&self.0.head);
        signed.push(digits.format(stamp.now.seconds()));
        signed.push("&e=");
        signed.push(digits.format(until.resolve(stamp.now)?));
        signed.seal(&self.0.key)
    }
}

impl fmt::Debug for DetectionSigner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("DetectionSigner(..)")
    }
}
