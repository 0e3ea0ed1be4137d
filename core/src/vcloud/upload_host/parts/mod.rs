//! Uploads in parts (section 8.2): one after the other, in one conversation
//! ([`StoreObject`](super::StoreObject)) or one by one.
//!
//! | step | request | answer |
//! |---|---|---|
//! | open an upload | [`OpenParts`] | [`Session`] |
//! | send a part | [`PutPart`] | [`PartStored`] |
//! | join the parts | [`MergeParts`] | |
//!
//! The successor's clients send what has [`PART_SIZE`] bytes or more in this way. Whether the hosts of
//! TTVcloud take it is not established.

mod keeper;
mod merge;
mod open;
mod plan;
mod put_part;
mod put_parts;
mod session;

pub use keeper::SessionKeeper;
pub use merge::MergeParts;
pub use open::OpenParts;
pub use plan::{PART_LIMIT, PART_SIZE};
pub use put_part::{PartStored, PutPart};
pub use session::Session;

pub(in crate::vcloud) use plan::part_size;
pub(super) use put_parts::PutParts;

#[cfg(test)]
mod tests;
