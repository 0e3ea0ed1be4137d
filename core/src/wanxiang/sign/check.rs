use std::fmt;

use super::Signature;
use crate::{Timestamp, tencent::LIFETIME_LIMIT, wanxiang::AppId};

/// What a request asks for, to be held against its signature.
#[derive(Clone, Debug)]
pub struct Asked {
    /// The account in the request.
    pub app: AppId,
    /// The bucket in the request; V1 knows none.
    pub bucket: Option<String>,
    /// The decoded file id in the request, if there is one.
    pub file_id: Option<String>,
    /// What is to be done.
    pub call: Call,
}

/// What a request does, which decides on the kind of signature (section 3.5).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Call {
    /// Upload, whole or by slices.
    Upload,
    /// Stat.
    Stat,
    /// Copy.
    Copy,
    /// Deletion.
    Delete,
    /// Download.
    Download,
    /// Porn detection.
    Detection,
}

/// Why a signature does not serve.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Refusal {
    /// Not base64, or a field missing, doubled or unreadable.
    Malformed,
    /// Made with a key that is not known.
    SecretId,
    /// Made with another key, or changed since.
    Digest,
    /// For another account.
    App,
    /// For another bucket.
    Bucket,
    /// At its end.
    Expired,
    /// Bound to another file.
    FileId,
    /// Single-use, and bound to nothing.
    Unbound,
    /// Multi-use, where the call takes a single-use one.
    NotSingleUse,
    /// Single-use, where the call takes a multi-use one.
    SingleUse,
    /// Made for longer than three months.
    Lifetime,
}

impl Refusal {
    /// The code that goes with it for photos and videos. The service's own choice is not
    /// established: it is the one of its sister product (section 15).
    pub fn code(self) -> i64 {
        match self {
            Refusal::Malformed => -5998,
            Refusal::SecretId => -47,
            Refusal::App => -70,
            Refusal::Bucket => -61,
            Refusal::Expired => -59,
            Refusal::FileId => -63,
            Refusal::Digest
            | Refusal::Unbound
            | Refusal::NotSingleUse
            | Refusal::SingleUse
            | Refusal::Lifetime => -97,
        }
    }

    /// The code that goes with it for porn detection (section 10.2).
    pub fn detection_code(self) -> i64 {
        match self {
            Refusal::Malformed => 5,
            Refusal::SecretId => 11,
            Refusal::App => 12,
            Refusal::Bucket | Refusal::FileId => 6,
            Refusal::Expired => 9,
            Refusal::Digest
            | Refusal::Unbound
            | Refusal::NotSingleUse
            | Refusal::SingleUse
            | Refusal::Lifetime => 14,
        }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Refusal::Malformed => {
                "the signature is not base64 of a digest and the fields a, k, e, t"
            }
            Refusal::SecretId => "field k is not a known secret id",
            Refusal::Digest => "the digest does not fit the signed text: another key, or a change",
            Refusal::App => "field a is another account than the request's",
            Refusal::Bucket => "field b is another bucket than the request's",
            Refusal::Expired => "field e has passed",
            Refusal::FileId => "field f is another file than the request's",
            Refusal::Unbound => "field e is 0 (single use), but field f is empty",
            Refusal::NotSingleUse => "field e is not 0, but the call takes only single use",
            Refusal::SingleUse => "field e is 0 (single use), but the call takes only multi-use",
            Refusal::Lifetime => "field e is more than three months after field t",
        })
    }
}

impl std::error::Error for Refusal {}

impl Signature {
    /// Checks that a verified signature is for this request, at this time (section 3.7).
    ///
    /// Whether a single-use signature was seen before is the caller's to remember.
    ///
    /// # Errors
    ///
    /// [`Refusal`]: account and bucket first, then kind and expiry, then the file.
    pub fn allows(&self, asked: &Asked, now: Timestamp) -> Result<(), Refusal> {
        if self.app_id().parse() != Ok(asked.app) {
            return Err(Refusal::App);
        }
        if self.bucket().is_some() && self.bucket() != asked.bucket.as_deref() {
            return Err(Refusal::Bucket);
        }
        match self.is_single_use() {
            true => self.allows_once(asked),
            false => self.allows_until(asked, now),
        }
    }

    fn allows_once(&self, asked: &Asked) -> Result<(), Refusal> {
        if self.file_id().is_empty() {
            return Err(Refusal::Unbound);
        }
        if !matches!(asked.call, Call::Copy | Call::Delete | Call::Download) {
            return Err(Refusal::SingleUse);
        }
        self.is_bound_to(asked)
    }

    fn allows_until(&self, asked: &Asked, now: Timestamp) -> Result<(), Refusal> {
        if self.expires() <= now.seconds() {
            return Err(Refusal::Expired);
        }
        if matches!(asked.call, Call::Copy | Call::Delete) {
            return Err(Refusal::NotSingleUse);
        }
        if self.expires().saturating_sub(self.signed_at()) > LIFETIME_LIMIT {
            return Err(Refusal::Lifetime);
        }
        match self.file_id() {
            "" => Ok(()),
            _ => self.is_bound_to(asked),
        }
    }

    fn is_bound_to(&self, asked: &Asked) -> Result<(), Refusal> {
        match asked.file_id.as_deref() == Some(self.file_id()) {
            true => Ok(()),
            false => Err(Refusal::FileId),
        }
    }
}
