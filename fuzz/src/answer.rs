//! Answers, read from bytes and without the types of the core, and what holds for every error.

use bytes::Bytes;
use http::{HeaderValue, Response};
use serde_json::Value;
use yunmei_core::{
    Error,
    error::{EXCERPT_LIMIT, Language},
};

/// The most characters in an error's text: a message or problem, an excerpt, the id of the request,
/// and what the core itself says.
const TEXT_LIMIT: usize = 4 * EXCERPT_LIMIT;

/// An answer of these bytes: a line with the status and the value of each header in `headers`, and
/// behind it the body.
pub(crate) fn read(bytes: &[u8], headers: &[&str]) -> Response<Bytes> {
    let (line, body) = split_once(bytes, b'\n').unwrap_or((b"200", bytes));
    let (status, value) = split_once(line, b' ').unwrap_or((line, b""));
    let status = str::from_utf8(status)
        .ok()
        .and_then(|text| text.parse().ok());
    let status = status.filter(|status| (100..1000).contains(status));
    let mut builder = Response::builder().status(status.unwrap_or(200));
    if let Ok(value) = HeaderValue::from_bytes(value) {
        for &name in headers {
            builder = builder.header(name, value.clone());
        }
    }
    let body = Bytes::copy_from_slice(body);
    builder.body(body).expect("checked parts make an answer")
}

/// The same answer under another status.
pub(crate) fn under(response: &Response<Bytes>, status: u16) -> Response<Bytes> {
    let mut response = response.clone();
    *response.status_mut() = status.try_into().expect("a status");
    response
}

/// The same answer with every `mark` in its body replaced.
pub(crate) fn repeating(response: &Response<Bytes>, mark: &str, text: &str) -> Response<Bytes> {
    let mut body = Vec::new();
    let mut rest = &response.body()[..];
    while let Some(at) = rest
        .windows(mark.len())
        .position(|window| window == mark.as_bytes())
    {
        body.extend_from_slice(&rest[..at]);
        body.extend_from_slice(text.as_bytes());
        rest = &rest[at + mark.len()..];
    }
    body.extend_from_slice(rest);
    response.clone().map(|_| body.into())
}

/// The code of an envelope; `None` if serde_json sees none.
pub(crate) fn code(document: &Value) -> Option<i64> {
    number(document.get("code")?)
}

/// A number, or a text of one.
pub(crate) fn number(value: &Value) -> Option<i64> {
    match value {
        Value::String(text) => text.trim().parse().ok(),
        number => number.as_i64(),
    }
}

/// An error keeps the status, and can be shown on a terminal, without filling it.
pub(crate) fn readable(error: &Error, response: &Response<Bytes>) {
    assert_eq!(error.status(), Some(response.status()), "{error}");
    for shown in [error.to_string(), format!("{error:?}")] {
        assert!(!shown.contains(|c: char| c.is_control()), "{shown:?}");
    }
    assert!(error.to_string().chars().count() <= TEXT_LIMIT, "{error}");
    if let Error::Response(error) = error {
        assert!(error.excerpt().chars().count() <= EXCERPT_LIMIT);
    }
    if let Some(refusal) = error.service() {
        assert!(refusal.message().chars().count() <= EXCERPT_LIMIT);
        assert_eq!(
            refusal.meaning(Language::English).is_some(),
            refusal.meaning(Language::Chinese).is_some()
        );
    }
}

/// Nothing of an error shows this, however the answer wrote it.
pub(crate) fn hides(error: &Error, secret: &str) {
    for shown in [error.to_string(), format!("{error:?}")] {
        let plain = String::from_utf8_lossy(&crate::wire::decode(&shown)).replace('\\', "");
        assert!(
            !shown.contains(secret) && !plain.contains(secret),
            "{shown}"
        );
    }
}

fn split_once(bytes: &[u8], separator: u8) -> Option<(&[u8], &[u8])> {
    let at = bytes.iter().position(|&byte| byte == separator)?;
    Some((&bytes[..at], &bytes[at + 1..]))
}
