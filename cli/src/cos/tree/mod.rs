//! Folders with all that is in them: into the cloud, out of it, and away.

mod below;
mod course;
mod down;
mod listing;
mod removal;
mod survey;
mod target;
mod there;
mod trouble;
mod up;
mod walk;

pub(super) use below::{Below, Found};
pub(super) use course::Reach;
pub(super) use down::{if_folder, is_missing, run as down};
pub(super) use removal::run as remove;
pub(super) use up::run as up;
