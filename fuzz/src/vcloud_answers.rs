//! Answers of TTVcloud, of its successor, and of upload hosts: the bytes are a line with a status and
//! the value of a header, and the body; or an upload that was saved.
//!
//! In the body, `$sign` stands for the signature of the request, `$token` for its session token, `$auth`
//! for a permission to upload: an answer may repeat the first two, and brings the third.

mod addresses;
mod outcomes;

use std::{collections::HashSet, sync::OnceLock};

use bytes::Bytes;
use http::Response;
use serde_json::Value;
use yunmei_core::{
    Error, Operation,
    vcloud::{Dialect, upload_host::parts::Session},
};

use self::outcomes::{Kind, Outcome, outcomes};
use crate::{
    answer::{self, hides, number, readable},
    sample::{self, vcloud::TOKEN},
};

/// Where the service may say the id of a request, when to come again, and where to go.
const HEADERS: [&str; 3] = ["x-tt-logid", "retry-after", "location"];

/// A permission to upload, in none of the alphabets of signatures.
const AUTH: &str =
    "SpaceKey/example/1/:version:v2:eyJhbGciOiJIUzI1NiJ9.eyJleHAiOjE1MDM5ODgxMzN9.c2ln-_mF0dXJl";

/// A success is one, a refusal keeps its code, the rest is an error and no panic; no error shows a
/// signature, a session token, or a permission.
pub fn check(bytes: &[u8]) {
    saved(bytes);
    let told = answer::read(bytes, &HEADERS);
    for (mark, text) in [
        ("", ""),
        ("$sign", signature()),
        ("$token", TOKEN),
        ("$auth", AUTH),
    ] {
        let is_there = told
            .body()
            .windows(mark.len().max(1))
            .any(|part| part == mark.as_bytes());
        let repeated = match mark {
            "" => told.clone(),
            _ if is_there => answer::repeating(&told, mark, text),
            _ => continue,
        };
        for response in [answer::under(&repeated, 200), repeated] {
            judge(&response);
        }
    }
}

fn signature() -> &'static str {
    static SIGNATURE: OnceLock<String> = OnceLock::new();
    SIGNATURE.get_or_init(|| {
        let call = sample::vcloud::vod(Dialect::TtvCloud).play_info("v1");
        let request = call.request(&sample::stamp(b"answers")).expect("a request");
        sample::vcloud::signature(&request).to_owned()
    })
}

fn judge(response: &Response<Bytes>) {
    let document = serde_json::from_slice(response.body()).ok();
    let mut seen = HashSet::new();
    for Outcome { kind, result } in outcomes(response) {
        match result {
            Ok(()) => succeeded(kind, response, document.as_ref()),
            // Most find the same fault.
            Err(error) if !seen.insert((kind, format!("{error:?}"))) => {}
            Err(error) => failed(kind, &error, response, document.as_ref()),
        }
    }
    addresses::check(response);
}

fn succeeded(kind: Kind, response: &Response<Bytes>, document: Option<&Value>) {
    let status = response.status();
    assert!(status.is_success() || (kind == Kind::Redirect && status.is_redirection()));
    // Without one, there is something deep or huge where nobody looks.
    let Some(document) = document else { return };
    match kind {
        Kind::Action | Kind::Applied => {
            let fault = document.pointer("/ResponseMetadata/Error");
            assert!(fault.is_none_or(is_none), "{document}");
        }
        Kind::UploadHost => {
            let success = document.get("success").filter(|success| !success.is_null());
            assert!(
                success.is_none_or(|success| number(success) == Some(0)),
                "{document}"
            );
        }
        Kind::Redirect => {}
    }
}

/// What two of the vendor's clients take for a success.
fn is_none(fault: &Value) -> bool {
    let of = |name: &str| fault.get(name).filter(|value| !value.is_null());
    // An array is read by the order of its members.
    let is_zero = |value: &Value| value == "0" || number(value) == Some(0);
    !fault.is_object() || of("Code").or(of("CodeN")).is_some_and(is_zero)
}

fn failed(kind: Kind, error: &Error, response: &Response<Bytes>, document: Option<&Value>) {
    readable(error, response);
    // A page may cut it off in the middle.
    hides(error, signature());
    hides(error, TOKEN);
    // What a refusal says is for the caller.
    if kind == Kind::Applied && error.service().is_none() {
        hides(error, AUTH);
    }
    let code = document.and_then(|document| document.pointer("/ResponseMetadata/Error/CodeN"));
    if let (Some(refusal), Some(code)) = (error.service(), code.and_then(Value::as_i64)) {
        let is_of_host = kind == Kind::UploadHost;
        assert!(is_of_host || refusal.code() == code, "{error}");
    }
}

/// An upload that can be read can be written and read again, and what is missing of it is of it.
fn saved(bytes: &[u8]) {
    let Ok(session) = serde_json::from_slice::<Session>(bytes) else {
        return;
    };
    let written = serde_json::to_string(&session).expect("a document");
    assert_eq!(serde_json::from_str(&written).ok().as_ref(), Some(&session));
    assert!(!format!("{session:?}").contains(AUTH));
    let mut length = session.stored();
    let mut end = 0;
    for (part, range) in session.missing().take(20_000) {
        assert!(part < session.parts() && range.start < range.end);
        assert!(range.start >= end && range.end <= session.size());
        end = range.end;
        length += range.end - range.start;
    }
    assert_eq!(length, session.size());
}
