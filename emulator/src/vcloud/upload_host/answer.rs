//! What the upload host says (sections 8.1 and 13.4).
//!
//! Of the storage codes below 5000 no list was found; these are made up.

use std::{fmt, io};

use http::StatusCode;
use serde_json::{Value, json};

use crate::{
    body::BodyError,
    exchange::Reply,
    vcloud::answer::{Refusal, json_response},
};

/// Why an object, or a part of one, is not stored.
#[derive(Debug)]
pub(super) struct Rejection {
    status: StatusCode,
    /// The storage code.
    number: i64,
    symbol: &'static str,
    message: String,
}

impl Rejection {
    pub(super) fn request(message: impl fmt::Display) -> Rejection {
        Rejection::new(StatusCode::BAD_REQUEST, 4000, "BadRequest", message)
    }

    pub(super) fn forbidden(message: impl fmt::Display) -> Rejection {
        Rejection::new(StatusCode::FORBIDDEN, 4003, "Forbidden", message)
    }

    pub(super) fn missing(message: impl fmt::Display) -> Rejection {
        Rejection::new(StatusCode::NOT_FOUND, 4004, "NoSuchUpload", message)
    }

    pub(super) fn checksum(message: impl fmt::Display) -> Rejection {
        Rejection::new(StatusCode::BAD_REQUEST, 4008, "MismatchChecksum", message)
    }

    fn new(
        status: StatusCode,
        number: i64,
        symbol: &'static str,
        message: impl fmt::Display,
    ) -> Rejection {
        Rejection {
            status,
            number,
            symbol,
            message: message.to_string(),
        }
    }
}

/// The storage failed: full, or taken away. It may be sent again.
impl From<io::Error> for Rejection {
    fn from(problem: io::Error) -> Rejection {
        let status = StatusCode::INTERNAL_SERVER_ERROR;
        Rejection::new(status, 5000, "InternalError", problem)
    }
}

impl From<Refusal> for Rejection {
    fn from(refusal: Refusal) -> Rejection {
        let status = StatusCode::INTERNAL_SERVER_ERROR;
        Rejection::new(status, 5000, "InternalError", refusal.reason)
    }
}

impl From<BodyError> for Rejection {
    fn from(problem: BodyError) -> Rejection {
        Rejection::request(problem)
    }
}

/// The form of the answer goes with that of the path.
pub(super) fn reply(is_newer: bool, result: Result<Value, Rejection>) -> Reply {
    match result {
        Ok(payload) => {
            let document = match is_newer {
                true => json!({
                    "code": 2000,
                    "apiversion": "v1",
                    "message": "Success",
                    "data": {"crc32": payload["hash"]},
                }),
                false => json!({"success": 0, "payload": payload}),
            };
            Reply {
                response: json_response(StatusCode::OK, &document),
                code: Some(0),
                refusal: None,
            }
        }
        Err(rejection) => refused(is_newer, rejection),
    }
}

fn refused(is_newer: bool, rejection: Rejection) -> Reply {
    let Rejection {
        status,
        number,
        symbol,
        message,
    } = rejection;
    let document = match is_newer {
        true => json!({"code": number, "apiversion": "v1", "message": message}),
        false => json!({
            "success": 1,
            "error": {
                "code": status.as_u16(),
                "error": symbol,
                "error_code": number,
                "message": message,
            },
        }),
    };
    Reply {
        response: json_response(status, &document),
        code: Some(number),
        refusal: Some(format!("{symbol}: {message}")),
    }
}
