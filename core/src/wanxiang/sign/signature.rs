use std::{fmt, ops::Range, sync::Arc};

use base64::Engine;
use subtle::ConstantTimeEq;

use super::check::Refusal;
use crate::{
    encode,
    tencent::{DIGEST_LENGTH, LENGTH_LIMIT, SigningKey, number, open},
    wanxiang::{BucketName, Credentials},
};

/// Holds the key by which signatures are checked. Cheap to clone; keeps the prepared key, not the
/// key itself.
#[derive(Clone)]
pub struct Verifier(Arc<(String, SigningKey)>);

impl Verifier {
    /// Prepares the key.
    pub fn new(credentials: &Credentials) -> Verifier {
        let id = credentials.secret_id().to_owned();
        Verifier(Arc::new((id, SigningKey::new(credentials))))
    }
}

impl fmt::Debug for Verifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Verifier({})", self.0.0)
    }
}

/// A signature taken apart: not yet verified.
///
/// Fields are found by name, since the vendor's own clients differ in their order (section 3.3).
#[derive(Clone, PartialEq, Eq)]
pub struct Signature {
    digest: [u8; DIGEST_LENGTH],
    text: String,
    app_id: Range<usize>,
    secret_id: Range<usize>,
    bucket: Option<Range<usize>>,
    file_id: Option<Range<usize>>,
    has_nonce: bool,
    expires: u64,
    signed_at: u64,
}

impl Signature {
    /// Takes the value of an `Authorization` header, with or without its scheme word `QCloud`, or
    /// of a decoded `sign` parameter apart (section 3.7).
    ///
    /// # Errors
    ///
    /// [`Refusal::Malformed`] if it is not base64, longer than 2 KB, or a field is missing, doubled,
    /// or no number where one is needed.
    pub fn decode(signature: &str) -> Result<Signature, Refusal> {
        let signature = signature.strip_prefix("QCloud ").unwrap_or(signature);
        if signature.len() > LENGTH_LIMIT {
            return Err(Refusal::Malformed);
        }
        let (digest, text) = open(signature).ok_or(Refusal::Malformed)?;
        let fields = Fields::read(&text).ok_or(Refusal::Malformed)?;
        let needed = |field: Option<Range<usize>>| field.ok_or(Refusal::Malformed);
        let seconds = |field| number(&text[needed(field)?]).ok_or(Refusal::Malformed);
        let (expires, signed_at) = (seconds(fields.expires)?, seconds(fields.signed_at)?);
        Ok(Signature {
            digest,
            app_id: needed(fields.app_id)?,
            secret_id: needed(fields.secret_id)?,
            bucket: fields.bucket,
            file_id: fields.file_id,
            has_nonce: fields.nonce.is_some(),
            expires,
            signed_at,
            text,
        })
    }

    /// Puts the parts together again: the inverse of [`Signature::decode`], without a scheme word.
    pub fn encode(&self) -> String {
        encode::base64().encode([&self.digest, self.text.as_bytes()].concat())
    }

    /// Checks, in constant time, that it was made with the key of `verifier`.
    ///
    /// Says nothing of what the signature is for: see [`Signature::allows`].
    ///
    /// # Errors
    ///
    /// [`Refusal::SecretId`], [`Refusal::Digest`].
    pub fn verify(&self, verifier: &Verifier) -> Result<(), Refusal> {
        let (secret_id, key) = &*verifier.0;
        if self.secret_id() != secret_id {
            return Err(Refusal::SecretId);
        }
        let digest = key.digest(self.text.as_bytes());
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

    /// `b`: the bucket; V1 and V2 signatures made from an address have none.
    pub fn bucket(&self) -> Option<&str> {
        self.bucket.clone().map(|range| &self.text[range])
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

    /// `f`: the file that it is bound to; empty if it is bound to none.
    pub fn file_id(&self) -> &str {
        self.file_id.clone().map_or("", |range| &self.text[range])
    }

    /// Whether it has the fields of all kinds but the one for porn detection (section 3.2).
    pub(super) fn is_for_files(&self) -> bool {
        self.has_nonce && self.file_id.is_some()
    }

    /// What stands behind `f`, with what was taken for a bucket.
    pub(super) fn whole_tail(&self) -> Option<&str> {
        self.file_id.clone().map(|range| &self.text[range.start..])
    }

    /// Whether it serves only once.
    pub fn is_single_use(&self) -> bool {
        self.expires == 0
    }
}

/// Shows what it is for, not the signature itself.
impl fmt::Debug for Signature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Signature")
            .field("app_id", &self.app_id())
            .field("bucket", &self.bucket())
            .field("file_id", &self.file_id())
            .field("expires", &self.expires)
            .finish_non_exhaustive()
    }
}

/// Where the fields are in the text.
#[derive(Default)]
struct Fields {
    app_id: Option<Range<usize>>,
    secret_id: Option<Range<usize>>,
    bucket: Option<Range<usize>>,
    file_id: Option<Range<usize>>,
    expires: Option<Range<usize>>,
    signed_at: Option<Range<usize>>,
    nonce: Option<Range<usize>>,
}

impl Fields {
    /// Finds them; `None` if one is there twice. A file id may hold `&` and `=`, so that it reaches
    /// to the end; but one of the vendor's clients puts the bucket behind it (section 3.7).
    fn read(text: &str) -> Option<Fields> {
        let mut fields = Fields::default();
        let head = match text.find("&f=") {
            Some(at) => {
                fields.file_id = Some(at + 3..text.len());
                &text[..at]
            }
            None => text,
        };
        let mut start = 0;
        for pair in head.split('&') {
            let (name, _) = pair.split_once('=')?;
            let range = start + name.len() + 1..start + pair.len();
            start += pair.len() + 1;
            let field = match name {
                "a" => &mut fields.app_id,
                "b" => &mut fields.bucket,
                "k" => &mut fields.secret_id,
                "e" => &mut fields.expires,
                "t" => &mut fields.signed_at,
                "r" => &mut fields.nonce,
                // The first field of all: what stands behind it could not be told from it.
                "f" => return None,
                _ => continue,
            };
            if field.replace(range).is_some() {
                return None;
            }
        }
        if let (None, Some(file_id)) = (&fields.bucket, &fields.file_id)
            && let Some(at) = text[file_id.clone()].rfind("&b=")
            && BucketName::new(&text[file_id.start + at + 3..]).is_ok()
        {
            let (start, end) = (file_id.start, file_id.end);
            fields.bucket = Some(start + at + 3..end);
            fields.file_id = Some(start..start + at);
        }
        Some(fields)
    }
}
