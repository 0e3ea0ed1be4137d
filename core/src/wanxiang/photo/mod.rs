//! Operations on pictures, of V1, V2 and V2 enhanced (sections 6 and 7).

mod copy;
mod download;
mod put;
mod stat;
mod upload;

pub use copy::{Copied, CopyPhoto};
pub use download::{DownloadPhoto, PhotoAddress, StyleSeparator};
pub use put::PutPhoto;
pub use stat::{PhotoAttributes, StatPhoto};
pub use upload::{Dimensions, UploadPhoto, UploadedPhoto};
