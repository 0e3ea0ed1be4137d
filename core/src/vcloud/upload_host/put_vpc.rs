use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Method, Request, Response, header};
use serde::{Deserialize, Serialize};

use super::{
    Content, VpcAddress,
    vpc_address::{Door, Way},
};
use crate::{
    Payload, SignedUrl, Turn,
    error::{Error, InputError, ResponseError, Service, ServiceError},
    loose,
    tencent::envelope::retry_after,
};

/// The header with the id under which the storage knows a request.
const REQUEST_ID: &str = "x-tos-request-id";

/// Puts a content to where a [`VpcAddress`] leads.
#[derive(Clone, Debug)]
pub(super) struct PutVpc {
    way: Way,
    size: u64,
    source: usize,
    /// What the storage called the parts that are there.
    tags: Vec<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Complete<'a> {
    parts: Vec<Part<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Part<'a> {
    part_number: usize,
    #[serde(rename = "ETag")]
    tag: &'a str,
}

impl PutVpc {
    pub(super) fn new(address: &VpcAddress, content: &Content, source: usize) -> PutVpc {
        PutVpc {
            way: address.way.clone(),
            size: content.size(),
            source,
            tags: Vec::new(),
        }
    }

    pub(super) fn request(&self) -> Result<Request<Payload>, Error> {
        match &self.way {
            // Nobody begins what is complete.
            Way::Nothing => Err(InputError::Ended.into()),
            Way::Whole(door) => {
                let body = Payload::source(self.source, 0..self.size);
                sent(Method::PUT, &door.url, Some(door), body)
            }
            Way::Parts {
                part_size,
                parts,
                complete,
            } => match parts.get(self.tags.len()) {
                Some(url) => {
                    let start = self.tags.len() as u64 * part_size;
                    let end = start.saturating_add(*part_size).min(self.size);
                    let body = Payload::source(self.source, start..end);
                    sent(Method::PUT, url, None, body)
                }
                None => {
                    let body = Payload::from(self.complete());
                    sent(Method::POST, &complete.url, Some(complete), body)
                }
            },
        }
    }

    fn complete(&self) -> Vec<u8> {
        let parts = self.tags.iter().enumerate();
        let parts = parts.map(|(at, tag)| Part {
            part_number: at + 1,
            tag,
        });
        let complete = Complete {
            parts: parts.collect(),
        };
        serde_json::to_vec(&complete).expect("texts and numbers")
    }

    pub(super) fn handle(&mut self, response: &Response<Bytes>) -> Result<Turn<()>, Error> {
        if !response.status().is_success() {
            return Err(refusal(response));
        }
        match &self.way {
            Way::Parts { parts, .. } if self.tags.len() < parts.len() => {
                let tag = response.headers().get(header::ETAG);
                // The reference pastes the header into the JSON, quotes and all.
                let tag = tag.and_then(|tag| tag.to_str().ok());
                let tag = tag.map(|tag| tag.trim_matches('"')).unwrap_or_default();
                if tag.is_empty() {
                    let problem = "a part was stored without a tag";
                    return Err(ResponseError::new(problem, response)
                        .with_request_id(request_id(response.headers()))
                        .into());
                }
                self.tags.push(tag.to_owned());
                Ok(Turn::NEXT)
            }
            _ => Ok(Turn::Done(())),
        }
    }
}

fn sent(
    method: Method,
    url: &SignedUrl,
    door: Option<&Door>,
    body: Payload,
) -> Result<Request<Payload>, Error> {
    let length = body.len();
    let mut request = Request::builder()
        .method(method)
        .uri(url.expose())
        .body(body)
        .map_err(|_| InputError::Address)?;
    let headers = request.headers_mut();
    for (name, value) in door.iter().flat_map(|door| door.headers.iter()) {
        headers.insert(name, value.clone());
    }
    headers.insert(header::CONTENT_LENGTH, HeaderValue::from(length));
    Ok(request)
}

fn request_id(headers: &HeaderMap) -> Option<String> {
    let id = headers.get(REQUEST_ID)?.to_str().ok()?;
    Some(id.to_owned())
}

/// The storage refuses in JSON of its own, of which nothing is documented here but that it is an error
/// status: that decides.
fn refusal(response: &Response<Bytes>) -> Error {
    #[derive(Default, Deserialize)]
    #[serde(rename_all = "PascalCase")]
    struct Fault {
        #[serde(default, deserialize_with = "loose::any_text")]
        code: Option<String>,
        #[serde(default, deserialize_with = "loose::any_text")]
        message: Option<String>,
    }
    let fault: Fault = serde_json::from_slice(response.body()).unwrap_or_default();
    let message = fault.message.unwrap_or_default();
    ServiceError::new(Service::Vcloud, response.status(), 0, message, None)
        .by("the storage")
        .with_symbol(fault.code.unwrap_or_default())
        .with_request_id(request_id(response.headers()))
        .with_retry_after(retry_after(response.headers()))
        .into()
}
