//! What the services say: the envelope, and refusals (sections 3.2 and 13).

use std::{fmt, io};

use http::{HeaderName, HeaderValue, Response, StatusCode, header};
use serde_json::{Value, json};
use yunmei_core::{Timestamp, vcloud::sign};

use crate::{
    body::{self, BodyError},
    exchange::Reply,
    random,
};

/// The header with the trace id (section 3.2).
const TRACE: HeaderName = HeaderName::from_static("x-tt-logid");

/// A refusal: what the client is told, and for people what was wrong.
#[derive(Debug)]
pub(super) struct Refusal {
    /// `CodeN`; only the gateway, and ImageX, have numbers.
    pub(super) number: Option<i64>,
    /// `Code`, perhaps with a detail behind a dot.
    pub(super) code: String,
    pub(super) status: StatusCode,
    /// What stands in `Message`.
    pub(super) message: String,
    /// What the log has, and a peer on loopback. No secret, no signature, no token.
    pub(super) reason: String,
}

impl Refusal {
    /// With a code of a service, which has no number.
    pub(super) fn new(
        status: StatusCode,
        code: impl Into<String>,
        message: impl fmt::Display,
    ) -> Refusal {
        Refusal {
            number: None,
            code: code.into(),
            status,
            message: message.to_string(),
            reason: message.to_string(),
        }
    }

    /// The same with a number.
    pub(super) fn numbered(self, number: i64) -> Refusal {
        Refusal {
            number: Some(number),
            ..self
        }
    }

    /// With more for people than the client is told.
    pub(super) fn because(self, reason: impl fmt::Display) -> Refusal {
        Refusal {
            reason: reason.to_string(),
            ..self
        }
    }

    /// A parameter, or a member of the body, is not there.
    pub(super) fn missing(name: &str) -> Refusal {
        let code = format!("MissingParameter.{name}");
        Refusal::new(
            StatusCode::BAD_REQUEST,
            code,
            format_args!("{name} is missing"),
        )
    }

    /// A parameter, or a member of the body, is not as it has to be.
    pub(super) fn invalid(name: &str, problem: impl fmt::Display) -> Refusal {
        let code = format!("InvalidParameter.{name}");
        Refusal::new(
            StatusCode::BAD_REQUEST,
            code,
            format_args!("{name}: {problem}"),
        )
    }

    /// What is asked for is not there.
    pub(super) fn not_found(problem: impl fmt::Display) -> Refusal {
        Refusal::new(StatusCode::NOT_FOUND, "ResourceNotFound", problem)
    }

    /// It is there, and this may not be done with it.
    pub(super) fn denied(problem: impl fmt::Display) -> Refusal {
        Refusal::new(StatusCode::FORBIDDEN, "OperationDenied", problem)
    }

    /// No action of this name and version.
    pub(super) fn unknown_action(problem: impl fmt::Display) -> Refusal {
        Refusal::new(StatusCode::NOT_FOUND, "InvalidActionOrVersion", problem).numbered(100_008)
    }

    /// The emulator failed.
    pub(super) fn failed(problem: impl fmt::Display) -> Refusal {
        Refusal::new(StatusCode::INTERNAL_SERVER_ERROR, "InternalError", problem).numbered(100_014)
    }
}

/// Of the gateway, which checks signatures.
impl From<sign::Refusal> for Refusal {
    fn from(refusal: sign::Refusal) -> Refusal {
        Refusal::new(refusal.status(), refusal.name(), refusal).numbered(refusal.code())
    }
}

/// The storage failed: full, or taken away.
impl From<io::Error> for Refusal {
    fn from(problem: io::Error) -> Refusal {
        Refusal::failed("the storage failed").because(problem)
    }
}

impl From<BodyError> for Refusal {
    fn from(problem: BodyError) -> Refusal {
        Refusal::invalid("Body", problem)
    }
}

/// What stands above every answer.
#[derive(Clone, Debug, Default)]
pub(super) struct Metadata {
    pub(super) action: String,
    pub(super) version: String,
    pub(super) service: String,
    pub(super) region: String,
}

/// Wraps what an action brought; a result that is null is left out.
pub(super) fn envelope(
    metadata: &Metadata,
    now: Timestamp,
    result: Result<Value, Refusal>,
) -> Reply {
    let id = request_id(now);
    let mut head = json!({"RequestId": id});
    for (name, value) in [
        ("Action", &metadata.action),
        ("Version", &metadata.version),
        ("Service", &metadata.service),
        ("Region", &metadata.region),
    ] {
        if !value.is_empty() {
            head[name] = Value::from(value.as_str());
        }
    }
    let (status, number, reason, document) = match result {
        Ok(Value::Null) => (
            StatusCode::OK,
            Some(0),
            None,
            json!({"ResponseMetadata": head}),
        ),
        Ok(result) => {
            let document = json!({"ResponseMetadata": head, "Result": result});
            (StatusCode::OK, Some(0), None, document)
        }
        Err(refusal) => {
            let mut error = json!({"Code": refusal.code, "Message": refusal.message});
            if let Some(number) = refusal.number {
                error["CodeN"] = Value::from(number);
            }
            head["Error"] = error;
            let reason = format!("{}: {}", refusal.code, refusal.reason);
            let document = json!({"ResponseMetadata": head});
            (refusal.status, refusal.number, Some(reason), document)
        }
    };
    let mut response = json_response(status, &document);
    if let Ok(id) = HeaderValue::try_from(id) {
        response.headers_mut().insert(TRACE, id);
    }
    Reply {
        response,
        code: number,
        refusal: reason,
    }
}

/// A JSON document as these services send it.
pub(super) fn json_response(status: StatusCode, document: &Value) -> Response<body::ReplyBody> {
    let mut response = Response::new(body::full(document.to_string()));
    *response.status_mut() = status;
    response.headers_mut().insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("application/json; charset=utf-8"),
    );
    response
}

/// Fourteen digits of the time, and something that no other answer has.
pub(super) fn request_id(now: Timestamp) -> String {
    let time = i64::try_from(now.seconds())
        .ok()
        .and_then(|seconds| jiff::Timestamp::from_second(seconds).ok())
        .map_or_else(
            || "00000000000000".to_owned(),
            |time| {
                let digits = time.to_string();
                let digits = digits.chars().filter(char::is_ascii_digit);
                digits.take(14).collect()
            },
        );
    // An id that is not unique is better than no answer.
    let rest = random::hex::<10>().unwrap_or_else(|_| "0".repeat(20));
    format!("{time}{}", rest.to_uppercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_id_begins_with_the_time() {
        let id = request_id(Timestamp::from_seconds(1_583_298_367));
        assert!(id.starts_with("20200304050607"), "{id}");
        assert_eq!(id.len(), 34);
        let far = request_id(Timestamp::from_seconds(u64::MAX));
        assert_eq!(far.len(), 34);
    }
}
