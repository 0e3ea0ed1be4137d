//! Operations on folders (section 8).

mod create;
mod delete;
mod list;
mod pager;
mod stat;
mod update;

pub use create::{CreateFolder, FolderCreated};
pub use delete::DeleteFolder;
pub use list::{Entry, FileEntry, FolderEntry, List, Page};
pub use pager::Pager;
pub use stat::{FolderAttributes, StatFolder};
pub use update::UpdateFolder;

use super::FolderPath;
use crate::error::PathError;

/// The root can be looked at, and nothing else (section 5).
fn refuse_root(path: &FolderPath) -> Result<(), PathError> {
    match path.is_root() {
        true => Err(PathError::Root),
        false => Ok(()),
    }
}
