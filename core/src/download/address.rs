use http::{Request, Uri, header, request};

use super::ByteRange;
use crate::{SignedUrl, error::InputError};

/// An address that somebody else made, to download from: `http://` or `https://`, and a host.
#[derive(Clone, Debug)]
pub(crate) struct Address(SignedUrl);

impl Address {
    /// Checks the address.
    pub(crate) fn new(url: SignedUrl) -> Result<Address, InputError> {
        let address = Address(url);
        let uri = address.uri()?;
        match uri.scheme_str() {
            Some("http" | "https") if uri.host().is_some_and(|host| !host.is_empty()) => {
                Ok(address)
            }
            _ => Err(InputError::Address),
        }
    }

    /// Its parts. Not kept, since they would not be wiped.
    pub(crate) fn uri(&self) -> Result<Uri, InputError> {
        self.0.expose().parse().map_err(|_| InputError::Address)
    }

    /// A `GET` of these bytes.
    pub(crate) fn request(&self, range: ByteRange) -> Result<request::Builder, InputError> {
        let builder = Request::get(self.uri()?)
            // A length that is checked must not be that of something compressed on the way.
            .header(header::ACCEPT_ENCODING, "identity");
        Ok(match range.header() {
            Some(value) => builder.header(header::RANGE, value),
            None => builder,
        })
    }
}
