//! Answers.

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Response, header};
use http_body_util::Full;

/// The body of every answer: it is there as a whole.
pub(super) type Body = Full<Bytes>;

/// Headers of an answer: those below, and what refusals add.
const HEADERS: usize = 6;

/// JSON that nobody keeps.
pub(super) fn json(text: Vec<u8>) -> Response<Body> {
    reply(text, "application/json", "no-store")
}

/// A text that is part of the program.
pub(super) fn text(kind: &'static str, text: impl Into<Bytes>) -> Response<Body> {
    // Asked for again each time: it changes with the program, and is small.
    reply(text, kind, "no-cache")
}

fn reply(text: impl Into<Bytes>, kind: &'static str, kept: &'static str) -> Response<Body> {
    let mut headers = HeaderMap::with_capacity(HEADERS);
    for (name, value) in [
        (header::CONTENT_TYPE, kind),
        (header::CACHE_CONTROL, kept),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    let mut response = Response::new(Full::new(text.into()));
    *response.headers_mut() = headers;
    response
}
