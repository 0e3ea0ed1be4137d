//! Answers of Fangtang: the bytes are a line with a status, and the body; or a job that was saved.
//!
//! In the body, `$token` stands for the token of the request, `$escaped` for the same in an address:
//! an answer may repeat it.

use bytes::Bytes;
use http::Response;
use serde_json::Value;
use yunmei_core::{
    ByteRange, Download, Error, Operation,
    error::{InputError, ServiceErrorKind},
    fangtang::{FetchResult, Job, RepairType, token},
};

use crate::{
    answer::{self, code, hides, number, readable},
    sample::{
        self,
        fangtang::{key, partner, photo, third_code},
    },
    wire,
};

/// A success is one, a refusal keeps its number, the rest is an error and no panic; no error shows
/// the token. A job that can be read is one.
pub fn check(bytes: &[u8]) {
    job(bytes);
    let told = answer::read(bytes, &["retry-after"]);
    let token = token(&key(), sample::NOW);
    let token = token.expose();
    let plain = answer::repeating(&told, "$token", token);
    let escaped = answer::repeating(&told, "$escaped", &token.replace(',', "%2C"));
    for response in [plain, escaped] {
        for response in [answer::under(&response, 200), response] {
            judge(&response, token);
        }
    }
}

fn judge(response: &Response<Bytes>, token: &str) {
    let document = serde_json::from_slice(response.body()).ok();
    for result in outcomes(response) {
        match result {
            Ok(()) => succeeded(document.as_ref()),
            Err(error) => failed(&error, response, document.as_ref(), token),
        }
    }
    address(response);
    let url = yunmei_core::SignedUrl::new("http://host/a.jpg?sign=x");
    let fetch = FetchResult::new(url).expect("an address");
    let error = fetch.refusal(response);
    readable(&error, response);
    hides(&error, token);
    if [404, 410].contains(&response.status().as_u16())
        && let Some(refusal) = error.service()
        && i64::from(response.status().as_u16()) == refusal.code()
    {
        assert_eq!(refusal.kind(), ServiceErrorKind::NotFound);
    }
}

/// What each operation makes of the response.
fn outcomes(response: &Response<Bytes>) -> Vec<Result<(), Error>> {
    fn of(operation: &impl Operation, response: &Response<Bytes>) -> Result<(), Error> {
        operation.parse(response).map(drop)
    }
    let photo = photo();
    let upload = partner().upload(RepairType::Restoration, "a.jpg", 7);
    vec![
        of(&upload, response),
        of(&partner().status(&photo), response),
        of(&partner().result_address(&photo), response),
        of(&partner().quota(), response),
    ]
}

/// Under whatever status: the code decides.
fn succeeded(document: Option<&Value>) {
    // Without one, there is something deep or huge where nobody looks.
    if let Some(document) = document {
        assert_eq!(code(document), Some(200));
    }
}

fn failed(error: &Error, response: &Response<Bytes>, document: Option<&Value>, token: &str) {
    readable(error, response);
    hides(error, token);
    if let (Some(refusal), Some(document)) = (error.service(), document) {
        assert_eq!(code(document), Some(9000));
        let number = document.get("errno").and_then(number);
        // Where there is none that can be read, the envelope's own.
        assert!([number.unwrap_or(9000), 9000].contains(&refusal.code()));
    }
}

/// An address that is accepted can be downloaded from, and does not get the token.
fn address(response: &Response<Bytes>) {
    let Ok(url) = partner().result_address(&photo()).parse(response) else {
        return;
    };
    let (shown, _) = url.expose().split_once('?').unwrap_or((url.expose(), ""));
    assert_eq!(url.without_query(), shown);
    let fetch = FetchResult::new(url).expect("checked before");
    let stamp = sample::stamp(response.body());
    match fetch.request(ByteRange::ALL, &stamp) {
        Ok(request) => {
            wire::announced(&request);
            assert!(matches!(request.uri().scheme_str(), Some("http" | "https")));
            assert!(request.uri().host().is_some_and(|host| !host.is_empty()));
            assert!(!request.headers().contains_key("token"));
        }
        Err(error) => assert!(
            matches!(error, Error::Input(InputError::Address)),
            "{error}"
        ),
    }
}

/// A job that can be read can be written and read again, and waited for by the partner who began
/// it.
fn job(bytes: &[u8]) {
    let Ok(job) = serde_json::from_slice::<Job>(bytes) else {
        return;
    };
    let saved = serde_json::to_string(&job).expect("a document");
    assert_eq!(serde_json::from_str(&saved).ok(), Some(job.clone()));
    let wait = partner().wait(&job, sample::NOW);
    assert_eq!(wait.is_ok(), job.third_code == third_code());
    let status = partner().status(&job.id);
    let stamp = sample::stamp(bytes);
    let request = status.request(&stamp).expect("a request");
    let who = ("example", &key());
    let form = wire::fangtang::check(&request, "photo/status", who, &stamp);
    assert_eq!(wire::text(&form, "mdf"), Some(job.id.as_str().as_bytes()));
}
