use std::ops::Range;

use bytes::Bytes;
use http::{Request, Response};

use super::Session;
use crate::{
    Operation, Payload, Stamp, encode,
    error::Error,
    vcloud::{
        Content, Scheme,
        upload_host::{content, envelope, place::Place},
    },
};

/// Sends one part (section 8.2).
///
/// ```text
/// PUT /{store uri}?partNumber={number}&uploadID={id}
/// Content-CRC32: {eight hex digits}
/// Authorization: {what the apply brought}
/// X-Storage-Mode: gateway
/// ```
///
/// The content is source 0, the part a range of it.
#[derive(Clone, Debug)]
pub struct PutPart {
    place: Place,
    gateway: bool,
    query: String,
    part: u64,
    range: Range<u64>,
    crc32: Option<u32>,
    source: usize,
}

/// What [`PutPart`] brings.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct PartStored {
    /// Which part, counted from 0.
    pub part: u64,
    /// Its checksum.
    pub crc32: u32,
    /// What the service takes the content for, if it says so.
    pub content_type: Option<String>,
}

impl PutPart {
    /// Part `part` of `content`, counted from 0, of the upload that is open.
    pub fn new(session: &Session, part: u64, content: &Content) -> PutPart {
        let range = session.range(part);
        let mut query = format!("?partNumber={}&uploadID=", session.number(part));
        encode::push_query_value(&mut query, session.id());
        PutPart {
            place: session.place(),
            gateway: session.gateway,
            query,
            part,
            crc32: content.crc32_of(&range),
            range,
            source: 0,
        }
    }

    /// Reads the content from another source than 0.
    pub fn source(mut self, source: usize) -> PutPart {
        self.source = source;
        self
    }

    /// Speaks to the host over this.
    pub fn over(mut self, scheme: Scheme) -> PutPart {
        self.place.scheme = scheme;
        self
    }

    /// Which bytes of the content it sends.
    pub fn range(&self) -> Range<u64> {
        self.range.clone()
    }
}

impl Operation for PutPart {
    type Output = PartStored;

    fn request(&self, _: &Stamp) -> Result<Request<Payload>, Error> {
        let body = Payload::source(self.source, self.range.clone());
        let checksum = content::written(self.crc32);
        self.place
            .put_in_parts(self.gateway, &self.query, body, Some(&checksum))
    }

    fn parse(&self, response: &Response<Bytes>) -> Result<PartStored, Error> {
        let response = &self.place.without_auth(response);
        let stored = envelope::open(response)?;
        let theirs = stored.crc32.as_deref();
        envelope::check(theirs, self.crc32, response)?;
        // Without one of our own, theirs has to do: the parts are joined by it.
        let read = || u32::from_str_radix(theirs?, 16).ok();
        let crc32 = self.crc32.or_else(read).ok_or_else(|| {
            envelope::unreadable("a part was stored without saying its checksum", response)
        })?;
        let content_type = stored.meta.and_then(|meta| meta.content_type);
        Ok(PartStored {
            part: self.part,
            crc32,
            content_type: content_type.filter(|text| (1..256).contains(&text.len())),
        })
    }

    /// The same bytes at the same place.
    fn repeatable(&self) -> bool {
        true
    }
}
