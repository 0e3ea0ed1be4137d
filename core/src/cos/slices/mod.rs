//! Upload by slices (section 7): the operations one by one, and the flow that runs them in order.
//!
//! | step | request | answer |
//! |---|---|---|
//! | open an upload, or find that the content is already there | [`InitSlices`] | [`Opened`] |
//! | send a slice | [`PutSlice`] | [`SliceStored`] |
//! | ask what is there | [`ListSlices`] | [`Found`] |
//! | close the upload | [`FinishSlices`] | [`Uploaded`](super::Uploaded) |
//!
//! [`PutSlices`] sends slices one after the other. Whoever wants several at a time, and was not
//! told to be [serial](Session::serial), sends [`PutSlice`]s side by side.

mod finish;
mod init;
mod list;
mod manifest;
mod plan;
mod put_slice;
mod put_slices;

pub use finish::FinishSlices;
pub use init::{InitSlices, Opened, Session};
pub use list::{Found, ListSlices, OpenUpload, StoredSlice};
pub use manifest::{Manifest, ManifestBuilder, Slice};
pub use put_slice::{PutSlice, SliceStored};
pub use put_slices::PutSlices;

/// The slice size that every source agrees on, and the only one with digests: 1 MiB.
pub const SLICE_SIZE: u64 = 1024 * 1024;

/// Slice sizes that at least one vendor's client takes, in bytes.
pub const SLICE_SIZES: std::ops::RangeInclusive<u64> = 65_536..=3_145_728;
