//! What the service says: the envelope, and its errno (dossier of Fangtang, "Envelope", "errno").

use std::fmt;

use http::{HeaderValue, Response, StatusCode, header};
use serde_json::{Value, json};
use yunmei_core::fangtang::codes;

use crate::{body, exchange::Reply};

/// The token is not valid.
pub(super) const TOKEN: i64 = 9999;
/// No uploads are left.
pub(super) const SPENT: i64 = 9101;
/// A parameter of an upload is wrong.
pub(super) const PARAMETER: i64 = 9001;
/// The type of the file is not known.
pub(super) const FILE_TYPE: i64 = 9005;
/// The upload failed.
pub(super) const FAILED: i64 = 9006;
/// The picture is bad.
pub(super) const PICTURE: i64 = 9009;
/// There is no such thing, or no longer.
pub(super) const MISSING: i64 = 9002;
/// Anything else.
pub(super) const OTHER: i64 = 500;

/// A refusal: the errno, and for people what was wrong.
#[derive(Debug)]
pub(super) struct Refusal {
    pub(super) errno: i64,
    reason: String,
}

impl Refusal {
    pub(super) fn new(errno: i64, reason: impl Into<String>) -> Refusal {
        Refusal {
            errno,
            reason: reason.into(),
        }
    }

    fn meaning(&self) -> &'static str {
        codes::lookup(self.errno).map_or("error", |known| known.english)
    }

    /// What the caller is told.
    fn message(&self) -> String {
        format!("{}: {}", self.meaning(), self.reason)
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.errno, self.message())
    }
}

/// Wraps what a call brought.
pub(super) fn success(data: Value) -> Reply {
    let body = json!({"code": 200, "data": data});
    Reply {
        response: document(StatusCode::OK, &body),
        code: Some(0),
        refusal: None,
    }
}

/// Wraps a refusal.
pub(super) fn refused(refusal: Refusal, status: StatusCode) -> Reply {
    let body = json!({"code": 9000, "errno": refusal.errno, "msg": refusal.message()});
    Reply {
        response: document(status, &body),
        code: Some(refusal.errno),
        refusal: Some(refusal.to_string()),
    }
}

fn document(status: StatusCode, body: &Value) -> Response<body::ReplyBody> {
    let mut response = Response::new(body::full(body.to_string()));
    *response.status_mut() = status;
    response.headers_mut().insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("application/json; charset=utf-8"),
    );
    response
}
