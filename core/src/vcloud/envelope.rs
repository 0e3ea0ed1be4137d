//! What every answer of an action is wrapped in (section 3.2): a failure is told by its `Error`, not
//! by the HTTP status. It does not say `who` answered: the caller knows.

use bytes::Bytes;
use http::{HeaderMap, Response};
use serde::{Deserialize, de::DeserializeOwned};
use serde_json::value::RawValue;

use super::codes;
use crate::{
    error::{Error, ResponseError, Service, ServiceError},
    loose,
    tencent::envelope::retry_after,
};

/// The header with the id under which the service's support finds a request (section 3.2).
const LOG_ID: &str = "x-tt-logid";

#[derive(Deserialize)]
struct Envelope<'a> {
    #[serde(rename = "ResponseMetadata")]
    metadata: Metadata,
    #[serde(borrow, default, rename = "Result")]
    result: Option<&'a RawValue>,
}

#[derive(Deserialize)]
struct Metadata {
    #[serde(default, rename = "RequestId", deserialize_with = "loose::any_text")]
    request_id: Option<String>,
    /// The other spelling of it (section 7.5); both may be there.
    #[serde(default, rename = "RequestID", deserialize_with = "loose::any_text")]
    request_id_too: Option<String>,
    #[serde(default, rename = "Error")]
    error: Option<Fault>,
}

#[derive(Deserialize)]
struct Fault {
    #[serde(default, rename = "CodeN", deserialize_with = "loose::any_text")]
    number: Option<String>,
    #[serde(default, rename = "Code", deserialize_with = "loose::any_text")]
    code: Option<String>,
    #[serde(default, rename = "Message", deserialize_with = "loose::any_text")]
    message: Option<String>,
}

impl Metadata {
    fn id(&self) -> Option<String> {
        let filled = |id: &&String| !id.is_empty();
        let ids = [&self.request_id, &self.request_id_too];
        ids.into_iter().flatten().find(filled).cloned()
    }
}

impl Fault {
    fn number(&self) -> Option<i64> {
        self.number.as_deref()?.trim().parse().ok()
    }

    /// Some of the vendor's clients take these for a success (section 3.2), and a code may say so in a
    /// word (section 13.2). A number that says otherwise counts more.
    fn is_none(&self) -> bool {
        match (self.code.as_deref().unwrap_or_default(), self.number()) {
            ("", number) => number == Some(0),
            ("0" | "Success", number) => number.unwrap_or_default() == 0,
            _ => false,
        }
    }
}

/// What the old gateway of uploads says in place of an envelope (section 13.3).
#[derive(Deserialize)]
struct OldRefusal {
    #[serde(deserialize_with = "loose::number")]
    code: i64,
    #[serde(default, deserialize_with = "loose::any_text")]
    message: Option<String>,
    #[serde(default, rename = "tttrace_id", deserialize_with = "loose::any_text")]
    trace_id: Option<String>,
}

/// The `Result` of a success.
pub(super) fn open<T: DeserializeOwned>(
    who: &'static str,
    response: &Response<Bytes>,
) -> Result<T, Error> {
    open_with_id(who, response).map(|(result, _)| result)
}

/// The same, with the id under which the service knows the request.
pub(super) fn open_with_id<T: DeserializeOwned>(
    who: &'static str,
    response: &Response<Bytes>,
) -> Result<(T, Option<String>), Error> {
    let envelope = success(who, response)?;
    let (result, id) = (envelope.result, envelope.metadata.id());
    match serde_json::from_str(result.map_or("null", RawValue::get)) {
        Ok(result) => Ok((result, id)),
        Err(problem) => Err(
            ResponseError::new(format!("in Result: {problem}"), response)
                .with_request_id(request_id(response.headers(), id))
                .into(),
        ),
    }
}

/// The same, where the answer holds a permission that must not get into an error.
pub(super) fn open_withheld<T: DeserializeOwned>(
    who: &'static str,
    response: &Response<Bytes>,
) -> Result<T, Error> {
    open(who, response).map_err(withhold)
}

/// The same, where the result is an object whose members may all be missing: an array would be taken
/// for one without any.
pub(super) fn open_object<T: DeserializeOwned>(
    who: &'static str,
    response: &Response<Bytes>,
) -> Result<T, Error> {
    match success(who, response)?.result.map(RawValue::get) {
        Some(object) if object.starts_with('{') => open(who, response),
        _ => Err(unreadable("in Result: no object", response)),
    }
}

/// A success that brings nothing.
pub(super) fn done(who: &'static str, response: &Response<Bytes>) -> Result<(), Error> {
    success(who, response).map(|_| ())
}

/// A success, if the status inside of its result is 0 too (section 7.8).
pub(super) fn done_inside(who: &'static str, response: &Response<Bytes>) -> Result<(), Error> {
    #[derive(Deserialize)]
    struct Inside {
        #[serde(rename = "BaseResp")]
        base: Base,
    }
    #[derive(Deserialize)]
    struct Base {
        #[serde(rename = "StatusCode", deserialize_with = "loose::number")]
        code: i64,
        #[serde(
            default,
            rename = "StatusMessage",
            deserialize_with = "loose::any_text"
        )]
        message: Option<String>,
    }
    let Inside { base } = open(who, response)?;
    match base.code {
        0 => Ok(()),
        code => Err(refused_inside(who, response, code, base.message)),
    }
}

/// A refusal that stands inside of a result, under a number that is documented nowhere.
pub(super) fn refused_inside(
    who: &'static str,
    response: &Response<Bytes>,
    code: i64,
    message: Option<String>,
) -> Error {
    let (status, message) = (response.status(), message.unwrap_or_default());
    ServiceError::new(Service::Vcloud, status, code, message, None)
        .by(who)
        .with_request_id(id_of(response))
        .into()
}

/// An answer that is no success although it is no refusal.
pub(super) fn unreadable(problem: impl Into<String>, response: &Response<Bytes>) -> Error {
    ResponseError::new(problem, response)
        .with_request_id(id_of(response))
        .into()
}

/// The id of what is no refusal in an envelope.
fn id_of(response: &Response<Bytes>) -> Option<String> {
    let envelope: Option<Envelope<'_>> = serde_json::from_slice(response.body()).ok();
    let id = envelope.and_then(|envelope| envelope.metadata.id());
    request_id(response.headers(), id)
}

/// The same, where the answer holds a permission that must not get into an error.
pub(super) fn unreadable_withheld(problem: impl Into<String>, response: &Response<Bytes>) -> Error {
    withhold(unreadable(problem, response))
}

fn withhold(error: Error) -> Error {
    match error {
        Error::Response(answer) => answer.without_excerpt().into(),
        other => other,
    }
}

fn success<'a>(who: &'static str, response: &'a Response<Bytes>) -> Result<Envelope<'a>, Error> {
    let unreadable = |problem: String| {
        ResponseError::new(problem, response).with_request_id(request_id(response.headers(), None))
    };
    let envelope: Envelope<'_> = match serde_json::from_slice(response.body()) {
        Ok(envelope) => envelope,
        Err(problem) => {
            return Err(old_refusal(who, response)
                .unwrap_or_else(|| unreadable(format!("no envelope: {problem}")).into()));
        }
    };
    match envelope.metadata.error {
        Some(ref fault) if !fault.is_none() => Err(refusal(who, response, envelope.metadata)),
        _ if response.status().is_success() => Ok(envelope),
        _ => Err(unreadable("no Error under an error status".into()).into()),
    }
}

/// Only of a documented code: any other number may mean anything.
fn old_refusal(who: &'static str, response: &Response<Bytes>) -> Option<Error> {
    let refusal: OldRefusal = serde_json::from_slice(response.body()).ok()?;
    let known = codes::old_upload_gateway(refusal.code)?;
    let (status, message) = (response.status(), refusal.message.unwrap_or_default());
    let error = ServiceError::new(Service::Vcloud, status, refusal.code, message, Some(known))
        .by(who)
        .with_request_id(request_id(response.headers(), refusal.trace_id))
        .with_retry_after(retry_after(response.headers()));
    Some(error.into())
}

fn refusal(who: &'static str, response: &Response<Bytes>, metadata: Metadata) -> Error {
    let id = metadata.id();
    let fault = metadata.error.unwrap_or(Fault {
        number: None,
        code: None,
        message: None,
    });
    let (number, symbol) = (fault.number(), fault.code.unwrap_or_default());
    ServiceError::new(
        Service::Vcloud,
        response.status(),
        number.unwrap_or_default(),
        fault.message.unwrap_or_default(),
        codes::lookup(number, &symbol),
    )
    .by(who)
    .with_symbol(symbol)
    .with_request_id(request_id(response.headers(), id))
    .with_retry_after(retry_after(response.headers()))
    .into()
}

/// From the body, and the header's beside it.
pub(super) fn request_id(headers: &HeaderMap, in_body: Option<String>) -> Option<String> {
    let log_id = headers.get(LOG_ID).and_then(|id| id.to_str().ok());
    match (in_body.filter(|id| !id.is_empty()), log_id) {
        (Some(id), Some(log_id)) if id != log_id => Some(format!("{id}, log id {log_id}")),
        (Some(id), _) => Some(id),
        (None, log_id) => log_id.map(|log_id| format!("log id {log_id}")),
    }
}

#[cfg(test)]
#[path = "envelope_tests.rs"]
mod tests;
