//! What the service says: the envelope, and refusals (sections 5 and 10).

use std::io;

use http::{HeaderName, HeaderValue, Response, StatusCode, header};
use serde_json::{Value, json};
use yunmei_core::{error::ErrorCode, wanxiang::codes};

use crate::{
    body::{self, BodyError},
    exchange::Reply,
    form::FormError,
};

/// The header of a failed download (section 10.3).
const ERROR_NUMBER: HeaderName = HeaderName::from_static("x-errno");

/// What a download says where there is no picture: of the table in section 10.3. Section 15
/// proposes -197, which is none of those.
pub(super) const NO_PICTURE: i64 = -6101;
/// The same of a video.
pub(super) const NO_VIDEO: i64 = -46628;

/// A refusal: the service's code, and for people what was wrong.
#[derive(Debug)]
pub(super) struct Refusal {
    pub(super) code: i64,
    pub(super) reason: String,
}

impl Refusal {
    pub(super) fn new(code: i64, reason: impl Into<String>) -> Refusal {
        Refusal {
            code,
            reason: reason.into(),
        }
    }

    /// What is missing where something was expected.
    pub(super) fn missing(file_id: &str) -> Refusal {
        Refusal::new(-197, format!("nothing is called {file_id}"))
    }
}

/// The storage failed: full, or taken away.
impl From<io::Error> for Refusal {
    fn from(problem: io::Error) -> Refusal {
        Refusal::new(-195, problem.to_string())
    }
}

impl From<FormError> for Refusal {
    fn from(problem: FormError) -> Refusal {
        match problem {
            FormError::Body(problem) => problem.into(),
            FormError::Malformed(problem) => Refusal::new(-5993, problem),
            FormError::TooLarge(limit) => {
                Refusal::new(-5995, format!("the body has more than {limit} bytes"))
            }
            FormError::FieldTooLarge(limit) => {
                Refusal::new(-5992, format!("a field has more than {limit} bytes"))
            }
            FormError::NotUtf8 => Refusal::new(-5992, "a field is not UTF-8"),
            FormError::Storage(problem) => problem.into(),
        }
    }
}

impl From<BodyError> for Refusal {
    fn from(problem: BodyError) -> Refusal {
        Refusal::new(-5993, problem.to_string())
    }
}

/// Wraps what a call about pictures or videos brought. Failures have one HTTP status (section 5).
pub(super) fn envelope(result: Result<Value, Refusal>) -> Reply {
    match result {
        Ok(Value::Null) => document(StatusCode::OK, &json!({"code": 0, "message": "SUCCESS"}), 0),
        Ok(data) => {
            let body = json!({"code": 0, "message": "SUCCESS", "data": data});
            document(StatusCode::OK, &body, 0)
        }
        Err(refusal) => refused(StatusCode::BAD_REQUEST, refusal, codes::lookup),
    }
}

/// Wraps what porn detection brought, which may have no `code` (section 9). Signatures that do not
/// serve have a status of their own.
pub(super) fn detection(result: Result<Value, Refusal>) -> Reply {
    match result {
        Ok(body) => {
            let code = body["code"].as_i64().unwrap_or(0);
            document(StatusCode::OK, &body, code)
        }
        Err(refusal) => {
            let status = match refusal.code {
                4..=14 => StatusCode::UNAUTHORIZED,
                _ => StatusCode::BAD_REQUEST,
            };
            refused(status, refusal, codes::lookup_detection)
        }
    }
}

/// What is said of one picture that porn detection could not judge.
pub(super) fn detection_failure(refusal: &Refusal) -> Value {
    let known = codes::lookup_detection(refusal.code);
    json!({"code": refusal.code, "message": meaning(known)})
}

/// A download's refusal: the code is in a header (section 10.3).
pub(super) fn download(refusal: Refusal) -> Reply {
    let code = refusal.code;
    let status = match code {
        NO_PICTURE | NO_VIDEO => StatusCode::NOT_FOUND,
        -29034 => StatusCode::RANGE_NOT_SATISFIABLE,
        _ => StatusCode::FORBIDDEN,
    };
    let mut reply = refused(status, refusal, codes::lookup_download);
    reply
        .response
        .headers_mut()
        .insert(ERROR_NUMBER, code.into());
    reply
}

fn refused(
    status: StatusCode,
    refusal: Refusal,
    lookup: fn(i64) -> Option<&'static ErrorCode>,
) -> Reply {
    let Refusal { code, reason } = refusal;
    let message = meaning(lookup(code));
    let body = json!({"code": code, "message": message});
    Reply {
        refusal: Some(format!("{code} {message}: {reason}")),
        ..document(status, &body, code)
    }
}

fn document(status: StatusCode, body: &Value, code: i64) -> Reply {
    let mut response = Response::new(body::full(body.to_string()));
    *response.status_mut() = status;
    response.headers_mut().insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("application/json; charset=utf-8"),
    );
    Reply {
        response,
        code: Some(code),
        refusal: None,
    }
}

/// The texts of the service are not established (section 14): these say what the codes mean.
fn meaning(known: Option<&ErrorCode>) -> &'static str {
    known.map_or("error", |known| known.english)
}
