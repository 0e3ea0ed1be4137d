//! What every answer is wrapped in: `{code, message, data}`, judged by its `code`, not by the HTTP
//! status (dossier of COS, section 3.2; of Wanxiang, section 5).

use std::{collections::BTreeMap, time::Duration};

use bytes::Bytes;
use http::{HeaderMap, HeaderName, Response, header};
use serde::{Deserialize, de::DeserializeOwned};
use serde_json::value::RawValue;

use crate::{
    error::{Error, ErrorCode, ResponseError, Service, ServiceError},
    loose,
};

/// How one service uses the envelope.
pub(crate) struct Dialect {
    pub(crate) service: Service,
    /// Its table of codes.
    pub(crate) lookup: fn(i64) -> Option<&'static ErrorCode>,
    /// The header with the id of a request.
    pub(crate) request_id: HeaderName,
}

#[derive(Deserialize)]
pub(crate) struct Envelope<'a> {
    #[serde(deserialize_with = "loose::number")]
    code: i64,
    #[serde(default, deserialize_with = "loose::any_text")]
    message: Option<String>,
    #[serde(default, deserialize_with = "loose::any_text")]
    request_id: Option<String>,
    #[serde(borrow, default)]
    data: Option<&'a RawValue>,
}

impl Dialect {
    /// The `data` of a success.
    pub(crate) fn open<T: DeserializeOwned>(&self, response: &Response<Bytes>) -> Result<T, Error> {
        let envelope = self.success(response)?;
        let data = envelope.data.map_or("null", RawValue::get);
        serde_json::from_str(data).map_err(|problem| {
            ResponseError::new(format!("in data: {problem}"), response)
                .with_request_id(self.request_id(response.headers(), envelope.request_id))
                .into()
        })
    }

    /// Whether the answer is a success whose `data` has this text in it.
    pub(crate) fn has(&self, response: &Response<Bytes>, name: &str) -> bool {
        self.open::<BTreeMap<String, serde_json::Value>>(response)
            .is_ok_and(|data| match data.get(name) {
                Some(serde_json::Value::String(text)) => !text.is_empty(),
                Some(serde_json::Value::Number(_)) => true,
                _ => false,
            })
    }

    /// A success, whatever it brings.
    pub(crate) fn success<'a>(&self, response: &'a Response<Bytes>) -> Result<Envelope<'a>, Error> {
        let envelope: Envelope<'_> = serde_json::from_slice(response.body())
            .map_err(|problem| self.unreadable(format!("no envelope: {problem}"), response))?;
        match envelope.code {
            0 if response.status().is_success() => Ok(envelope),
            0 => Err(self.unreadable("code 0 under an error status".into(), response)),
            code => Err(self.refusal(response, code, envelope.message, envelope.request_id)),
        }
    }

    /// An answer that is neither a success nor a refusal.
    pub(crate) fn unreadable(&self, problem: String, response: &Response<Bytes>) -> Error {
        ResponseError::new(problem, response)
            .with_request_id(self.request_id(response.headers(), None))
            .into()
    }

    /// The refusal that `code` stands for.
    pub(crate) fn refusal(
        &self,
        response: &Response<Bytes>,
        code: i64,
        message: Option<String>,
        id: Option<String>,
    ) -> Error {
        let (known, message) = ((self.lookup)(code), message.unwrap_or_default());
        ServiceError::new(self.service, response.status(), code, message, known)
            .with_request_id(self.request_id(response.headers(), id))
            .with_retry_after(retry_after(response.headers()))
            .into()
    }

    /// From the body, else from the header: answers of 2016 had none in the body.
    fn request_id(&self, headers: &HeaderMap, in_body: Option<String>) -> Option<String> {
        in_body.filter(|id| !id.is_empty()).or_else(|| {
            let id = headers.get(&self.request_id)?.to_str().ok()?;
            Some(id.to_owned())
        })
    }
}

pub(crate) fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let seconds = headers
        .get(header::RETRY_AFTER)?
        .to_str()
        .ok()?
        .parse()
        .ok()?;
    Some(Duration::from_secs(seconds))
}
