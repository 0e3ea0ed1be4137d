//! What uploads and downloads of all services share.

mod destination;
mod local;
mod measured;
mod outlet;
pub(crate) mod progress;

pub(crate) use destination::{
    Destination, IS_A_FILE, Placed, Unfinished, file_on_the_way, is_file, is_folder,
    is_named_as_folder, is_same_place, is_unfinished, target,
};
pub(crate) use local::{head, open, read_text};
pub(crate) use measured::Measured;
pub(crate) use outlet::Outlet;
