use std::ops::RangeInclusive;

use bytes::Bytes;
use http::{Request, Response};

use super::{PART_SIZE, Session, part_size};
use crate::{
    Operation, Payload, Stamp,
    error::{Error, InputError},
    vcloud::{
        Content, Scheme,
        upload_host::{StorageClass, Store, UploadAddress, UploadHost, envelope, place::Place},
    },
};

/// A name that is longer is not for addresses.
const NAME_LENGTH: RangeInclusive<usize> = 1..=1024;

/// Opens an upload in parts (section 8.2). Brings the [`Session`].
///
/// ```text
/// PUT /{store uri}?uploads
/// Authorization: {what the apply brought}
/// X-Storage-Mode: gateway
/// ```
#[derive(Clone, Debug)]
pub struct OpenParts {
    address: UploadAddress,
    place: Place,
    content: Content,
    part_size: u64,
    gateway: bool,
}

impl OpenParts {
    /// For a content that is to be put to `host`, at one of the stores of `address`, in the mode for
    /// large files.
    pub fn new(
        address: &UploadAddress,
        store: &Store,
        host: &UploadHost,
        content: Content,
    ) -> OpenParts {
        let place = Place::new(address, store, host);
        OpenParts::at(address, place, content, (PART_SIZE, true))
    }

    pub(super) fn at(
        address: &UploadAddress,
        place: Place,
        content: Content,
        (part_size, gateway): (u64, bool),
    ) -> OpenParts {
        OpenParts {
            address: address.clone(),
            place,
            content,
            part_size,
            gateway,
        }
    }

    /// In parts of this many bytes, a multiple of [`PART_SIZE`]; in larger ones where there would be
    /// more than [`PART_LIMIT`](super::PART_LIMIT).
    pub fn part_size(mut self, bytes: u64) -> OpenParts {
        self.part_size = bytes;
        self
    }

    /// Without the mode for large files: the vendor's clients send pictures up to 1 GiB so.
    pub fn plain(mut self) -> OpenParts {
        self.gateway = false;
        self
    }

    /// Has it kept in this way; of Volcengine only.
    pub fn storage_class(mut self, class: StorageClass) -> OpenParts {
        self.place.storage_class = Some(class);
        self
    }

    /// Speaks to the host over this.
    pub fn over(mut self, scheme: Scheme) -> OpenParts {
        self.place.scheme = scheme;
        self
    }

    fn sized(&self) -> Result<u64, InputError> {
        match self.content.size() {
            0 => Err(InputError::EmptyContent),
            size => part_size(self.part_size, size),
        }
    }
}

impl Operation for OpenParts {
    type Output = Session;

    fn request(&self, _: &Stamp) -> Result<Request<Payload>, Error> {
        self.sized()?;
        let body = Payload::empty();
        self.place
            .put_in_parts(self.gateway, "?uploads", body, None)
    }

    fn parse(&self, response: &Response<Bytes>) -> Result<Session, Error> {
        let response = &self.place.without_auth(response);
        let opened = envelope::open(response)?;
        match opened.upload_id {
            Some(id) if NAME_LENGTH.contains(&id.len()) => Ok(Session::new(
                id,
                (&self.address, &self.place),
                &self.content,
                (self.sized()?, self.gateway),
            )),
            _ => Err(envelope::unreadable("an upload without a name", response)),
        }
    }

    /// What was opened and is not used is forgotten by the service.
    fn repeatable(&self) -> bool {
        true
    }
}
