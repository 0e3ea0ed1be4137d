//! Reads the arguments of a request: from the query, then from the body, be that JSON or a form
//! (section 3.1).

use http::{Method, header, request::Parts};
use percent_encoding::percent_decode_str;
use serde_json::Value;
use yunmei_core::cos::UPLOAD_LIMIT;

use super::{Cos, answer::Refusal, arguments::Arguments, form, slices::SLICE_LIMIT};
use crate::{
    body::{BodyError, RequestBody},
    form::{FIELDS, is_multipart},
};

/// The largest text field but for `uploadparts`.
pub(super) const TEXT_LIMIT: usize = 64 * 1024;
/// The largest JSON body: the texts that it may hold have 4 KiB each. Nested, it takes a hundred
/// times as much memory.
const JSON_LIMIT: usize = 64 * 1024;

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
    match is_multipart(&kind) {
        true => form::add(cos, &mut arguments, form::boundary(&kind)?, body).await?,
        // Clients that send JSON do not all say so.
        false => add_json(&mut arguments, body).await?,
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

pub(super) fn not_utf8(what: &str) -> Refusal {
    Refusal::new(-147, format!("{what} is not UTF-8"))
}

async fn add_json(arguments: &mut Arguments, body: RequestBody) -> Result<(), Refusal> {
    let Some(bytes) = body.read(JSON_LIMIT).await.map_err(broken_body)? else {
        return Err(Refusal::new(-5992, "the body is too large"));
    };
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
        Err(self.refusal())
    }

    pub(super) fn bytes(&self) -> u64 {
        self.bytes
    }

    pub(super) fn refusal(&self) -> Refusal {
        let problem = format!("filecontent has more than {} bytes", self.bytes);
        Refusal::new(self.code, problem)
    }
}

pub(super) fn broken_body(problem: BodyError) -> Refusal {
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
