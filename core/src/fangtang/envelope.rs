//! What every answer is wrapped in: `{code, data}` or `{code, errno, msg}`, judged by its `code`,
//! since nothing is known of the HTTP status that goes with it (dossier, "Envelope").

use bytes::Bytes;
use http::{Response, StatusCode};
use serde::{Deserialize, de::DeserializeOwned};
use serde_json::value::RawValue;

use super::codes;
use crate::{
    error::{Error, ResponseError, Service, ServiceError},
    loose,
};

/// A success.
const DONE: i64 = 200;
/// A refusal, told apart by its `errno`.
const REFUSED: i64 = 9000;

#[derive(Deserialize)]
struct Envelope<'a> {
    #[serde(deserialize_with = "loose::number")]
    code: i64,
    #[serde(default, deserialize_with = "loose::any_text")]
    errno: Option<String>,
    #[serde(default, deserialize_with = "loose::any_text")]
    msg: Option<String>,
    #[serde(borrow, default)]
    data: Option<&'a RawValue>,
}

/// The `data` of a success.
pub(super) fn open<T: DeserializeOwned>(response: &Response<Bytes>) -> Result<T, Error> {
    let envelope = success(response)?;
    let data = envelope.data.map_or("null", RawValue::get);
    serde_json::from_str(data)
        .map_err(|problem| unreadable(format!("in data: {problem}"), response))
}

/// The refusal in an answer to the download of a result, which another server may have given.
pub(super) fn download_refusal(response: &Response<Bytes>) -> Error {
    let gone = [StatusCode::NOT_FOUND, StatusCode::GONE].contains(&response.status());
    match success(response) {
        Err(Error::Response(_)) if gone => ServiceError::new(
            Service::Fangtang,
            response.status(),
            response.status().as_u16().into(),
            "the repaired picture is not there, or no longer",
            None,
        )
        .into(),
        Err(error) => error,
        Ok(_) => unreadable("neither a picture nor a refusal", response),
    }
}

/// An answer that is neither a success nor a refusal.
pub(super) fn unreadable(problem: impl Into<String>, response: &Response<Bytes>) -> Error {
    ResponseError::new(problem, response).into()
}

fn success<'a>(response: &'a Response<Bytes>) -> Result<Envelope<'a>, Error> {
    let envelope: Envelope<'_> = serde_json::from_slice(response.body())
        .map_err(|problem| unreadable(format!("no envelope: {problem}"), response))?;
    match envelope.code {
        DONE => Ok(envelope),
        REFUSED => Err(refusal(envelope, response)),
        code => Err(unreadable(format!("code {code}"), response)),
    }
}

/// Without a readable `errno`, it is a refusal all the same.
fn refusal(envelope: Envelope<'_>, response: &Response<Bytes>) -> Error {
    let errno = envelope.errno.and_then(|text| text.trim().parse().ok());
    let code = errno.unwrap_or(REFUSED);
    let message = envelope.msg.unwrap_or_default();
    let known = codes::lookup(code);
    ServiceError::new(Service::Fangtang, response.status(), code, message, known).into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        error::{RetryClass, ServiceErrorKind},
        fangtang::tests::answer,
    };

    #[derive(Deserialize, Debug, PartialEq)]
    struct Data {
        url: String,
    }

    fn read(status: u16, body: &'static str) -> Result<Data, Error> {
        open(&answer(status, body))
    }

    #[test]
    fn data_of_a_success_is_read_whatever_else_is_there_and_whatever_the_status() {
        for body in [
            r#"{"code":200,"data":{"url":"u"}}"#,
            r#"{"code":"200","msg":["x"],"new":1,"data":{"url":"u","new":{}}}"#,
        ] {
            for status in [200, 302, 429, 500] {
                let data = read(status, body).expect(body);
                assert_eq!(data, Data { url: "u".into() });
            }
        }
    }

    #[test]
    fn a_refusal_keeps_status_errno_and_message() {
        let body = r#"{"code":9000,"errno":9101,"msg":"次数不足"}"#;
        let Err(Error::Service(error)) = read(403, body) else {
            panic!("no refusal")
        };
        assert_eq!((error.code(), error.message()), (9101, "次数不足"));
        assert_eq!(error.status(), StatusCode::FORBIDDEN);
        assert_eq!(error.kind(), ServiceErrorKind::Exhausted);
        assert_eq!(error.service(), Service::Fangtang);
    }

    #[test]
    fn a_refusal_is_believed_under_any_status_and_with_any_errno() {
        for (body, code) in [
            (r#"{"code":9000,"errno":"9006"}"#, 9006),
            (r#"{"code":9000,"errno":31337,"data":{"url":"u"}}"#, 31337),
            (r#"{"code":9000,"msg":"failed"}"#, 9000),
            (r#"{"code":9000,"errno":null}"#, 9000),
            (r#"{"code":9000,"errno":{"why":1},"msg":[1]}"#, 9000),
            (r#"{"code":"9000","errno":"many"}"#, 9000),
        ] {
            let Err(Error::Service(error)) = read(200, body) else {
                panic!("no refusal: {body}")
            };
            assert_eq!(error.code(), code, "{body}");
        }
        let unknown = read(200, r#"{"code":9000}"#).expect_err("refused");
        assert_eq!(unknown.retry_class(), RetryClass::Never);
    }

    #[test]
    fn what_is_neither_is_never_a_success_and_never_a_refusal() {
        for (status, body) in [
            (200, ""),
            (200, "<html>504</html>"),
            (200, r#"{"code":200,"data":{"url":"u"}"#),
            (200, r#"{"data":{"url":"u"}}"#),
            (200, r#"{"code":0,"data":{"url":"u"}}"#),
            (200, r#"{"code":9001,"data":{"url":"u"}}"#),
            (200, r#"{"code":null,"data":{"url":"u"}}"#),
            (200, r#"{"code":200,"code":9000}"#),
            (200, "[]"),
        ] {
            match read(status, body) {
                Err(Error::Response(error)) => {
                    assert_eq!(error.status(), status);
                    assert_eq!(error.excerpt(), body);
                }
                other => panic!("{status} {body}: {other:?}"),
            }
        }
    }

    #[test]
    fn a_success_without_its_data_says_where_it_lacks() {
        for body in [
            r#"{"code":200}"#,
            r#"{"code":200,"data":null}"#,
            r#"{"code":200,"data":{}}"#,
            r#"{"code":200,"data":{"url":7}}"#,
            r#"{"code":200,"data":[]}"#,
        ] {
            let error = read(200, body).expect_err(body);
            assert!(error.to_string().contains("in data: "), "{error}");
        }
    }

    #[test]
    fn a_result_that_is_gone_can_be_told_from_other_faults() {
        let kind = |status, body| {
            let error = download_refusal(&answer(status, body));
            error.service().map(ServiceError::kind)
        };
        for status in [404, 410] {
            assert_eq!(kind(status, "<Error/>"), Some(ServiceErrorKind::NotFound));
        }
        let expired = r#"{"code":9000,"errno":9002,"msg":"expired"}"#;
        assert_eq!(kind(200, expired), Some(ServiceErrorKind::NotFound));
        let wrong = r#"{"code":9000,"errno":9001}"#;
        assert_eq!(kind(404, wrong), Some(ServiceErrorKind::Invalid));
        for (status, body) in [(403, "<Error/>"), (302, ""), (204, r#"{"code":200}"#)] {
            assert_eq!(kind(status, body), None, "{status}");
        }
    }
}
