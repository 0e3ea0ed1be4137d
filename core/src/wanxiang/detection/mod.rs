//! Porn detection (section 9): of one address, of several, of files.
//!
//! A request whose answer was lost is sent again. Whether the service charges for each look is not
//! established.

mod addresses;
mod files;
mod one;
mod verdict;

pub use addresses::DetectUrls;
pub use files::{DetectFiles, Picture};
pub use one::DetectUrl;
pub use verdict::{Detected, Verdict, VerdictClass};

/// How many pictures one request takes (section 9.2).
pub const PICTURES_LIMIT: usize = 20;
