//! What uploads and downloads of all services share.

mod destination;
mod local;
mod measured;
mod outlet;
pub(crate) mod progress;

pub(crate) use destination::{Destination, Unfinished, is_named_as_folder, target};
pub(crate) use local::open;
pub(crate) use measured::Measured;
pub(crate) use outlet::Outlet;
