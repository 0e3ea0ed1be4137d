//! Answers of this API (section 3.2), and of its download host.

use bytes::Bytes;
use http::{HeaderName, Response};
use serde::{Deserialize, de::DeserializeOwned};

use super::codes;
use crate::{
    error::{Error, Service},
    loose,
    tencent::envelope::Dialect,
};

const DIALECT: Dialect = Dialect {
    service: Service::Cos,
    lookup: codes::lookup,
    request_id: HeaderName::from_static("x-cos-request-id"),
};

/// The `data` of a success.
pub(super) fn open<T: DeserializeOwned>(response: &Response<Bytes>) -> Result<T, Error> {
    DIALECT.open(response)
}

/// Whether the answer is a success whose `data` has this text in it.
pub(super) fn has(response: &Response<Bytes>, name: &str) -> bool {
    DIALECT.has(response, name)
}

/// A success that brings nothing.
pub(super) fn done(response: &Response<Bytes>) -> Result<(), Error> {
    DIALECT.success(response).map(|_| ())
}

/// The refusal in an answer to a download, in any of the forms that were seen (section 9).
pub(super) fn download_refusal(response: &Response<Bytes>) -> Error {
    #[derive(Deserialize)]
    struct Old {
        #[serde(deserialize_with = "loose::number")]
        errorcode: i64,
        #[serde(default, deserialize_with = "loose::any_text")]
        errormsg: Option<String>,
    }
    if let Ok(old) = serde_json::from_slice::<Old>(response.body())
        && old.errorcode != 0
    {
        return DIALECT.refusal(response, old.errorcode, old.errormsg, None);
    }
    match DIALECT.success(response) {
        Err(error) => error,
        Ok(_) => DIALECT.unreadable("neither a file nor a refusal".into(), response),
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use http::{StatusCode, header};

    use super::*;
    use crate::error::{RetryClass, ServiceError, ServiceErrorKind};

    fn answer(status: u16, body: &'static str) -> Response<Bytes> {
        Response::builder()
            .status(status)
            .header("x-cos-request-id", "header-id")
            .body(Bytes::from_static(body.as_bytes()))
            .expect("a response")
    }

    #[derive(Deserialize, Debug, PartialEq)]
    struct Data {
        session: String,
    }

    #[test]
    fn data_of_a_success_is_read_whatever_else_is_there() {
        let body = r#"{"code":"0","message":"SUCCESS","new":[1],"data":{"session":"s","new":{}}}"#;
        let data = open::<Data>(&answer(200, body)).expect("a success");
        assert_eq!(
            data,
            Data {
                session: "s".into()
            }
        );
        assert!(done(&answer(200, r#"{"code":0}"#)).is_ok());
    }

    #[test]
    fn a_refusal_keeps_status_code_message_and_request_id() {
        let body = r#"{"code":-71,"message":"ERROR_PROXY_FREQ_CONTROL","request_id":"body-id"}"#;
        let mut response = answer(503, body);
        response
            .headers_mut()
            .insert(header::RETRY_AFTER, http::HeaderValue::from_static("3"));
        let Err(Error::Service(error)) = done(&response) else {
            panic!("no refusal")
        };
        assert_eq!(error.status(), StatusCode::SERVICE_UNAVAILABLE);
        assert_eq!(
            (error.code(), error.message()),
            (-71, "ERROR_PROXY_FREQ_CONTROL")
        );
        assert_eq!(error.request_id(), Some("body-id"));
        assert_eq!(error.kind(), ServiceErrorKind::Throttled);
        assert_eq!(error.retry_class(), RetryClass::Throttled);
        assert_eq!(error.retry_after(), Some(Duration::from_secs(3)));
    }

    #[test]
    fn a_refusal_is_believed_even_under_status_200() {
        let Err(Error::Service(error)) = done(&answer(200, r#"{"code":-197}"#)) else {
            panic!("no refusal")
        };
        assert_eq!(error.kind(), ServiceErrorKind::NotFound);
        assert_eq!(error.request_id(), Some("header-id"));
    }

    #[test]
    fn a_message_of_another_type_does_not_hide_the_code() {
        let body = r#"{"code":-97,"message":{"why":"x"},"request_id":[1]}"#;
        let error = done(&answer(200, body)).expect_err("refused");
        assert_eq!(error.service().map(ServiceError::code), Some(-97));
    }

    #[test]
    fn what_is_no_envelope_keeps_status_and_excerpt_and_is_never_a_success() {
        for (status, body) in [
            (200, ""),
            (200, "<html>504</html>"),
            (200, r#"{"code":0,"data":{}"#),
            (200, r#"{"message":"SUCCESS"}"#),
            (200, r#"{"code":null}"#),
            (200, r#"{"code":{}}"#),
            (200, "[]"),
            (302, r#"{"code":0,"data":{"session":"s"}}"#),
            (500, r#"{"code":0,"data":{"session":"s"}}"#),
            (400, "<Error><Code>InvalidBucket</Code></Error>"),
        ] {
            match open::<Data>(&answer(status, body)) {
                Err(Error::Response(error)) => {
                    assert_eq!(error.status(), status);
                    assert_eq!(error.excerpt(), body);
                    assert_eq!(error.request_id(), Some("header-id"));
                }
                other => panic!("{status} {body}: {other:?}"),
            }
        }
    }

    #[test]
    fn wrong_data_says_where() {
        for body in [
            r#"{"code":0}"#,
            r#"{"code":0,"data":null}"#,
            r#"{"code":0,"data":{}}"#,
            r#"{"code":0,"data":{"session":7}}"#,
            r#"{"code":0,"data":[]}"#,
        ] {
            let error = open::<Data>(&answer(200, body)).expect_err(body);
            assert!(error.to_string().contains("in data: "), "{error}");
        }
    }

    #[test]
    fn refusals_of_downloads_come_in_two_forms() {
        let old = download_refusal(&answer(
            403,
            r#"{"errorcode":-45086,"errormsg":"sign check fail"}"#,
        ));
        assert_eq!(old.service().map(ServiceError::code), Some(-45086));
        let new = download_refusal(&answer(404, r#"{"code":-46628,"message":"not found"}"#));
        assert_eq!(
            new.service().map(ServiceError::kind),
            Some(ServiceErrorKind::NotFound)
        );
        assert!(matches!(
            download_refusal(&answer(404, "<Error/>")),
            Error::Response(_)
        ));
        assert!(matches!(
            download_refusal(&answer(204, r#"{"code":0}"#)),
            Error::Response(_)
        ));
    }
}
