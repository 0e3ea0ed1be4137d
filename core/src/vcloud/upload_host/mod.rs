//! The hosts to which contents are uploaded, of videos and of pictures alike (section 8).
//!
//! They know nothing of signatures: an apply names the hosts, where to put the content, and a text
//! that permits it.

mod address;
mod content;
mod envelope;
mod host;
mod put_object;
mod store_object;

pub use address::{Store, UploadAddress};
pub use content::{Content, ContentBuilder};
pub use host::UploadHost;
pub use put_object::PutObject;
pub use store_object::{StoreObject, Stored};

#[cfg(test)]
pub(super) mod tests;
