//! What the unit tests of the operations share.

use bytes::Bytes;
use http::{Request, Response};
use serde_json::Value;

use super::{Credentials, Parameters};
use crate::{
    Driver, Flow, Nonce, Payload, Retry, Stamp, Step, Timestamp,
    error::{Error, TransportError},
    payload::Chunk,
};

pub(super) fn credentials() -> Credentials {
    Credentials::new("AKLTEXAMPLE", "the secret key").expect("a pair")
}

pub(super) fn stamp() -> Stamp {
    Stamp::new(
        Timestamp::from_seconds(1_583_298_367),
        Nonce::from_bytes([7; 32]),
    )
}

pub(super) fn answer(status: u16, body: &str) -> Response<Bytes> {
    Response::builder()
        .status(status)
        .header("X-Tt-Logid", "log")
        .body(Bytes::copy_from_slice(body.as_bytes()))
        .expect("a response")
}

/// An answer whose result is this.
pub(super) fn success(result: &str) -> String {
    format!(r#"{{"ResponseMetadata":{{"RequestId":"id"}},"Result":{result}}}"#)
}

/// What stands behind the `?`.
pub(super) fn query(request: &Request<Payload>) -> &str {
    request.uri().query().unwrap_or_default()
}

/// One of the parameters.
pub(super) fn parameter(request: &Request<Payload>, name: &str) -> Option<String> {
    let parameters = Parameters::decode(query(request)).expect("a query");
    parameters.value(name).map(str::to_owned)
}

/// The JSON that is sent.
pub(super) fn body(request: &Request<Payload>) -> Value {
    match request.body().chunks() {
        [Chunk::Inline(bytes)] => serde_json::from_slice(bytes).expect("JSON"),
        other => panic!("{other:?}"),
    }
}

/// The form that is sent.
pub(super) fn form(request: &Request<Payload>) -> Parameters {
    match request.body().chunks() {
        [Chunk::Inline(bytes)] => {
            let text = std::str::from_utf8(bytes).expect("a text");
            Parameters::decode(text).expect("a form")
        }
        other => panic!("{other:?}"),
    }
}

/// What happened when a flow was played.
#[derive(Debug)]
pub(super) struct Played<T> {
    /// What was sent.
    pub(super) sent: Vec<Request<Payload>>,
    /// How it ended.
    pub(super) result: Result<T, Error>,
}

/// Plays replies, all with status 200; an empty one stands for a lost answer. Not all need be asked
/// for.
pub(super) fn play<F: Flow, R: AsRef<str>>(flow: F, replies: &[R]) -> Played<F::Output> {
    let mut driver = Driver::new(flow, Retry::default());
    let (mut replies, mut sent) = (replies.iter(), Vec::new());
    loop {
        match driver.poll(&stamp()) {
            Step::Send(request) => {
                sent.push(request);
                let reply = replies.next().map(AsRef::as_ref);
                driver.handle(match reply.expect("no more requests than replies") {
                    "" => Err(TransportError::unknown("reset").into()),
                    body => Ok(answer(200, body)),
                });
            }
            Step::Sleep(_) => {}
            Step::Done(result) => return Played { sent, result },
        }
    }
}
