//! Stored contents as HTTP sends them: whole or in part, with what lets a client go on later.

use std::{
    ops::Range,
    sync::Arc,
    time::{Duration, SystemTime},
};

use futures_util::TryStreamExt;
use http::{HeaderMap, HeaderValue, Response, StatusCode, header};
use http_body_util::{BodyExt, StreamBody};
use hyper::body::Frame;

use crate::{
    body::{self, ReplyBody},
    storage::{self, Blob},
    value::digits,
};

/// What there is to be sent.
pub(crate) struct Representation<'a> {
    /// One behind the other.
    pub(crate) pieces: &'a [Arc<Blob>],
    /// Of all pieces, in bytes.
    pub(crate) size: u64,
    /// With its quotes.
    pub(crate) entity_tag: &'a str,
    /// In seconds.
    pub(crate) modified: u64,
    pub(crate) content_type: &'static str,
}

/// What of it was asked for.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Part {
    Whole,
    Range(Range<u64>),
    /// Nothing of it: the range begins behind the end.
    Beyond,
}

impl Representation<'_> {
    /// What the headers ask for. Several ranges, and what cannot be read, mean the whole.
    pub(crate) fn part(&self, headers: &HeaderMap) -> Part {
        let range = headers
            .get(header::RANGE)
            .and_then(|value| value.to_str().ok());
        let Some((first, last)) = range
            .and_then(|range| range.strip_prefix("bytes="))
            .and_then(|range| range.trim().split_once('-'))
        else {
            return Part::Whole;
        };
        // A part of another content than the client has is worth nothing to it.
        if let Some(condition) = headers.get(header::IF_RANGE)
            && *condition != ascii(self.entity_tag)
            && *condition != self.last_modified()
        {
            return Part::Whole;
        }
        let size = self.size;
        let range = match (digits(first), digits(last)) {
            (Some(first), Some(last)) if first <= last => first..last.saturating_add(1).min(size),
            (Some(first), None) if last.is_empty() => first..size,
            // The last so many bytes.
            (None, Some(length)) if first.is_empty() => size - length.min(size)..size,
            _ => return Part::Whole,
        };
        match range.start < range.end {
            true => Part::Range(range),
            false => Part::Beyond,
        }
    }

    /// The answer, which of [`Part::Beyond`] has no body.
    pub(crate) fn response(&self, part: Part, with_body: bool) -> Response<ReplyBody> {
        let size = self.size;
        let (status, range) = match part {
            Part::Whole => (StatusCode::OK, 0..size),
            Part::Range(range) => (StatusCode::PARTIAL_CONTENT, range),
            Part::Beyond => return beyond(size),
        };
        let mut response = Response::new(match with_body {
            true => self.content(range.clone()),
            false => body::empty(),
        });
        *response.status_mut() = status;
        let headers = response.headers_mut();
        let content_type = HeaderValue::from_static(self.content_type);
        headers.insert(header::CONTENT_TYPE, content_type);
        headers.insert(header::ACCEPT_RANGES, HeaderValue::from_static("bytes"));
        headers.insert(header::ETAG, ascii(self.entity_tag));
        headers.insert(header::LAST_MODIFIED, self.last_modified());
        headers.insert(header::CONTENT_LENGTH, (range.end - range.start).into());
        if status == StatusCode::PARTIAL_CONTENT {
            // Of a range that is not empty, the last byte is named.
            let value = format!("bytes {}-{}/{size}", range.start, range.end - 1);
            headers.insert(header::CONTENT_RANGE, ascii(&value));
        }
        response
    }

    fn content(&self, range: Range<u64>) -> ReplyBody {
        let pieces = storage::stream(self.pieces, range).map_ok(Frame::data);
        StreamBody::new(pieces).boxed_unsync()
    }

    fn last_modified(&self) -> HeaderValue {
        /// The last second of the year 9999: dates have four digits for the year.
        const LAST: u64 = 253_402_300_799;
        let since = Duration::from_secs(self.modified.min(LAST));
        ascii(&httpdate::fmt_http_date(SystemTime::UNIX_EPOCH + since))
    }
}

fn beyond(size: u64) -> Response<ReplyBody> {
    let mut response = Response::new(body::empty());
    *response.status_mut() = StatusCode::RANGE_NOT_SATISFIABLE;
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_RANGE, ascii(&format!("bytes */{size}")));
    response
}

fn ascii(text: &str) -> HeaderValue {
    HeaderValue::try_from(text).expect("hex, digits and dates are visible ASCII")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(range: &str, if_range: Option<&str>) -> Part {
        let mut headers = HeaderMap::new();
        headers.insert(header::RANGE, ascii(range));
        if let Some(condition) = if_range {
            headers.insert(header::IF_RANGE, ascii(condition));
        }
        let content = Representation {
            pieces: &[],
            size: 100,
            entity_tag: "\"ab\"",
            modified: 1_503_987_233,
            content_type: "text/plain",
        };
        content.part(&headers)
    }

    #[test]
    fn ranges_are_read_and_cut_to_the_content() {
        for (range, expected) in [
            ("bytes=0-0", 0..1),
            ("bytes=10-", 10..100),
            ("bytes=90-1000", 90..100),
            ("bytes=-30", 70..100),
            ("bytes=-1000", 0..100),
            ("bytes=0-18446744073709551615", 0..100),
        ] {
            assert_eq!(asked(range, None), Part::Range(expected), "{range}");
        }
        for range in ["bytes=100-", "bytes=100-200", "bytes=-0"] {
            assert_eq!(asked(range, None), Part::Beyond, "{range}");
        }
        for range in [
            "bytes=0-1,3-4",
            "bytes=5-4",
            "bytes=-",
            "bytes=a-b",
            "items=0-1",
            "bytes=+1-2",
            "bytes=99999999999999999999-",
        ] {
            assert_eq!(asked(range, None), Part::Whole, "{range}");
        }
    }

    #[test]
    fn a_condition_that_does_not_hold_makes_it_the_whole() {
        assert_eq!(asked("bytes=1-", Some("\"ab\"")), Part::Range(1..100));
        let date = "Tue, 29 Aug 2017 06:13:53 GMT";
        assert_eq!(asked("bytes=1-", Some(date)), Part::Range(1..100));
        assert_eq!(asked("bytes=1-", Some("\"cd\"")), Part::Whole);
    }
}
