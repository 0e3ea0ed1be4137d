//! What the service says: the envelope, its statuses, and refusals (sections 3.2 and 11).

use std::{
    fmt, io,
    sync::atomic::{AtomicU32, Ordering},
};

use base64::prelude::{BASE64_STANDARD, Engine};
use http::{HeaderMap, HeaderName, HeaderValue, Response, StatusCode, header};
use serde_json::{Value, json};
use yunmei_core::{Timestamp, cos::codes, error::ServiceErrorKind};

use crate::{body, exchange::Reply, random};

const REQUEST_ID: HeaderName = HeaderName::from_static("x-cos-request-id");

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
    pub(super) fn missing(path: &str) -> Refusal {
        Refusal::new(-197, format!("nothing is at {path}"))
    }

    /// The symbolic name, or what the code means: what `message` says.
    fn message(&self) -> &'static str {
        codes::lookup(self.code).map_or("ERROR", |known| match known.symbol {
            "" => known.english,
            symbol => symbol,
        })
    }

    pub(super) fn status(&self) -> StatusCode {
        StatusCode::from_u16(status(self.code)).unwrap_or(StatusCode::BAD_REQUEST)
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}: {}", self.code, self.message(), self.reason)
    }
}

/// The storage failed: full, or taken away.
impl From<io::Error> for Refusal {
    fn from(problem: io::Error) -> Refusal {
        Refusal::new(-181, problem.to_string())
    }
}

/// The HTTP status of a code: as documented, or as section 16 presumes of its kind.
fn status(code: i64) -> u16 {
    // Section 11.6 has a status for a wrong method; a client that is too slow is no fault of the
    // service.
    match code {
        -5996 => return 405,
        -5963 => return 408,
        _ => {}
    }
    let Some(known) = codes::lookup(code) else {
        return 400;
    };
    known.status.unwrap_or(match known.kind {
        ServiceErrorKind::Signature | ServiceErrorKind::Denied => 403,
        ServiceErrorKind::NotFound => 404,
        ServiceErrorKind::Exists | ServiceErrorKind::Mismatch | ServiceErrorKind::Unfinished => 409,
        ServiceErrorKind::Throttled | ServiceErrorKind::Unavailable => 503,
        _ => 400,
    })
}

/// Makes the ids of requests: base64 of four hex words, the first the time (section 3.2).
pub(super) struct RequestIds {
    /// Differs from start to start.
    run: u32,
    number: AtomicU32,
}

impl RequestIds {
    pub(super) fn new() -> io::Result<RequestIds> {
        Ok(RequestIds {
            run: u32::from_le_bytes(random::bytes()?),
            number: AtomicU32::new(0),
        })
    }

    pub(super) fn next(&self, now: Timestamp) -> String {
        let number = self.number.fetch_add(1, Ordering::Relaxed);
        let (high, low) = (self.run >> 16, self.run & 0xffff);
        BASE64_STANDARD.encode(format!("{:x}_{high:x}_{low:x}_{number:x}", now.seconds()))
    }
}

/// Wraps what an operation brought.
pub(super) fn envelope(result: Result<Value, Refusal>, request_id: &str) -> Reply {
    match result {
        Ok(data) => {
            let mut body = json!({"code": 0, "message": "SUCCESS", "request_id": request_id});
            if !data.is_null() {
                body["data"] = data;
            }
            document(StatusCode::OK, &body, 0, None, request_id)
        }
        Err(refusal) => {
            let body = json!({
                "code": refusal.code,
                "message": refusal.message(),
                "request_id": request_id,
            });
            refused(refusal, &body, request_id)
        }
    }
}

/// A download's refusal: of a signature, in the old form (sections 9 and 16).
pub(super) fn download_refused(refusal: Refusal, request_id: &str) -> Reply {
    let body = match refusal.code {
        super::download::SIGNATURE_CHECK => {
            json!({"errorcode": refusal.code, "errormsg": "sign check fail"})
        }
        code => json!({"code": code, "message": refusal.message()}),
    };
    refused(refusal, &body, request_id)
}

fn refused(refusal: Refusal, body: &Value, request_id: &str) -> Reply {
    let reason = Some(refusal.to_string());
    document(refusal.status(), body, refusal.code, reason, request_id)
}

fn document(
    status: StatusCode,
    body: &Value,
    code: i64,
    refusal: Option<String>,
    request_id: &str,
) -> Reply {
    let mut response = Response::new(body::full(body.to_string()));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    sign_off(headers, request_id);
    headers.insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("application/json; charset=utf-8"),
    );
    Reply {
        response,
        code: Some(code),
        refusal,
    }
}

/// What every answer carries.
pub(super) fn sign_off(headers: &mut HeaderMap, request_id: &str) {
    headers.insert(header::SERVER, HeaderValue::from_static("tencent-cos"));
    let id = HeaderValue::try_from(request_id).expect("base64 is visible ASCII");
    headers.insert(REQUEST_ID, id);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn statuses_are_documented_or_presumed() {
        for (code, expected) in [
            (-197, 404),
            (-177, 409),
            (-97, 403),
            (-63, 403),
            (-5998, 403),
            (-46180, 403),
            (-4016, 409),
            (-4018, 409),
            (-46614, 409),
            (-29096, 400),
            (-5993, 400),
            (-5996, 405),
            (-5963, 408),
            (-181, 503),
            (-45086, 403),
            (-46646, 451),
        ] {
            assert_eq!(status(code), expected, "{code}");
        }
    }

    #[test]
    fn a_request_id_is_base64_of_four_words_that_begin_with_the_time() {
        let ids = RequestIds::new().expect("random bits");
        let now = Timestamp::from_seconds(0x59a4_0a6f);
        let id = BASE64_STANDARD.decode(ids.next(now)).expect("base64");
        let text = String::from_utf8(id).expect("text");
        assert!(text.starts_with("59a40a6f_"), "{text}");
        assert_eq!(text.split('_').count(), 4);
        assert_ne!(ids.next(now), ids.next(now));
    }
}
