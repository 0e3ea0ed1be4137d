//! Folders with all that is in them: into the cloud, out of it, and away.

mod below;
mod course;
mod down;
mod listing;
mod removal;
mod sum;
mod survey;
mod target;
mod there;
mod trouble;
mod up;
mod walk;

pub(super) use below::{Below, Found};
pub(super) use course::Reach;
pub(super) use down::run as down;
pub(super) use removal::run as remove;
pub(super) use sum::{conclude, sum};
pub(super) use trouble::{Trouble, say_untried};
pub(super) use up::run as up;
