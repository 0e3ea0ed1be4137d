//! The files themselves (section 9).

use std::{ops::Range, sync::Arc, time::Duration};

use futures_util::TryStreamExt;
use http::{
    HeaderMap, HeaderName, HeaderValue, Method, Response, StatusCode, header, request::Parts,
};
use http_body_util::{BodyExt, StreamBody};
use hyper::body::Frame;
use percent_encoding::percent_decode_str;

use super::{
    Cos, Halt,
    answer::{Refusal, sign_off},
    authorize::{self, Need, Wanted},
    store::File,
    target::{self, DownloadHost, Target},
};
use crate::{
    body::{self, ReplyBody},
    exchange::{Exchange, Reply},
    storage,
};

/// What a download says to any signature that does not serve (section 4.9).
pub(super) const SIGNATURE_CHECK: i64 = -45086;
/// The file is missing.
const MISSING: i64 = -46628;
/// The file is not complete.
const INCOMPLETE: i64 = -46614;
/// The file is blocked.
const BLOCKED: i64 = -46646;

/// A file, or a part of one, ready to be sent.
pub(super) struct Found {
    file: Arc<File>,
    part: Part,
    with_body: bool,
}

/// What of a file was asked for.
#[derive(Debug, PartialEq, Eq)]
enum Part {
    Whole,
    Range(Range<u64>),
    /// Nothing of it: the range begins behind the end.
    Beyond,
}

impl Cos {
    /// Finds the file that a download asks for.
    pub(super) async fn download(
        &self,
        exchange: &mut Exchange<'_>,
        host: &DownloadHost,
        parts: &Parts,
    ) -> Result<Found, Halt> {
        if !exchange.gate().await {
            return Err(Halt::Faulted);
        }
        if ![Method::GET, Method::HEAD].contains(&parts.method) {
            return Err(Refusal::new(-5996, "downloads take GET and HEAD").into());
        }
        let target = Target {
            app: self.account.app().to_string(),
            bucket: host.bucket.clone(),
            path: percent_decode_str(parts.uri.path()).collect(),
        };
        let path = target::checked(&target.path)?;
        // Both at once: an upload that ends meanwhile is neither missing nor incomplete.
        let (file, is_open) = {
            let contents = self.store.contents();
            let file = contents.file(path).map(Arc::clone);
            (file, contents.upload(path).is_some())
        };
        if !self.is_public(file.as_deref(), host) {
            self.check_download(&target, parts)?;
        } else if target.bucket != self.account.bucket().as_str() {
            return Err(Refusal::new(-133, "there is no such bucket").into());
        }
        let Some(file) = file else {
            return Err(match is_open {
                true => Refusal::new(INCOMPLETE, format!("{path} is not complete")),
                false => Refusal::new(MISSING, format!("nothing is at {path}")),
            }
            .into());
        };
        if file.attributes.forbid != 0 {
            return Err(Refusal::new(BLOCKED, format!("{path} is blocked")).into());
        }
        Ok(Found {
            part: part(&parts.headers, &file),
            with_body: parts.method == Method::GET,
            file,
        })
    }

    /// Whether it may be read without a signature (section 4.9).
    fn is_public(&self, file: Option<&File>, host: &DownloadHost) -> bool {
        let own = file
            .and_then(|file| file.attributes.authority.as_deref())
            .filter(|_| !host.is_cdn);
        match own {
            Some("eWPrivateRPublic") => true,
            Some("eWRPrivate") => false,
            _ => self.manners.public,
        }
    }

    /// The answer has one code for all that may be wrong; the reason names which it was.
    fn check_download(&self, target: &Target, parts: &Parts) -> Result<(), Refusal> {
        let wanted = Wanted {
            target,
            need: Some(Need::Download),
            now: self.now(),
        };
        let query = parts.uri.query().unwrap_or_default();
        let presented = authorize::presented(&parts.headers, query);
        self.read_signature(presented.as_deref(), &wanted)
            .and_then(|signature| self.check_signature(&signature, &wanted))
            .map_err(|refusal| match refusal.code {
                -133 | -181 => refusal,
                _ => Refusal::new(SIGNATURE_CHECK, refusal.to_string()),
            })
    }
}

impl Found {
    /// The answer.
    pub(super) fn reply(self, request_id: &str) -> Reply {
        let size = self.file.size;
        let (status, range) = match self.part {
            Part::Whole => (StatusCode::OK, 0..size),
            Part::Range(range) => (StatusCode::PARTIAL_CONTENT, range),
            Part::Beyond => return beyond(size, request_id),
        };
        let mut response = Response::new(match self.with_body {
            true => content(&self.file, range.clone()),
            false => body::empty(),
        });
        *response.status_mut() = status;
        let headers = response.headers_mut();
        describe(headers, &self.file);
        sign_off(headers, request_id);
        headers.insert(header::CONTENT_LENGTH, (range.end - range.start).into());
        if status == StatusCode::PARTIAL_CONTENT {
            // Of a range that is not empty, the last byte is named.
            let value = format!("bytes {}-{}/{size}", range.start, range.end - 1);
            headers.insert(header::CONTENT_RANGE, ascii(&value));
        }
        Reply {
            response,
            code: None,
            refusal: None,
        }
    }
}

fn content(file: &File, range: Range<u64>) -> ReplyBody {
    let pieces = storage::stream(&file.pieces, range).map_ok(Frame::data);
    StreamBody::new(pieces).boxed_unsync()
}

/// What goes with a file, whatever part of it is sent.
fn describe(headers: &mut HeaderMap, file: &File) {
    headers.insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("application/octet-stream"),
    );
    headers.insert(header::ACCEPT_RANGES, HeaderValue::from_static("bytes"));
    headers.insert(header::ETAG, ascii(&file.entity_tag()));
    headers.insert(header::LAST_MODIFIED, last_modified(file));
    for (name, value) in &file.attributes.custom_headers {
        let name = HeaderName::try_from(name);
        if let (Ok(name), Ok(value)) = (name, HeaderValue::try_from(value)) {
            headers.insert(name, value);
        }
    }
}

fn last_modified(file: &File) -> HeaderValue {
    /// The last second of the year 9999: dates have four digits for the year.
    const LAST: u64 = 253_402_300_799;
    let since = Duration::from_secs(file.modified.min(LAST));
    ascii(&httpdate::fmt_http_date(
        std::time::SystemTime::UNIX_EPOCH + since,
    ))
}

fn ascii(text: &str) -> HeaderValue {
    HeaderValue::try_from(text).expect("hex, digits and dates are visible ASCII")
}

fn beyond(size: u64, request_id: &str) -> Reply {
    let refusal = Refusal::new(-29034, format!("the range is behind the end, {size}"));
    let mut reply = super::answer::download_refused(refusal, request_id);
    *reply.response.status_mut() = StatusCode::RANGE_NOT_SATISFIABLE;
    let value = ascii(&format!("bytes */{size}"));
    let headers = reply.response.headers_mut();
    headers.insert(header::CONTENT_RANGE, value);
    reply
}

/// What the headers ask for. Several ranges, and what cannot be read, mean the whole.
fn part(headers: &HeaderMap, file: &File) -> Part {
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
        && *condition != ascii(&file.entity_tag())
        && *condition != last_modified(file)
    {
        return Part::Whole;
    }
    let size = file.size;
    let range = match (number(first), number(last)) {
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

fn number(text: &str) -> Option<u64> {
    super::arguments::digits(text).filter(|_| !text.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cos::store::Attributes;

    fn file() -> File {
        File {
            size: 100,
            sha: Some("ab".into()),
            slice_size: 100,
            pieces: Vec::new(),
            attributes: Attributes::default(),
            created: 0,
            modified: 1_503_987_233,
        }
    }

    fn asked(range: &str, if_range: Option<&str>) -> Part {
        let mut headers = HeaderMap::new();
        headers.insert(header::RANGE, ascii(range));
        if let Some(condition) = if_range {
            headers.insert(header::IF_RANGE, ascii(condition));
        }
        part(&headers, &file())
    }

    #[test]
    fn ranges_are_read_and_cut_to_the_file() {
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
