use bytes::Bytes;
use http::{Request, Response};

use super::Session;
use crate::{
    Operation, Payload, Stamp, encode,
    error::{Error, InputError},
    vcloud::{
        Scheme,
        upload_host::{envelope, place::Place},
    },
};

/// Joins the parts (section 8.2).
///
/// ```text
/// PUT /{store uri}?uploadID={id}&ObjectContentType={what the first part was taken for}
/// Authorization: {what the apply brought}
/// X-Storage-Mode: gateway
///
/// {number}:{checksum},{number}:{checksum},…
/// ```
#[derive(Clone, Debug)]
pub struct MergeParts {
    place: Place,
    gateway: bool,
    query: String,
    /// Empty as long as a part is missing.
    body: Bytes,
}

impl MergeParts {
    /// The parts of this upload, all of which are stored.
    pub fn new(session: &Session) -> MergeParts {
        let mut query = String::from("?uploadID=");
        encode::push_query_value(&mut query, session.id());
        if let Some(content_type) = session.content_type() {
            query.push_str("&ObjectContentType=");
            encode::push_query_value(&mut query, content_type);
        }
        // By their real numbers, although the vendor's Python client counts from 0 in any case.
        let lines = (session.checksums().iter())
            .map(|(&part, crc32)| format!("{}:{crc32:08x}", session.number(part)));
        let body = match session.missing().next() {
            None => lines.collect::<Vec<_>>().join(","),
            Some(_) => String::new(),
        };
        MergeParts {
            place: session.place(),
            gateway: session.gateway,
            query,
            body: body.into(),
        }
    }

    /// Speaks to the host over this.
    pub fn over(mut self, scheme: Scheme) -> MergeParts {
        self.place.scheme = scheme;
        self
    }
}

impl Operation for MergeParts {
    type Output = ();

    fn request(&self, _: &Stamp) -> Result<Request<Payload>, Error> {
        if self.body.is_empty() {
            return Err(InputError::PartsMissing.into());
        }
        let body = Payload::from(self.body.clone());
        self.place
            .put_in_parts(self.gateway, &self.query, body, None)
    }

    /// Of what the hash is that comes with it is not established: each part was checked by itself.
    fn parse(&self, response: &Response<Bytes>) -> Result<(), Error> {
        envelope::open(&self.place.without_auth(response)).map(|_| ())
    }

    /// The same parts in the same order.
    fn repeatable(&self) -> bool {
        true
    }
}
