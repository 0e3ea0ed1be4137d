use http::{HeaderValue, StatusCode};

use super::*;
use crate::error::{RetryClass, ServiceErrorKind};

const WHO: &str = "TTVcloud";

fn answer(status: u16, body: &'static str) -> Response<Bytes> {
    Response::builder()
        .status(status)
        .header("X-Tt-Logid", "log")
        .body(Bytes::from_static(body.as_bytes()))
        .expect("a response")
}

#[test]
fn a_log_id_that_is_the_request_id_is_told_once() {
    let mut headers = HeaderMap::new();
    headers.insert(LOG_ID, HeaderValue::from_static("log"));
    let told = |id: &str| request_id(&headers, Some(id.to_owned()));
    assert_eq!(told("log").as_deref(), Some("log"));
    assert_eq!(told("request").as_deref(), Some("request, log id log"));
    assert_eq!(told("").as_deref(), Some("log id log"));
}

#[derive(Deserialize, Debug, PartialEq)]
struct Data {
    #[serde(rename = "RunId")]
    run_id: String,
}

#[test]
fn a_failure_is_told_by_its_error_under_any_status_and_keeps_all_that_was_said() {
    for status in [200, 401] {
        let error = done(
            WHO,
            &answer(
                status,
                r#"{"ResponseMetadata":{"RequestId":"id","Error":{"CodeN":100010,
                "Code":"SignatureDoesNotMatch","Message":"differs"}}}"#,
            ),
        );
        let Err(Error::Service(error)) = error else {
            panic!("no refusal")
        };
        assert_eq!(
            error.status(),
            StatusCode::from_u16(status).expect("a status")
        );
        assert_eq!(
            (error.code(), error.symbol()),
            (100_010, "SignatureDoesNotMatch")
        );
        assert_eq!(error.kind(), ServiceErrorKind::Signature);
        assert_eq!(error.request_id(), Some("id, log id log"));
    }
}

#[test]
fn a_code_without_number_is_known_by_what_stands_before_its_dot() {
    let error = done(
        WHO,
        &answer(
            400,
            r#"{"ResponseMetadata":{"Error":{"Code":"RequestLimitExceeded.ItemLimitExceeded"}}}"#,
        ),
    );
    let error = error.expect_err("refused");
    assert_eq!(error.retry_class(), RetryClass::Throttled);
    assert!(error.to_string().contains("ItemLimitExceeded"), "{error}");
}

#[test]
fn some_errors_are_none() {
    for fault in [
        "null",
        r#"{"Code":"0"}"#,
        r#"{"CodeN":0}"#,
        r#"{"CodeN":"0","Code":"","Message":""}"#,
        r#"{"CodeN":0,"Code":"0"}"#,
        r#"{"Code":"Success"}"#,
    ] {
        let body =
            format!(r#"{{"ResponseMetadata":{{"Error":{fault}}},"Result":{{"RunId":"r"}}}}"#);
        let data: Data = open(WHO, &answer(200, body.leak())).expect(fault);
        assert_eq!(data.run_id, "r");
    }
}

#[test]
fn a_number_or_a_word_that_is_no_success_is_none() {
    for fault in [
        "{}",
        r#"{"CodeN":100013,"Code":"0"}"#,
        r#"{"CodeN":7,"Code":"Success"}"#,
        r#"{"CodeN":0,"Code":"AccessDenied"}"#,
        r#"{"Code":"","Message":"why"}"#,
    ] {
        let body = format!(r#"{{"ResponseMetadata":{{"Error":{fault}}},"Result":1}}"#);
        let refused = done(WHO, &answer(200, body.leak()));
        assert!(matches!(refused, Err(Error::Service(_))), "{fault}");
    }
}

#[test]
fn a_request_has_its_id_under_either_name_or_both() {
    for (names, expected) in [
        (r#""RequestID":"a""#, Some("a")),
        (r#""RequestId":"a","RequestID":"b""#, Some("a")),
        (r#""RequestId":"","RequestID":"b""#, Some("b")),
        (r#""RequestId":null"#, None),
    ] {
        let body = format!(r#"{{"ResponseMetadata":{{{names}}},"Result":1}}"#);
        let (_, id) = open_with_id::<u8>(WHO, &answer(200, body.leak())).expect(names);
        assert_eq!(id.as_deref(), expected, "{names}");
    }
}

#[test]
fn the_old_gateway_of_uploads_refuses_without_an_envelope() {
    let body = r#"{"code":"10404","message":"slow down","tttrace_id":"trace"}"#;
    let error = done(WHO, &answer(403, body)).expect_err("refused");
    let refusal = error.service().expect("a refusal");
    assert_eq!((refusal.code(), refusal.message()), (10_404, "slow down"));
    assert_eq!(refusal.request_id(), Some("trace, log id log"));
    assert_eq!(error.retry_class(), RetryClass::Throttled);
    // A success of its, and a number that is not one of its, are no answers to an action.
    for body in [r#"{"code":2000}"#, r#"{"code":10014}"#] {
        let error = done(WHO, &answer(200, body));
        assert!(matches!(error, Err(Error::Response(_))), "{body}");
    }
}

#[test]
fn what_is_no_envelope_is_never_a_success() {
    for (status, body) in [
        (200, ""),
        (200, "<html>"),
        (200, "{}"),
        (200, r#"{"Result":{"RunId":"r"}}"#),
        (500, r#"{"ResponseMetadata":{},"Result":{"RunId":"r"}}"#),
        (200, r#"{"ResponseMetadata":{}}"#),
        (200, r#"{"ResponseMetadata":{},"Result":{"RunId":7}}"#),
    ] {
        let error = open::<Data>(WHO, &answer(status, body)).expect_err(body);
        let Error::Response(error) = error else {
            panic!("{status} {body}: {error:?}")
        };
        assert_eq!(error.request_id(), Some("log id log"));
    }
}

#[test]
fn a_status_inside_of_a_result_counts_too() {
    let inside = |code| {
        let body = format!(
            r#"{{"ResponseMetadata":{{"RequestId":"id"}},
                "Result":{{"BaseResp":{{"StatusCode":{code},"StatusMessage":"why"}}}}}}"#
        );
        done_inside(WHO, &answer(200, body.leak()))
    };
    assert!(inside("0").is_ok() && inside("\"0\"").is_ok());
    let error = inside("31").expect_err("refused");
    let refusal = error.service().expect("a refusal");
    assert_eq!((refusal.code(), refusal.message()), (31, "why"));
    assert_eq!(refusal.request_id(), Some("id, log id log"));
}

#[test]
fn a_refusal_names_the_service_that_was_asked() {
    for who in ["TTVcloud", "Volcengine"] {
        for body in [
            r#"{"ResponseMetadata":{"Error":{"CodeN":100010}}}"#,
            r#"{"code":10401,"message":"differs"}"#,
        ] {
            let error = done(who, &answer(403, body)).expect_err("refused");
            let begins = format!("{who} refused: 10");
            assert!(error.to_string().starts_with(&begins), "{error}");
        }
        let inside = r#"{"ResponseMetadata":{},"Result":{"BaseResp":{"StatusCode":7}}}"#;
        let error = done_inside(who, &answer(200, inside)).expect_err("refused");
        assert!(
            error.to_string().starts_with(&format!("{who} refused: 7")),
            "{error}"
        );
    }
}
