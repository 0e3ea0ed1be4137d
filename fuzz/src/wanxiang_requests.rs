//! Requests of Wanxiang: the bytes are a text that the caller or the service chose.

mod addresses;
mod detection;
mod forms;

use http::Request;
use yunmei_core::{
    ByteRange, Download, Error, Operation, Payload, Token,
    wanxiang::{Bucket, Detector},
};

use crate::{
    sample::{
        self,
        wanxiang::{app, file, name},
    },
    wire,
};

/// The text arrives unchanged, framed and signed, or is refused.
pub fn check(bytes: &[u8]) {
    let Ok(text) = str::from_utf8(bytes) else {
        return;
    };
    addresses::check(text);
    forms::check(text);
    detection::check(text);
    handed_out(text);
}

/// Builds a request; refusals of what cannot be sent are as good.
fn build(operation: &impl Operation, text: &str) -> Option<Request<Payload>> {
    sendable(operation.request(&sample::stamp(text.as_bytes())))
}

fn sendable(result: Result<Request<Payload>, Error>) -> Option<Request<Payload>> {
    match result {
        Ok(request) => Some(request),
        Err(Error::Input(_)) => None,
        Err(other) => panic!("{other}"),
    }
}

/// A signature that somebody else made is sent as it is.
fn handed_out(text: &str) {
    let token = || Token::new(text);
    let (Ok(bucket), Ok(detector)) = (
        Bucket::v2(app(), name()).with_signature(token()),
        Detector::new(app(), name()).with_signature(token()),
    ) else {
        return;
    };
    if let Some(request) = build(&bucket.stat(&file()), text) {
        let value = &request.headers()["authorization"];
        assert!(value.is_sensitive());
        assert_eq!(value, &format!("QCloud {text}"));
    }
    if let Some(request) = build(&detector.detect_url("http://host/a"), text) {
        assert_eq!(request.headers()["authorization"], text);
    }
    let download = bucket.photo(&file()).download(ByteRange::ALL);
    let request = download.request(ByteRange::ALL, &sample::stamp(text.as_bytes()));
    if let Some(request) = sendable(request) {
        let found = wire::query(&request, "sign").expect("a signature");
        assert_eq!(found, text.as_bytes());
        assert!(!request.headers().contains_key("authorization"));
    }
}
