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
    /// Made for longer than three months, or for a time that far ahead.
    Lifetime,
    /// Of the kind for porn detection, where another call was made.
    Detection,
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
            | Refusal::Lifetime
            | Refusal::Detection => -97,
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
            | Refusal::Lifetime
            | Refusal::Detection => 14,
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
            Refusal::Lifetime => "field e is more than three months after field t, or after now",
            Refusal::Detection => "there is no field r or f: it is one for porn detection",
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
        if self.app_id() != asked.app.to_string() {
            return Err(Refusal::App);
        }
        let (bucket, file_id) = self.bound_to(asked);
        // Only V1 and the vendor's `app_sign_v2` do without; detection never does (section 3.2).
        let is_named = bucket.is_some() || asked.call != Call::Detection;
        if !is_named || (bucket.is_some() && bucket != asked.bucket.as_deref()) {
            return Err(Refusal::Bucket);
        }
        if asked.call != Call::Detection && !self.is_for_files() {
            return Err(Refusal::Detection);
        }
        match self.is_single_use() {
            true => allows_once(file_id, asked),
            false => self.allows_until(file_id, asked, now),
        }
    }

    /// Bucket and file: what looks like a bucket behind the file is part of the file's id, if that is
    /// the one that is asked for.
    fn bound_to(&self, asked: &Asked) -> (Option<&str>, &str) {
        match (self.whole_tail(), asked.file_id.as_deref()) {
            (Some(tail), Some(file_id)) if tail == file_id && tail != self.file_id() => {
                (None, tail)
            }
            _ => (self.bucket(), self.file_id()),
        }
    }

    fn allows_until(&self, file_id: &str, asked: &Asked, now: Timestamp) -> Result<(), Refusal> {
        if self.expires() <= now.seconds() {
            return Err(Refusal::Expired);
        }
        if matches!(asked.call, Call::Copy | Call::Delete) {
            return Err(Refusal::NotSingleUse);
        }
        // A time of signing in the future would move the end as far as one likes.
        let lifetime = self.expires().saturating_sub(self.signed_at());
        let ahead = self.expires().saturating_sub(now.seconds());
        if lifetime.max(ahead) > LIFETIME_LIMIT {
            return Err(Refusal::Lifetime);
        }
        match file_id {
            "" => Ok(()),
            _ => is_bound_to(file_id, asked),
        }
    }
}

fn allows_once(file_id: &str, asked: &Asked) -> Result<(), Refusal> {
    if file_id.is_empty() {
        return Err(Refusal::Unbound);
    }
    match asked.call {
        Call::Copy | Call::Delete | Call::Download => is_bound_to(file_id, asked),
        Call::Upload | Call::Stat | Call::Detection => Err(Refusal::SingleUse),
    }
}

fn is_bound_to(file_id: &str, asked: &Asked) -> Result<(), Refusal> {
    match asked.file_id.as_deref() == Some(file_id) {
        true => Ok(()),
        false => Err(Refusal::FileId),
    }
}
