//! Answers of this service (section 5), and of its download host.

use bytes::Bytes;
use http::{HeaderMap, HeaderName, Response};
use serde::de::DeserializeOwned;

use super::codes;
use crate::{
    error::{Error, Service},
    tencent::envelope::Dialect,
};

/// No header with the id of a request is known; the sister product's is looked for.
const REQUEST_ID: HeaderName = HeaderName::from_static("x-cos-request-id");

/// The code of a failed download.
const ERROR_NUMBER: HeaderName = HeaderName::from_static("x-errno");

const DIALECT: Dialect = Dialect {
    service: Service::Wanxiang,
    lookup: codes::lookup,
    request_id: REQUEST_ID,
};

/// Answers of porn detection, which has a table of its own (section 10.2).
pub(super) const DETECTION: Dialect = Dialect {
    service: Service::Wanxiang,
    lookup: codes::lookup_detection,
    request_id: REQUEST_ID,
};

const DOWNLOAD: Dialect = Dialect {
    service: Service::Wanxiang,
    lookup: codes::lookup_download,
    request_id: REQUEST_ID,
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

/// Whether the headers say that a download failed, whatever the status says (section 10.3).
pub(super) fn is_download_refusal(headers: &HeaderMap) -> bool {
    error_number(headers).is_some()
}

fn error_number(headers: &HeaderMap) -> Option<i64> {
    let value = headers.get(ERROR_NUMBER)?.to_str().ok()?;
    value.trim().parse().ok().filter(|number| *number != 0)
}

/// The refusal in an answer to a download: by header, else by an envelope (section 10.3).
pub(super) fn download_refusal(response: &Response<Bytes>) -> Error {
    match error_number(response.headers()) {
        Some(code) => DOWNLOAD.refusal(response, code, None, None),
        None => match DOWNLOAD.success(response) {
            Err(error) => error,
            Ok(_) => DOWNLOAD.unreadable("neither a file nor a refusal".into(), response),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::{RetryClass, ServiceError, ServiceErrorKind};

    #[test]
    fn a_failed_download_says_why_in_a_header() {
        let response = Response::builder()
            .status(403)
            .header("X-ErrNo", "-46619")
            .body(Bytes::from_static(b"<html>"))
            .expect("a response");
        let error = download_refusal(&response);
        assert_eq!(error.service().map(ServiceError::code), Some(-46_619));
        assert_eq!(error.retry_class(), RetryClass::Resign);
    }

    #[test]
    fn the_same_number_means_something_else_in_another_table() {
        let answer = |body: &'static str| Response::new(Bytes::from_static(body.as_bytes()));
        let refusal = answer(r#"{"code":14,"message":"sign no pass"}"#);
        let detection = DETECTION.success(&refusal);
        let kind = |error: Error| error.service().map(ServiceError::kind);
        assert_eq!(
            detection.err().and_then(kind),
            Some(ServiceErrorKind::Signature)
        );
        let photos = done(&answer(r#"{"code":14}"#));
        assert_eq!(photos.err().and_then(kind), Some(ServiceErrorKind::Other));
    }

    #[test]
    fn a_download_without_file_and_refusal_is_an_error() {
        let answer = |status: u16, body: &'static str| {
            Response::builder()
                .status(status)
                .body(Bytes::from_static(body.as_bytes()))
                .expect("a response")
        };
        assert!(matches!(
            download_refusal(&answer(404, "<html>")),
            Error::Response(_)
        ));
        assert!(matches!(
            download_refusal(&answer(204, r#"{"code":0}"#)),
            Error::Response(_)
        ));
    }
}
