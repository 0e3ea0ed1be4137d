use std::{borrow::Cow, fmt};

use percent_encoding::percent_decode_str;

use super::Signature;
use crate::{
    Timestamp,
    cos::{AppId, SIGNATURE_LIFETIME_LIMIT},
};

/// What a request asks for, to be held against its signature.
#[derive(Clone, Debug)]
pub struct Asked {
    /// The account in the request's address.
    pub app: AppId,
    /// The bucket in the request's address.
    pub bucket: String,
    /// The decoded path inside the bucket, with its leading slash.
    pub path: Vec<u8>,
    /// Which kind of signature the request takes.
    pub kind: AskedKind,
}

/// Which kind of signature a request takes (section 4.7).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AskedKind {
    /// Any, but what it is bound to has account and bucket in front.
    Api,
    /// Only a single-use one: update and delete.
    ApiOnce,
    /// Any, and what it is bound to is the bare path.
    Download,
}

/// Why a signature does not serve, with the service's code (section 4.8).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Refusal {
    /// Longer than 2 KB.
    TooLong,
    /// Not base64, or a field missing, doubled or unreadable.
    Malformed,
    /// Made with another key, or changed since.
    Digest,
    /// For another account.
    App,
    /// For another bucket.
    Bucket,
    /// Single-use, and bound to nothing.
    SingleUseUnbound,
    /// At its end.
    Expired,
    /// Made for longer than 90 days.
    Lifetime,
    /// Multi-use, where the operation takes a single-use one.
    NotSingleUse,
    /// Bound to another path.
    Path,
}

impl Refusal {
    /// The service's code.
    pub fn code(self) -> i64 {
        match self {
            Refusal::TooLong => -46180,
            Refusal::Malformed => -5998,
            Refusal::Digest => -97,
            Refusal::App => -70,
            Refusal::Bucket => -61,
            Refusal::SingleUseUnbound => -76,
            Refusal::Expired => -96,
            Refusal::Lifetime => -53,
            Refusal::NotSingleUse => -73,
            Refusal::Path => -63,
        }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Refusal::TooLong => "the signature is longer than 2048 bytes",
            Refusal::Malformed => {
                "the signature is not base64 of a digest and the fields a, k, e, t, r, f, b"
            }
            Refusal::Digest => "the digest does not fit the signed text: another key, or a change",
            Refusal::App => "field a is another account than the request's",
            Refusal::Bucket => "field b is another bucket than the request's",
            Refusal::SingleUseUnbound => "field e is 0 (single use), but field f is empty",
            Refusal::Expired => "field e has passed",
            Refusal::Lifetime => "field e is more than 90 days after field t",
            Refusal::NotSingleUse => "field e is not 0, but the operation takes only single use",
            Refusal::Path => "field f does not fit the path of the request",
        })
    }
}

impl std::error::Error for Refusal {}

impl Signature {
    /// Checks that a verified signature is for this request, at this time.
    ///
    /// Whether a single-use signature was seen before is the caller's to remember.
    ///
    /// # Errors
    ///
    /// [`Refusal`], in the order of section 4.8.
    pub fn allows(&self, asked: &Asked, now: Timestamp) -> Result<(), Refusal> {
        if self.app_id() != asked.app.to_string() {
            return Err(Refusal::App);
        }
        if self.bucket() != asked.bucket {
            return Err(Refusal::Bucket);
        }
        if self.is_single_use() {
            if self.file_id().is_empty() {
                return Err(Refusal::SingleUseUnbound);
            }
        } else {
            if self.expires() < now.seconds() {
                return Err(Refusal::Expired);
            }
            if asked.kind == AskedKind::ApiOnce {
                return Err(Refusal::NotSingleUse);
            }
        }
        if !self.covers(asked) {
            return Err(Refusal::Path);
        }
        // A time of signing in the future would move the end as far as one likes.
        let lifetime = self.expires().saturating_sub(self.signed_at());
        let ahead = self.expires().saturating_sub(now.seconds());
        match self.is_single_use() || lifetime.max(ahead) <= SIGNATURE_LIFETIME_LIMIT {
            true => Ok(()),
            false => Err(Refusal::Lifetime),
        }
    }

    /// Compares decoded bytes: clients encode differently (section 4.2).
    fn covers(&self, asked: &Asked) -> bool {
        if self.file_id().is_empty() {
            return !self.is_single_use();
        }
        let bound: Cow<'_, [u8]> = percent_decode_str(self.file_id()).into();
        let mut file_id = match asked.kind {
            AskedKind::Download => Vec::new(),
            AskedKind::Api | AskedKind::ApiOnce => {
                format!("/{}/{}", asked.app, asked.bucket).into_bytes()
            }
        };
        file_id.extend_from_slice(&asked.path);
        match self.is_single_use() {
            true => file_id == *bound,
            false => file_id.starts_with(&bound),
        }
    }
}
