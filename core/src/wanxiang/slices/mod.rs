//! Uploads by slices, of pictures (section 6.2) and videos (section 8.4): one after the other, in
//! one conversation ([`PutSlices`]) or one by one.

mod keeper;
mod open;
mod put_slice;
mod put_slices;

use bytes::Bytes;
use http::Response;
use serde::{Deserialize, Serialize, de::DeserializeOwned};

pub use keeper::SessionKeeper;
pub use open::{OpenSlices, Opened};
pub use put_slice::{PutSlice, SliceStored};
pub use put_slices::PutSlices;

use super::{Digests, FileId, photo::UploadedPhoto, video::UploadedVideo};
use crate::error::Error;

/// The largest slice, in bytes: 3 MB (section 11).
pub const SLICE_LIMIT: u64 = 3 * 1024 * 1024;

/// The size of slices where none is asked for, in bytes: 512 KB (section 6.2).
pub const SLICE_SIZE: u64 = 512 * 1024;

/// An open upload. It can be saved, and taken up by another process with [`PutSlices::take_up`]; a
/// [`SessionKeeper`] holds that of an upload that is going on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Session {
    /// What the service calls it.
    pub id: String,
    /// The length of the content, in bytes.
    pub size: u64,
    /// SHA-1 of the content, in lower-case hex.
    pub sha1: String,
    /// Where the first missing slice begins, in bytes.
    pub offset: u64,
    /// The length of every slice but the last, in bytes: the service's choice, not the caller's.
    pub slice_size: u64,
}

impl Session {
    /// An upload of which only the service's name for it was kept.
    pub fn named(id: impl Into<String>, content: &Digests) -> Session {
        Session {
            id: id.into(),
            size: content.size(),
            sha1: content.sha1().to_owned(),
            offset: 0,
            slice_size: SLICE_SIZE,
        }
    }
}

/// What an upload by slices brings in the end: [`UploadedPhoto`] or [`UploadedVideo`].
pub trait Stored: DeserializeOwned + sealed::Sealed {}

impl Stored for UploadedPhoto {}
impl Stored for UploadedVideo {}

mod sealed {
    use super::{Bytes, Error, FileId, Response, UploadedPhoto, UploadedVideo};

    pub trait Sealed {
        /// Checks that it was stored under the id that was asked for, if one was.
        fn is_as_asked(
            &self,
            asked: Option<&FileId>,
            response: &Response<Bytes>,
        ) -> Result<(), Error>;
    }

    impl Sealed for UploadedPhoto {
        fn is_as_asked(
            &self,
            asked: Option<&FileId>,
            response: &Response<Bytes>,
        ) -> Result<(), Error> {
            self.check(asked, response)
        }
    }

    /// The service always chooses the id.
    impl Sealed for UploadedVideo {
        fn is_as_asked(&self, _: Option<&FileId>, _: &Response<Bytes>) -> Result<(), Error> {
            Ok(())
        }
    }
}

/// What is uploaded: the names of the fields differ.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Subject {
    Photo,
    Video { title: String, description: String },
}
