//! What the upload host answers (section 8.1): `success` 0 means stored. A failure is judged by its
//! storage code, not by the HTTP status.

use bytes::Bytes;
use http::{Response, StatusCode};
use serde::Deserialize;

use super::UPLOAD_HOST;
use crate::{
    error::{Error, ErrorCode, ResponseError, RetryClass, Service, ServiceError, ServiceErrorKind},
    loose,
    tencent::envelope::retry_after,
    vcloud::envelope::request_id,
};

/// From this storage code on, the fault is the host's own, and may pass.
const OWN_FAULT: i64 = 5000;

/// The host has trouble: try again, then another one.
static TROUBLE: ErrorCode = ErrorCode {
    code: 0,
    symbol: "",
    english: "the upload host has trouble of its own",
    chinese: "上传主机故障",
    status: None,
    retry: RetryClass::Backoff,
    kind: ServiceErrorKind::Unavailable,
};

/// The host refuses, and will refuse again, although the status is one of trouble.
static REFUSED: ErrorCode = ErrorCode {
    code: 0,
    symbol: "",
    english: "the upload host refuses the content",
    chinese: "上传主机拒绝",
    status: None,
    retry: RetryClass::Never,
    kind: ServiceErrorKind::Other,
};

#[derive(Deserialize)]
struct Envelope {
    #[serde(default, deserialize_with = "loose::optional_number")]
    success: Option<i64>,
    #[serde(default)]
    payload: Option<Payload>,
    #[serde(default)]
    error: Option<Fault>,
}

/// What was stored, or opened.
#[derive(Default, Deserialize)]
pub(super) struct Payload {
    /// The checksum of a whole content.
    #[serde(default, deserialize_with = "loose::any_text")]
    pub(super) hash: Option<String>,
    /// That of a part.
    #[serde(default, deserialize_with = "loose::any_text")]
    pub(super) crc32: Option<String>,
    /// The name of an upload in parts.
    #[serde(
        default,
        rename = "uploadID",
        alias = "uploadid",
        alias = "UploadID",
        deserialize_with = "loose::any_text"
    )]
    pub(super) upload_id: Option<String>,
    #[serde(default)]
    pub(super) meta: Option<Meta>,
}

/// What the service saw in a part.
#[derive(Deserialize)]
pub(super) struct Meta {
    #[serde(
        default,
        rename = "ObjectContentType",
        deserialize_with = "loose::any_text"
    )]
    pub(super) content_type: Option<String>,
}

#[derive(Deserialize)]
struct Fault {
    /// The HTTP status once more.
    #[serde(default, deserialize_with = "loose::optional_number")]
    code: Option<i64>,
    #[serde(default, rename = "error", deserialize_with = "loose::any_text")]
    symbol: Option<String>,
    #[serde(default, deserialize_with = "loose::optional_number")]
    error_code: Option<i64>,
    #[serde(default, deserialize_with = "loose::any_text")]
    message: Option<String>,
}

/// What was stored, or the refusal.
///
/// A missing `success` with a `payload` is one, as the Go client has it; without, it is none, as the
/// Python client has it.
pub(super) fn open(response: &Response<Bytes>) -> Result<Payload, Error> {
    let problem = |problem: String| unreadable(problem, response);
    let envelope: Envelope = serde_json::from_slice(response.body())
        .map_err(|error| problem(format!("no answer of an upload host: {error}")))?;
    match envelope {
        Envelope {
            error: Some(fault), ..
        } => Err(refusal(&fault, response)),
        Envelope {
            success: Some(0) | None,
            payload: Some(payload),
            ..
        } if response.status().is_success() => Ok(payload),
        Envelope {
            success: Some(0), ..
        } if response.status().is_success() => Ok(Payload::default()),
        Envelope {
            success: Some(0) | None,
            ..
        } => Err(problem("neither a success nor a refusal".into())),
        Envelope {
            success: Some(other),
            ..
        } => Err(problem(format!(
            "success is {other}, and no error says why"
        ))),
    }
}

/// What was stored must be what was sent, as far as both are known.
pub(super) fn check(
    stored: Option<&str>,
    sent: Option<u32>,
    response: &Response<Bytes>,
) -> Result<(), Error> {
    let (Some(stored), Some(sent)) = (stored, sent) else {
        return Ok(());
    };
    match u32::from_str_radix(stored, 16) {
        Ok(stored) if stored == sent => Ok(()),
        _ => Err(unreadable(
            "the upload host stored something else than was sent: another checksum",
            response,
        )),
    }
}

/// Whether the host itself said no: what stands between, such as the login page of a network, says
/// other things.
pub(in crate::vcloud) fn is_refusal(error: &Error) -> bool {
    match error {
        Error::Service(_) => true,
        Error::Response(answer) => {
            matches!(answer.status(), StatusCode::NOT_FOUND | StatusCode::GONE)
        }
        _ => false,
    }
}

/// An answer that is no success although it is no refusal.
pub(super) fn unreadable(problem: impl Into<String>, response: &Response<Bytes>) -> Error {
    ResponseError::new(problem, response)
        .with_request_id(request_id(response.headers(), None))
        .into()
}

fn refusal(fault: &Fault, response: &Response<Bytes>) -> Error {
    let (code, storage) = (fault.code.unwrap_or(0), fault.error_code.unwrap_or(0));
    let status = response.status();
    let known = match (storage, code) {
        (OWN_FAULT.., _) | (0, 500..) => Some(&TROUBLE),
        _ if status.is_server_error() => Some(&REFUSED),
        _ => None,
    };
    let number = if storage == 0 { code } else { storage };
    let message = fault.message.clone().unwrap_or_default();
    ServiceError::new(Service::Vcloud, status, number, message, known)
        .by(UPLOAD_HOST)
        .with_symbol(fault.symbol.clone().unwrap_or_default())
        .with_request_id(request_id(response.headers(), None))
        .with_retry_after(retry_after(response.headers()))
        .into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vcloud::played::answer;

    fn class(status: u16, fault: &str) -> RetryClass {
        let body = format!(r#"{{"success":1,"error":{fault}}}"#);
        let Err(error) = open(&answer(status, &body)) else {
            panic!("{fault}: a success")
        };
        assert!(matches!(error, Error::Service(_)), "{error:?}");
        error.retry_class()
    }

    #[test]
    fn a_storage_code_tells_whether_the_fault_may_pass_whatever_the_status() {
        for (status, fault, expected) in [
            (
                500,
                r#"{"code":500,"error_code":5000}"#,
                RetryClass::Backoff,
            ),
            (
                200,
                r#"{"code":200,"error_code":"5003"}"#,
                RetryClass::Backoff,
            ),
            (502, r#"{"code":502,"error_code":0}"#, RetryClass::Backoff),
            (502, r#"{"code":502}"#, RetryClass::Backoff),
            (500, r#"{"code":500,"error_code":4999}"#, RetryClass::Never),
            (403, r#"{"code":403,"error_code":4003}"#, RetryClass::Never),
            (403, r#"{"code":403}"#, RetryClass::Never),
        ] {
            assert_eq!(class(status, fault), expected, "{status} {fault}");
        }
    }

    #[test]
    fn a_refusal_keeps_all_that_was_said() {
        let error = open(&answer(
            403,
            r#"{"success":1,"error":{"code":403,"error":"Denied","error_code":4003,"message":"no"}}"#,
        ));
        let Err(Error::Service(error)) = error else {
            panic!("no refusal")
        };
        assert_eq!(
            (error.code(), error.symbol(), error.message()),
            (4003, "Denied", "no")
        );
        assert_eq!(error.refuser(), UPLOAD_HOST);
        assert_eq!(error.request_id(), Some("log id log"));
        assert_eq!(error.kind(), ServiceErrorKind::Denied);
    }

    #[test]
    fn only_what_says_so_was_stored() {
        for (status, body, stored) in [
            (200, r#"{"success":0,"payload":{"hash":"00000000"}}"#, true),
            (200, r#"{"success":"0","payload":{}}"#, true),
            (200, r#"{"success":0}"#, true),
            (200, r#"{"payload":{"key":"a"}}"#, true),
            (200, r#"{"payload":null}"#, false),
            (200, "{}", false),
            (200, "", false),
            (200, "<html>", false),
            (200, r#"{"success":1,"payload":{}}"#, false),
            (500, r#"{"success":0,"payload":{}}"#, false),
            (
                200,
                r#"{"success":0,"payload":{},"error":{"code":500}}"#,
                false,
            ),
        ] {
            assert_eq!(
                open(&answer(status, body)).is_ok(),
                stored,
                "{status} {body}"
            );
        }
    }
}
