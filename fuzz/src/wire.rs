//! Requests as a server reads them: with none of the core's own code.

pub(crate) mod fangtang;
pub(crate) mod vcloud;
pub(crate) mod wanxiang;

use std::ops::Range;

use http::{Method, Request, header};
use percent_encoding::percent_decode_str;
use yunmei_core::{
    Chunk, Payload,
    cos::sign::{Asked, AskedKind, Signature},
};

use crate::sample;

/// A field of a form.
#[derive(Debug)]
pub(crate) struct Field {
    pub(crate) name: String,
    /// Of a part that is a file, as it stands there.
    pub(crate) file_name: Option<String>,
    pub(crate) value: Value,
}

#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Value {
    Text(Vec<u8>),
    Source(Range<u64>),
}

/// Checks what holds for every signed request: where it goes, that its length is announced, and
/// that its signature serves for it.
pub(crate) fn check(request: &Request<Payload>, path: &str, kind: AskedKind) {
    let encoded = request.uri().path();
    let decoded = encoded.strip_prefix(sample::PREFIX).expect("our bucket");
    assert_eq!(decode(decoded), path.as_bytes(), "{encoded}");
    announced(request);
    let value = &request.headers()[header::AUTHORIZATION];
    assert!(value.is_sensitive());
    let signature = Signature::decode(value.to_str().expect("text")).expect("a signature");
    assert_eq!(signature.verify(sample::signer()), Ok(()));
    let asked = Asked {
        app: sample::app(),
        bucket: "examplebucket".into(),
        path: path.into(),
        kind,
    };
    assert_eq!(signature.allows(&asked, sample::NOW), Ok(()));
}

/// Checks that the length of a body is announced, and that there is none where none may be.
pub(crate) fn announced(request: &Request<Payload>) {
    let announced = request.headers().get(header::CONTENT_LENGTH);
    let length = request.body().len().to_string();
    match *request.method() {
        Method::GET => assert!(announced.is_none() && request.body().is_empty()),
        _ => assert_eq!(announced.expect("a length").as_bytes(), length.as_bytes()),
    }
}

/// The fields of a multipart body, read strictly.
pub(crate) fn form(request: &Request<Payload>) -> Vec<Field> {
    let content_type = &request.headers()[header::CONTENT_TYPE];
    let boundary = content_type
        .to_str()
        .expect("text")
        .strip_prefix("multipart/form-data; boundary=")
        .expect("a form");
    let (body, sources) = flatten(request.body());
    let dashes = format!("--{boundary}");
    let body = body.strip_prefix(dashes.as_bytes()).expect("a boundary");
    let mut parts = split(body, format!("\r\n{dashes}").as_bytes());
    assert_eq!(parts.pop(), Some(&b"--\r\n"[..]), "the end of a form");
    let mut sources = sources.into_iter();
    let fields = parts
        .into_iter()
        .map(|part| field(part, &mut sources))
        .collect();
    assert_eq!(sources.next(), None, "a content outside of the form");
    fields
}

/// The range of the one content in a form.
pub(crate) fn content(form: &[Field]) -> Option<Range<u64>> {
    let mut found = form.iter().filter_map(|field| match &field.value {
        Value::Source(range) => Some(range.clone()),
        Value::Text(_) => None,
    });
    let content = found.next();
    assert_eq!(found.next(), None, "two contents");
    content
}

/// The value of the one field of this name.
pub(crate) fn text<'a>(form: &'a [Field], name: &str) -> Option<&'a [u8]> {
    let mut found = form.iter().filter(|field| field.name == name);
    let field = found.next()?;
    assert!(found.next().is_none(), "{name} twice");
    match &field.value {
        Value::Text(text) => Some(text),
        Value::Source(_) => None,
    }
}

/// A file name as browsers write it into the head of a field.
pub(crate) fn quoted(file_name: &str) -> String {
    file_name
        .replace('"', "%22")
        .replace('\r', "%0D")
        .replace('\n', "%0A")
}

/// The decoded pairs of a query in form encoding.
pub(crate) fn pairs(query: &str) -> Vec<(Vec<u8>, Vec<u8>)> {
    let decode = |text: &str| decode(&text.replace('+', " "));
    query
        .split('&')
        .map(|pair| {
            let (name, value) = pair.split_once('=').expect("a pair");
            (decode(name), decode(value))
        })
        .collect()
}

/// The decoded value of the one query parameter of this name.
pub(crate) fn query(request: &Request<Payload>, name: &str) -> Option<Vec<u8>> {
    let pairs = request.uri().query()?.split('&');
    let mut found =
        pairs.filter_map(|pair| pair.split_once('=').filter(|(found, _)| *found == name));
    let (_, value) = found.next()?;
    assert!(found.next().is_none(), "{name} twice");
    Some(decode(&value.replace('+', " ")))
}

/// The bytes of a body that has no source in it.
pub(crate) fn inline(payload: &Payload) -> Vec<u8> {
    let (body, sources) = flatten(payload);
    assert!(sources.is_empty());
    body
}

pub(crate) fn decode(text: &str) -> Vec<u8> {
    percent_decode_str(text).collect()
}

/// What stands for a source in the text of a form.
const MARK: &[u8] = b"\0source\0";

/// The text of a body, and the ranges of the sources in it, which come in their order.
fn flatten(payload: &Payload) -> (Vec<u8>, Vec<Range<u64>>) {
    let (mut body, mut ranges) = (Vec::new(), Vec::new());
    let mut least = 0;
    for chunk in payload.chunks() {
        assert!(chunk.len() > 0);
        match chunk {
            Chunk::Inline(bytes) => body.extend_from_slice(bytes),
            Chunk::Source { source, range } => {
                assert!(*source >= least, "a source twice, or out of order");
                least = source + 1;
                body.extend_from_slice(MARK);
                ranges.push(range.clone());
            }
        }
    }
    (body, ranges)
}

fn field(part: &[u8], sources: &mut impl Iterator<Item = Range<u64>>) -> Field {
    let mut head_and_value = split(part, b"\r\n\r\n");
    let head = head_and_value.remove(0);
    let value = head_and_value.join(&b"\r\n\r\n"[..]);
    let head = str::from_utf8(head).expect("text");
    let rest = head
        .strip_prefix("\r\nContent-Disposition: form-data; name=\"")
        .expect("the head of a field");
    let (name, rest) = rest.split_once('"').expect("a quoted name");
    let file_name = file_name(rest);
    let value = match &file_name {
        Some(_) if value == MARK => Value::Source(sources.next().expect("a source")),
        // An empty content has no chunk.
        Some(_) if value.is_empty() => Value::Source(0..0),
        _ => Value::Text(value),
    };
    Field {
        name: name.to_owned(),
        file_name,
        value,
    }
}

/// What stands behind a field's name: nothing, or the name of a file and perhaps its type.
fn file_name(rest: &str) -> Option<String> {
    if rest.is_empty() {
        return None;
    }
    let rest = rest
        .strip_prefix("; filename=\"")
        .expect("the name of a file");
    let (file_name, rest) = rest.split_once('"').expect("a quoted name");
    if !rest.is_empty() {
        let media_type = rest.strip_prefix("\r\nContent-Type: ").expect("a type");
        assert!(media_type.bytes().all(|byte| byte.is_ascii_graphic()));
    }
    Some(file_name.to_owned())
}

fn split<'a>(mut bytes: &'a [u8], separator: &[u8]) -> Vec<&'a [u8]> {
    let mut parts = Vec::new();
    while let Some(at) = bytes
        .windows(separator.len())
        .position(|window| window == separator)
    {
        parts.push(&bytes[..at]);
        bytes = &bytes[at + separator.len()..];
    }
    parts.push(bytes);
    parts
}
