//! Exchanges whose answer is too large to hold: the body goes to a writer as it comes.

mod address;
mod content_range;
mod downloader;
mod host;
mod object;

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Request, Response, StatusCode, header, response};

pub(crate) use address::Address;
pub use downloader::{DownloadStep, Downloader, Head};
pub(crate) use host::DownloadHost;

use crate::{
    Stamp,
    error::{Error, InputError},
    payload::Payload,
};

/// One object to fetch, and what a refusal means. Carried out by a [`Downloader`].
pub trait Download {
    /// Builds the request, signed for `stamp`, for these bytes of the object.
    ///
    /// # Errors
    ///
    /// [`Error::Input`] where what was asked for cannot be sent.
    fn request(&self, range: ByteRange, stamp: &Stamp) -> Result<Request<Payload>, Error>;

    /// Which bytes of the object are wanted.
    fn range(&self) -> ByteRange;

    /// Whether an answer with a good status is a refusal all the same.
    fn is_refusal(&self, head: &response::Parts) -> bool {
        let _ = head;
        false
    }

    /// Reads an answer that is not the object.
    fn refusal(&self, response: &Response<Bytes>) -> Error;
}

/// A stretch of an object: from a byte to the end, or to before another byte.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ByteRange {
    start: u64,
    end: Option<u64>,
}

impl ByteRange {
    /// The whole object.
    pub const ALL: ByteRange = ByteRange {
        start: 0,
        end: None,
    };

    /// From byte `start` to the end.
    pub const fn from(start: u64) -> ByteRange {
        ByteRange { start, end: None }
    }

    /// From byte `start` to before byte `end`.
    ///
    /// # Errors
    ///
    /// [`InputError::Range`] if that is empty or backwards: HTTP cannot ask for no bytes.
    pub const fn between(start: u64, end: u64) -> Result<ByteRange, InputError> {
        if end <= start {
            return Err(InputError::Range {
                start,
                end,
                length: None,
            });
        }
        Ok(ByteRange {
            start,
            end: Some(end),
        })
    }

    /// The first byte.
    pub const fn start(self) -> u64 {
        self.start
    }

    /// The byte before which it stops, if not at the end of the object.
    pub const fn end(self) -> Option<u64> {
        self.end
    }

    /// The value of a `Range` header; none for the whole object.
    pub fn header(self) -> Option<HeaderValue> {
        let text = match (self.start, self.end) {
            (0, None) => return None,
            (start, None) => format!("bytes={start}-"),
            (start, Some(end)) => format!("bytes={start}-{}", end - 1),
        };
        Some(HeaderValue::try_from(text).expect("digits are visible ASCII"))
    }
}

/// What a finished download brought.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Downloaded {
    /// How many bytes were handed to the writer.
    pub length: u64,
    /// How large the whole object is, where the service said so.
    pub total: Option<u64>,
    /// The status of the first answer: 200 or 206.
    pub status: StatusCode,
    /// The headers of the first answer, custom ones included.
    pub headers: HeaderMap,
}

impl Downloaded {
    /// The object's media type, where the service named a readable one.
    pub fn content_type(&self) -> Option<&str> {
        self.headers.get(header::CONTENT_TYPE)?.to_str().ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_are_written_with_the_last_byte_included() {
        let header = |range: ByteRange| range.header().map(|value| value.as_bytes().to_vec());
        assert_eq!(header(ByteRange::ALL), None);
        assert_eq!(header(ByteRange::from(5)), Some(b"bytes=5-".to_vec()));
        let range = ByteRange::between(0, 14).expect("a range");
        assert_eq!(header(range), Some(b"bytes=0-13".to_vec()));
        assert!(ByteRange::between(3, 3).is_err());
        assert!(ByteRange::between(4, 3).is_err());
    }
}
