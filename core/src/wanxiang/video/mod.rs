//! Operations on videos, V1 (section 8). No page of the vendor was found: everything here is what
//! its clients do.

mod put;
mod stat;
mod upload;

pub use put::PutVideo;
pub use stat::{StatVideo, VideoAttributes, VideoStatus};
pub use upload::{UploadVideo, UploadedVideo};
