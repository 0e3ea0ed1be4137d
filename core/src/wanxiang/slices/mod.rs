//! Uploads by slices, of pictures (section 6.2) and videos (section 8.4): one after the other, in
//! one conversation ([`PutSlices`]) or one by one.

mod open;
mod put_slice;
mod put_slices;

use serde::{Serialize, de::DeserializeOwned};

pub use open::{OpenSlices, Opened};
pub use put_slice::{PutSlice, SliceStored};
pub use put_slices::PutSlices;

use super::{photo::UploadedPhoto, video::UploadedVideo};

/// The largest slice, in bytes: 3 MB (section 11).
pub const SLICE_LIMIT: u64 = 3 * 1024 * 1024;

/// The size of slices where none is asked for, in bytes: 512 KB (section 6.2).
pub const SLICE_SIZE: u64 = 512 * 1024;

/// An open upload. May be saved, and taken up by another process with
/// [`PutSlices::take_up`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, serde::Deserialize)]
#[non_exhaustive]
pub struct Session {
    /// What the service calls it.
    pub id: String,
    /// Where the first missing slice begins, in bytes.
    pub offset: u64,
    /// The length of every slice but the last, in bytes: the service's choice, not the caller's.
    pub slice_size: u64,
}

/// What an upload by slices brings in the end: [`UploadedPhoto`] or [`UploadedVideo`].
pub trait Stored: DeserializeOwned + sealed::Sealed {}

impl Stored for UploadedPhoto {}
impl Stored for UploadedVideo {}

mod sealed {
    pub trait Sealed {}

    impl Sealed for super::UploadedPhoto {}
    impl Sealed for super::UploadedVideo {}
}

/// What is uploaded: the names of the fields differ.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Subject {
    Photo,
    Video { title: String, description: String },
}
