//! Forms (`multipart/form-data`), read as they come, with bounds on what a hostile one costs.

use std::{
    fmt, io,
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    task::{Context, Poll},
};

use bytes::Bytes;
use futures_util::Stream;
use md5::Md5;
use multer::{Constraints, Field, Multipart, SizeLimit};
use sha1::{Digest, Sha1};

use crate::{
    body::{BodyError, RequestBody},
    random,
    storage::{Blob, Blobs},
};

/// The most fields of a form: no operation of any service has a quarter as many.
pub(crate) const FIELDS: usize = 64;
/// After so much, the head of a part has to be there: until it is, all of it is looked through
/// again with every piece that comes.
const HEAD_LIMIT: usize = 16 * 1024;
/// As RFC 2046 has it. It is looked for with every piece that comes.
const BOUNDARY_LIMIT: usize = 70;

/// A form that is being read.
pub(crate) struct Form {
    parts: Multipart<'static>,
    room: Room,
    fields: usize,
}

/// One field of it. A part with a file name is a field like any other: clients give every part one,
/// or none.
pub(crate) struct FormField {
    name: String,
    field: Field<'static>,
}

/// A content that came in a field: stored, and its digests in lower-case hex.
pub(crate) struct Received {
    pub(crate) blob: Arc<Blob>,
    pub(crate) sha: String,
    pub(crate) md5: String,
}

/// Why a form was not read.
#[derive(Debug)]
pub(crate) enum FormError {
    /// The body did not come to its end.
    Body(BodyError),
    /// It is no form.
    Malformed(String),
    /// The whole body has more bytes than this.
    TooLarge(u64),
    /// The field has more bytes than this.
    FieldTooLarge(u64),
    /// The text of a field is not UTF-8.
    NotUtf8,
    /// What came could not be stored.
    Storage(io::Error),
}

impl From<io::Error> for FormError {
    fn from(problem: io::Error) -> FormError {
        FormError::Storage(problem)
    }
}

impl From<multer::Error> for FormError {
    fn from(problem: multer::Error) -> FormError {
        match &problem {
            multer::Error::StreamSizeExceeded { limit } => FormError::TooLarge(*limit),
            multer::Error::StreamReadFailed(cause) => match cause.downcast_ref() {
                Some(cause) => FormError::Body(*cause),
                None => FormError::Malformed(cause.to_string()),
            },
            _ => FormError::Malformed(problem.to_string()),
        }
    }
}

/// Whether the value of a header `Content-Type` announces a body in parts.
pub(crate) fn is_multipart(content_type: &str) -> bool {
    let start = content_type.trim_start().get(..10);
    start.is_some_and(|start| start.eq_ignore_ascii_case("multipart/"))
}

/// The boundary that a `Content-Type` announces.
pub(crate) fn boundary(content_type: &str) -> Result<String, FormError> {
    match multer::parse_boundary(content_type)? {
        boundary if boundary.len() > BOUNDARY_LIMIT => {
            Err(FormError::Malformed("the boundary is too long".into()))
        }
        boundary => Ok(boundary),
    }
}

impl Form {
    /// Begins to read; the whole may have `limit` bytes.
    pub(crate) fn new(boundary: String, body: RequestBody, limit: u64) -> Form {
        let limits = Constraints::new().size_limit(SizeLimit::new().whole_stream(limit));
        let room = Room::default();
        let body = BoundedHeads {
            body,
            room: room.clone(),
        };
        Form {
            parts: Multipart::with_constraints(body, boundary, limits),
            room,
            fields: 0,
        }
    }

    /// The next field. The one before it has to be read, or [skipped](FormField::skip).
    pub(crate) async fn next(&mut self) -> Result<Option<FormField>, FormError> {
        self.room.set(HEAD_LIMIT);
        let field = self.parts.next_field().await?;
        self.room.set(usize::MAX);
        let Some(field) = field else {
            return Ok(None);
        };
        if self.fields == FIELDS {
            return Err(FormError::Malformed("too many fields".into()));
        }
        self.fields += 1;
        let Some(name) = field.name().map(str::to_ascii_lowercase) else {
            return Err(FormError::Malformed("a part without a name".into()));
        };
        Ok(Some(FormField { name, field }))
    }
}

impl FormField {
    /// In lower case: clients differ.
    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// What the client calls the file. The extended form (`filename*`) is not read.
    pub(crate) fn file_name(&self) -> Option<&str> {
        self.field.file_name()
    }

    /// Reads it to its end and forgets it. One that is dropped unread counts as the head of the next.
    pub(crate) async fn skip(mut self) -> Result<(), FormError> {
        while self.field.chunk().await?.is_some() {}
        Ok(())
    }

    /// Its value, of at most `limit` bytes. One that is too large is read to its end all the same, so
    /// that the next one can be.
    pub(crate) async fn bytes(mut self, limit: usize) -> Result<Vec<u8>, FormError> {
        let mut bytes = Vec::new();
        while let Some(piece) = self.field.chunk().await? {
            if bytes.len() + piece.len() > limit {
                self.skip().await?;
                return Err(FormError::FieldTooLarge(limit as u64));
            }
            bytes.extend_from_slice(&piece);
        }
        Ok(bytes)
    }

    /// The same, as a text.
    pub(crate) async fn text(self, limit: usize) -> Result<String, FormError> {
        String::from_utf8(self.bytes(limit).await?).map_err(|_| FormError::NotUtf8)
    }

    /// Stores its value, of at most `limit` bytes, while it comes.
    pub(crate) async fn store(mut self, blobs: &Blobs, limit: u64) -> Result<Received, FormError> {
        let mut writer = blobs.writer()?;
        let (mut sha, mut md5) = (Sha1::new(), Md5::new());
        while let Some(piece) = self.field.chunk().await? {
            if writer.length() + piece.len() as u64 > limit {
                return Err(FormError::FieldTooLarge(limit));
            }
            sha.update(&piece);
            md5.update(&piece);
            writer.write(&piece).await?;
        }
        Ok(Received {
            blob: writer.finish().await?,
            sha: random::to_hex(&sha.finalize()),
            md5: random::to_hex(&md5.finalize()),
        })
    }
}

/// A body that ends with an error where the head of a part is too long.
struct BoundedHeads {
    body: RequestBody,
    room: Room,
}

/// How much may come until the head at hand must be there.
#[derive(Clone, Default)]
struct Room(Arc<AtomicUsize>);

impl Room {
    fn set(&self, bytes: usize) {
        self.0.store(bytes, Ordering::Relaxed);
    }
}

#[derive(Debug)]
struct LongHead;

impl fmt::Display for LongHead {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a part whose head has more than {HEAD_LIMIT} bytes")
    }
}

impl std::error::Error for LongHead {}

impl Stream for BoundedHeads {
    type Item = Result<Bytes, Box<dyn std::error::Error + Send + Sync>>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let polled = Pin::new(&mut self.body).poll_next(context);
        let room = self.room.0.load(Ordering::Relaxed);
        match &polled {
            // A piece may hold more than a head: only who goes on behind it has found none in it.
            Poll::Ready(Some(Ok(_))) if room == 0 => Poll::Ready(Some(Err(LongHead.into()))),
            Poll::Ready(Some(Ok(bytes))) => {
                self.room.set(room.saturating_sub(bytes.len()));
                polled.map_err(Into::into)
            }
            _ => polled.map_err(Into::into),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_boundary_may_be_quoted_but_not_be_long() {
        for good in [
            "multipart/form-data; boundary=abc",
            "multipart/form-data; boundary=\"abc\"",
        ] {
            assert_eq!(boundary(good).ok().as_deref(), Some("abc"), "{good}");
        }
        for bad in [
            "multipart/form-data",
            "multipart/mixed; boundary=abc",
            &format!("multipart/form-data; boundary={}", "b".repeat(71)),
        ] {
            assert!(boundary(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_body_in_parts_is_told_by_its_type() {
        assert!(is_multipart(" Multipart/Form-Data; boundary=x"));
        for other in ["application/json", "multipart", "", "图图图图"] {
            assert!(!is_multipart(other), "{other}");
        }
    }
}
