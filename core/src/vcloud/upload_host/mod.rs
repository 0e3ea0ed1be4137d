//! The hosts to which contents are uploaded, of videos and of pictures alike (section 8).
//!
//! They know nothing of signatures: an apply names the hosts, where to put the content, and a text
//! that permits it.

mod address;
mod content;
mod envelope;
mod host;
pub mod parts;
mod place;
mod put_object;
mod put_vpc;
mod storage_class;
mod store_object;
mod stored;
mod vpc_address;

/// What errors call an upload host that [refused](crate::error::ServiceError::refuser). It knows nothing
/// of keys, only of the permission of an apply.
pub const UPLOAD_HOST: &str = "the upload host";

pub use address::{Store, UploadAddress};
pub use content::{Content, ContentBuilder};
pub use host::UploadHost;
pub use put_object::PutObject;
pub use storage_class::StorageClass;
pub use store_object::StoreObject;
pub use stored::Stored;
pub use vpc_address::VpcAddress;

pub(super) use envelope::is_refusal;
pub(super) use vpc_address::WrittenVpc;

#[cfg(test)]
pub(super) mod tests;
#[cfg(test)]
mod vpc_tests;
