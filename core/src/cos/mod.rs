//! Tencent COS v4, the JSON API: object storage.
//!
//! Start with a [`Bucket`]; its methods are the operations. Section numbers in the documentation
//! of this module are those of the protocol dossier under `docs/protocol/cos-v4.md`.
//!
//! | operation | method | request | answer | signature |
//! |---|---|---|---|---|
//! | upload a file, at most 20 MiB | [`Bucket::upload`] | [`Upload`] | [`Uploaded`] | multi-use |
//! | upload, of any size | [`Bucket::put`] | [`Put`] | [`Uploaded`] | multi-use |
//! | attributes of a file | [`Bucket::stat`] | [`Stat`] | [`Attributes`] | multi-use |
//! | change attributes | [`Bucket::update`] | [`Update`] | | single-use |
//! | delete a file | [`Bucket::delete`] | [`Delete`] | | single-use |
//! | move (rename) a file | [`Bucket::move_to`] | [`MoveTo`] | | single-use |
//! | copy a file | [`Bucket::copy_to`] | [`CopyTo`] | | single-use |
//! | download a file | [`Bucket::download`] | [`DownloadFile`] | [`Downloaded`](crate::Downloaded) | download |
//! | address of a file | [`Bucket::signed_url`], [`Bucket::public_url`] | | [`SignedUrl`](crate::SignedUrl) | download |
//! | download from an address | [`DownloadUrl::new`] | [`DownloadUrl`] | [`Downloaded`](crate::Downloaded) | in the address |
//! | create a folder | [`Bucket::create_folder`] | [`CreateFolder`] | [`FolderCreated`] | multi-use |
//! | attributes of a folder | [`Bucket::stat_folder`] | [`StatFolder`] | [`FolderAttributes`] | multi-use |
//! | change a folder | [`Bucket::update_folder`] | [`UpdateFolder`] | | single-use |
//! | delete an empty folder | [`Bucket::delete_folder`] | [`DeleteFolder`] | | single-use |
//! | list a folder, one page | [`Bucket::list`] | [`List`] | [`Page`] | multi-use |
//! | list a folder, page by page | [`Bucket::pages`] | [`Pager`] | [`Entry`] | multi-use |
//! | upload by slices | [`Bucket::put_slices`] | [`PutSlices`] | [`Uploaded`] | multi-use |
//! | slices, one by one | [`slices`] | `InitSlices` … `FinishSlices` | | multi-use |
//!
//! # Not established
//!
//! Nobody here can ask the service itself. Which of two codes it returns for an expired or wrong
//! signature, whether it minds a time in the future, what it answers to a second finish of an
//! upload: where the sources disagree or are silent, section 14 and 16 of the dossier say what was
//! followed.

mod account;
mod bucket;
pub mod codes;
mod content;
mod copy_to;
mod delete;
mod download;
mod download_url;
mod envelope;
mod folder;
mod headers;
mod links;
mod move_to;
mod path;
mod put;
mod region;
mod request;
pub mod sign;
pub mod slices;
mod stat;
#[cfg(test)]
mod tests;
mod update;
mod upload;

pub use account::BucketName;
pub use bucket::{Bucket, SignaturePlace};
pub use content::Content;
pub use copy_to::CopyTo;
pub use delete::Delete;
pub use download::DownloadFile;
pub use download_url::DownloadUrl;
pub use folder::{
    CreateFolder, DeleteFolder, Entry, FileEntry, FolderAttributes, FolderCreated, FolderEntry,
    List, Page, Pager, StatFolder, UpdateFolder,
};
pub use headers::CustomHeaders;
pub use links::Uploaded;
pub use move_to::MoveTo;
pub use path::{Destination, FilePath, FolderPath, PathPrefix};
pub use put::Put;
pub use region::Region;
pub use sign::Expiry;
pub use slices::PutSlices;
pub use stat::{Attributes, Stat};
pub use update::{Access, Update};
pub use upload::{Overwrite, Upload};

use crate::tencent;
pub use crate::tencent::{AppId, Credentials};

/// The largest file that one [`Upload`] takes: 20 MiB (section 10).
pub const UPLOAD_LIMIT: u64 = 20 * 1024 * 1024;

/// The largest object: 64 GiB, by slices (section 10).
pub const OBJECT_LIMIT: u64 = 64 * 1024 * 1024 * 1024;

/// The longest life of a signature, in seconds: 90 days (section 10).
pub const SIGNATURE_LIFETIME_LIMIT: u64 = tencent::LIFETIME_LIMIT;

/// The longest signature that the service reads, in bytes (section 10).
pub const SIGNATURE_LENGTH_LIMIT: usize = tencent::LENGTH_LIMIT;

/// The longest `biz_attr`, and the longest group of custom headers, in bytes (section 10).
pub const ATTRIBUTE_LIMIT: usize = 4096;
