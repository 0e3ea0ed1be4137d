//! Folders with all that is in them, into the cloud and out of it.

mod course;
mod down;
mod listing;
mod survey;
mod target;
mod there;
mod up;
mod walk;

pub(super) use down::run as down;
pub(super) use up::run as up;
