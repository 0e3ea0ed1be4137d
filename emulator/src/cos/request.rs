//! Reads the arguments of a request: from the query, then from the body, be that JSON or a form
//! (section 3.1).

use http::{Method, header, request::Parts};
use md5::Md5;
use multer::{Constraints, Field, Multipart, SizeLimit};
use percent_encoding::percent_decode_str;
use serde_json::Value;
use sha1::{Digest, Sha1};
use yunmei_core::cos::UPLOAD_LIMIT;

use super::{
    Cos,
    answer::Refusal,
    arguments::{Arguments, Received},
    slices::SLICE_LIMIT,
};
use crate::{
    body::{BodyError, RequestBody},
    random,
};
use futures_util::StreamExt;

/// The largest text field but for `uploadparts`.
const TEXT_LIMIT: usize = 64 * 1024;
/// Room for the 65536 slices of the largest file.
const PARTS_LIMIT: usize = 16 * 1024 * 1024;
/// Content, slices, other fields, and what is around them.
const BODY_LIMIT: u64 = UPLOAD_LIMIT + PARTS_LIMIT as u64 + 4 * 1024 * 1024;
/// The largest JSON body: one may hold `uploadparts`.
const JSON_LIMIT: usize = PARTS_LIMIT + TEXT_LIMIT;
/// No operation has a quarter as many.
const FIELDS: usize = 64;

/// Reads all arguments. A content is stored on the way; it goes if the request is refused.
pub(super) async fn read(
    cos: &Cos,
    parts: &Parts,
    body: RequestBody,
) -> Result<Arguments, Refusal> {
    let mut arguments = Arguments::default();
    add_query(&mut arguments, parts.uri.query().unwrap_or_default())?;
    if parts.method != Method::POST {
        return Ok(arguments);
    }
    let kind = parts.headers.get(header::CONTENT_TYPE);
    let kind = String::from_utf8_lossy(kind.map_or(b"", |value| value.as_bytes()));
    match kind.trim_start().get(..10) {
        Some(start) if start.eq_ignore_ascii_case("multipart/") => {
            add_form(cos, &mut arguments, boundary(&kind)?, body).await?;
        }
        // Clients that send JSON do not all say so.
        _ => add_json(&mut arguments, body).await?,
    }
    Ok(arguments)
}

fn add_query(arguments: &mut Arguments, query: &str) -> Result<(), Refusal> {
    for pair in query.split('&').filter(|pair| !pair.is_empty()) {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        if name == "sign" || arguments.len() == FIELDS {
            continue;
        }
        arguments.add(&form_value(name)?, form_value(value)?.into());
    }
    Ok(())
}

/// Form encoding: a plus sign is a blank (section 6.5).
fn form_value(text: &str) -> Result<String, Refusal> {
    let bytes: Vec<u8> = percent_decode_str(&text.replace('+', " ")).collect();
    String::from_utf8(bytes).map_err(|_| not_utf8("the query"))
}

fn not_utf8(what: &str) -> Refusal {
    Refusal::new(-147, format!("{what} is not UTF-8"))
}

async fn add_json(arguments: &mut Arguments, mut body: RequestBody) -> Result<(), Refusal> {
    let mut bytes = Vec::new();
    while let Some(piece) = body.next().await {
        let piece = piece.map_err(|problem| broken_body(&problem))?;
        if bytes.len() + piece.len() > JSON_LIMIT {
            return Err(Refusal::new(-5992, "the body is too large"));
        }
        bytes.extend_from_slice(&piece);
    }
    // A move has its arguments in the query, and no body (section 6.5).
    if bytes.iter().all(u8::is_ascii_whitespace) {
        return Ok(());
    }
    if str::from_utf8(&bytes).is_err() {
        return Err(not_utf8("the body"));
    }
    match serde_json::from_slice(&bytes) {
        Ok(Value::Object(fields)) => {
            for (name, value) in fields.into_iter().take(FIELDS) {
                arguments.add(&name, value);
            }
            Ok(())
        }
        Ok(_) => Err(Refusal::new(-5975, "the body is JSON, but no object")),
        Err(problem) => Err(Refusal::new(
            -5975,
            format!("the body is no JSON: {problem}"),
        )),
    }
}

/// The boundary, which must not be quoted: the service refuses that (section 3.1).
fn boundary(content_type: &str) -> Result<String, Refusal> {
    let quoted = content_type.contains("boundary=\"") || content_type.contains("boundary='");
    match multer::parse_boundary(content_type) {
        Ok(_) if quoted => Err(Refusal::new(-5993, "the boundary is quoted")),
        Ok(boundary) => Ok(boundary),
        Err(problem) => Err(Refusal::new(-5993, problem.to_string())),
    }
}

async fn add_form(
    cos: &Cos,
    arguments: &mut Arguments,
    boundary: String,
    body: RequestBody,
) -> Result<(), Refusal> {
    let limits = Constraints::new().size_limit(SizeLimit::new().whole_stream(BODY_LIMIT));
    let mut form = Multipart::with_constraints(body, boundary, limits);
    for _ in 0..FIELDS {
        let Some(field) = form.next_field().await.map_err(broken_form)? else {
            return Ok(());
        };
        // A part with a file name is a field like any other: the vendor's Python client gives
        // every part one (section 3.1).
        let Some(name) = field.name().map(str::to_ascii_lowercase) else {
            return Err(Refusal::new(-5993, "a part without a name"));
        };
        if name != "filecontent" {
            let value = text(&name, field).await?;
            arguments.add(&name, value.into());
        } else if arguments.content.is_some() {
            return Err(Refusal::new(-5993, "two fields filecontent"));
        } else {
            let op = arguments.text("op");
            let limit = ContentLimit::of(op.as_deref());
            arguments.content = Some(content(cos, field, limit).await?);
        }
    }
    Err(Refusal::new(-5993, "too many fields"))
}

async fn text(name: &str, mut field: Field<'_>) -> Result<String, Refusal> {
    let limit = match name {
        "uploadparts" => PARTS_LIMIT,
        _ => TEXT_LIMIT,
    };
    let mut bytes = Vec::new();
    while let Some(piece) = field.chunk().await.map_err(broken_form)? {
        if bytes.len() + piece.len() > limit {
            let name = name.get(..name.len().min(40)).unwrap_or("a field");
            let problem = format!("{name} has more than {limit} bytes");
            return Err(Refusal::new(-5992, problem));
        }
        bytes.extend_from_slice(&piece);
    }
    String::from_utf8(bytes).map_err(|_| not_utf8("a field"))
}

/// How much content an operation takes, and what it says to more.
pub(super) struct ContentLimit {
    bytes: u64,
    code: i64,
}

impl ContentLimit {
    /// As long as the operation is not known, what any takes.
    pub(super) fn of(op: Option<&str>) -> ContentLimit {
        match op {
            // The sources name no code for a single upload that is too large; this is the one that
            // says so.
            Some("upload") | None => ContentLimit {
                bytes: UPLOAD_LIMIT,
                code: -285,
            },
            Some(_) => ContentLimit {
                bytes: SLICE_LIMIT,
                code: -5991,
            },
        }
    }

    pub(super) fn check(&self, length: u64) -> Result<(), Refusal> {
        if length <= self.bytes {
            return Ok(());
        }
        let problem = format!("filecontent has more than {} bytes", self.bytes);
        Err(Refusal::new(self.code, problem))
    }
}

/// Stores a content while it comes.
async fn content(
    cos: &Cos,
    mut field: Field<'_>,
    limit: ContentLimit,
) -> Result<Received, Refusal> {
    let mut writer = cos.store.blobs.writer().await?;
    let (mut sha, mut md5) = (Sha1::new(), Md5::new());
    while let Some(piece) = field.chunk().await.map_err(broken_form)? {
        limit.check(writer.length() + piece.len() as u64)?;
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

fn broken_form(problem: multer::Error) -> Refusal {
    match &problem {
        multer::Error::StreamSizeExceeded { limit } => {
            Refusal::new(-285, format!("the body has more than {limit} bytes"))
        }
        multer::Error::StreamReadFailed(cause) => match cause.downcast_ref() {
            Some(cause) => broken_body(cause),
            None => Refusal::new(-5993, problem.to_string()),
        },
        _ => Refusal::new(-5993, problem.to_string()),
    }
}

fn broken_body(problem: &BodyError) -> Refusal {
    let code = match problem {
        BodyError::TimedOut => -5963,
        BodyError::Broken => -5993,
    };
    Refusal::new(code, problem.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quoted_boundary_is_refused_as_the_service_does() {
        assert_eq!(
            boundary("multipart/form-data; boundary=abc")
                .ok()
                .as_deref(),
            Some("abc")
        );
        for bad in [
            "multipart/form-data; boundary=\"abc\"",
            "multipart/form-data",
            "multipart/mixed; boundary=abc",
        ] {
            assert_eq!(
                boundary(bad).err().map(|refusal| refusal.code),
                Some(-5993),
                "{bad}"
            );
        }
    }

    #[test]
    fn a_query_is_form_encoded_and_keeps_the_signature_to_itself() {
        let mut arguments = Arguments::default();
        add_query(
            &mut arguments,
            "op=move&dest_fileid=%2Fa+b%2Bc&sign=secret&x",
        )
        .expect("a query");
        assert_eq!(arguments.text("dest_fileid").as_deref(), Some("/a b+c"));
        assert_eq!(arguments.text("sign"), None);
        assert_eq!(arguments.text("x").as_deref(), Some(""));
        assert_eq!(
            add_query(&mut arguments, "y=%ff")
                .err()
                .map(|refusal| refusal.code),
            Some(-147)
        );
    }
}
