use std::{fmt, ops::Range};

use base64::Engine;
use subtle::ConstantTimeEq;

use super::{Signer, check::Refusal};
use crate::{
    cos::SIGNATURE_LENGTH_LIMIT,
    encode,
    tencent::{DIGEST_LENGTH, number, open},
};

/// A signature taken apart: not yet verified.
///
/// Fields are found by name, in any order, since the vendor's own clients differ (section 4.1).
#[derive(Clone, PartialEq, Eq)]
pub struct Signature {
    digest: [u8; DIGEST_LENGTH],
    text: String,
    app_id: Range<usize>,
    secret_id: Range<usize>,
    expires: u64,
    signed_at: u64,
    nonce: Range<usize>,
    file_id: Range<usize>,
    bucket: Range<usize>,
}

impl Signature {
    /// Takes the value of an `Authorization` header or of a decoded `sign` parameter apart.
    ///
    /// # Errors
    ///
    /// [`Refusal::TooLong`] above 2 KB; [`Refusal::Malformed`] if it is not base64, or a field is
    /// missing, doubled, or no number where one is needed.
    pub fn decode(signature: &str) -> Result<Signature, Refusal> {
        if signature.len() > SIGNATURE_LENGTH_LIMIT {
            return Err(Refusal::TooLong);
        }
        let (digest, text) = open(signature).ok_or(Refusal::Malformed)?;
        let [a, k, e, t, r, f, b] = fields(&text).ok_or(Refusal::Malformed)?;
        let number = |range: &Range<usize>| number(&text[range.clone()]).ok_or(Refusal::Malformed);
        let (expires, signed_at) = (number(&e)?, number(&t)?);
        Ok(Signature {
            digest,
            app_id: a,
            secret_id: k,
            expires,
            signed_at,
            nonce: r,
            file_id: f,
            bucket: b,
            text,
        })
    }

    /// Puts the parts together again: the inverse of [`Signature::decode`].
    pub fn encode(&self) -> String {
        encode::base64().encode([&self.digest, self.text.as_bytes()].concat())
    }

    /// Checks, in constant time, that `signer` holds the key that made this.
    ///
    /// Says nothing of what the signature is for: see [`Signature::allows`].
    ///
    /// # Errors
    ///
    /// [`Refusal::Digest`].
    pub fn verify(&self, signer: &Signer) -> Result<(), Refusal> {
        let digest = signer.key().digest(self.text.as_bytes());
        match bool::from(digest.ct_eq(&self.digest)) {
            true => Ok(()),
            false => Err(Refusal::Digest),
        }
    }

    /// The text that was signed.
    pub fn plain_text(&self) -> &str {
        &self.text
    }

    /// `a`: the account.
    pub fn app_id(&self) -> &str {
        &self.text[self.app_id.clone()]
    }

    /// `k`: whose key made it.
    pub fn secret_id(&self) -> &str {
        &self.text[self.secret_id.clone()]
    }

    /// `e`: when it ends, in seconds since 1970; 0 means after one use.
    pub fn expires(&self) -> u64 {
        self.expires
    }

    /// `t`: when it was made, in seconds since 1970.
    pub fn signed_at(&self) -> u64 {
        self.signed_at
    }

    /// `r`: the random number, of any length.
    pub fn nonce(&self) -> &str {
        &self.text[self.nonce.clone()]
    }

    /// `f`: the percent-encoded path that it is bound to, with or without account and bucket;
    /// may be empty.
    pub fn file_id(&self) -> &str {
        &self.text[self.file_id.clone()]
    }

    /// `b`: the bucket.
    pub fn bucket(&self) -> &str {
        &self.text[self.bucket.clone()]
    }

    /// Whether it is spent after one use.
    pub fn is_single_use(&self) -> bool {
        self.expires == 0
    }
}

/// Hides the digest: with it, the text would be the signature.
impl fmt::Debug for Signature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Signature({})", self.text)
    }
}

/// Where the values of `a`, `k`, `e`, `t`, `r`, `f`, `b` stand; `None` if one is missing or doubled.
fn fields(text: &str) -> Option<[Range<usize>; 7]> {
    const NAMES: &[u8; 7] = b"aketrfb";
    let mut found: [Option<Range<usize>>; 7] = Default::default();
    let mut start = 0;
    for pair in text.split('&') {
        let end = start + pair.len();
        if let [name, b'=', ..] = pair.as_bytes()
            && let Some(index) = NAMES.iter().position(|known| known == name)
            && found[index].replace(start + 2..end).is_some()
        {
            return None;
        }
        start = end + 1;
    }
    let [
        Some(a),
        Some(k),
        Some(e),
        Some(t),
        Some(r),
        Some(f),
        Some(b),
    ] = found
    else {
        return None;
    };
    Some([a, k, e, t, r, f, b])
}
