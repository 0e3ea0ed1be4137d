//! What the service shall do to a picture on its way out: the query of a download address.
//!
//! Section numbers in the documentation of this module are those of the protocol dossier under
//! `docs/protocol/wanxiang.md`; all of it is section 6.7. The generations of the service differ:
//!
//! | buckets | grammar | types |
//! |---|---|---|
//! | V2 enhanced | a path of words: `imageView2/2/w/400/q/85!` | [`ImageView`], [`ImageEdit`], [`ImageWatermark`], [`TextWatermark`], [`Metadata`] |
//! | V1 and V2 | ordinary parameters, behind a style: `ss=1&w=100&h=80` | [`Parameters`] |
//! | all | a text of the caller's own | [`Processing::raw`] |
//!
//! The types are builders that take any value; `build` refuses what the service does not take, so
//! that a [`Processing`] is always possible, and names the parameter as the wire does. Whether the
//! bucket speaks the grammar is up to the caller.
//!
//! ```
//! use yunmei_core::wanxiang::processing::{
//!     CropSize, Fit, Format, Geometry, Gravity, ImageEdit, ImageView, Parameters, Scale,
//!     TextWatermark,
//! };
//!
//! // A square of the middle, as WebP.
//! let square = ImageView::new(Fit::Fill).width(200).height(200).format(Format::Webp).build()?;
//! assert_eq!(square.query(), "imageView2/1/w/200/h/200/format/webp");
//!
//! // Several steps, in this order.
//! let banner = ImageEdit::new()
//!     .auto_orient()
//!     .thumbnail(Geometry::Width(1200))
//!     .gravity(Gravity::North)
//!     .crop(CropSize::Exactly { width: 1200, height: 400 })
//!     .forced_quality(85)
//!     .build()?;
//! assert_eq!(
//!     banner.query(),
//!     "imageMogr2/auto-orient/thumbnail/1200x/gravity/north/crop/1200x400/quality/85!",
//! );
//!
//! // A bucket of V1 or V2.
//! let thumbnail = Parameters::new().scale(Scale::Within).width(100).height(80).build()?;
//! assert_eq!(thumbnail.query(), "ss=0&w=100&h=80");
//!
//! // What cannot be is refused before anything is sent.
//! let faint = TextWatermark::new("云媒").dissolve(0).build();
//! assert_eq!(
//!     faint.expect_err("a refusal").to_string(),
//!     "the processing parameter dissolve is out of range",
//! );
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # In a private bucket
//!
//! How processing and a signature share one query is not documented. This library puts the
//! processing first and `&sign=…` behind it.

mod edit;
mod geometry;
mod parameters;
mod query;
#[cfg(test)]
mod tests;
mod view;
mod watermark;
mod words;

use std::{fmt, str::FromStr, sync::Arc};

use self::query::{holds_signature, is_query_text, refused};
use crate::error::InputError;

pub use edit::ImageEdit;
pub use geometry::{CropGeometry, CropSize, Geometry};
pub use parameters::{Parameters, Scale};
pub use view::{Fit, ImageView};
pub use watermark::{ImageWatermark, TextWatermark};
pub use words::{Format, Gravity};

/// The longest query for processing, in bytes.
///
/// The service documents none. This one leaves room for the path and the signature in the 8 KB
/// that servers commonly read of a request line.
pub const LENGTH_LIMIT: usize = 4096;

/// What the service shall do to a picture: a query, checked and ready for the address.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Processing(Arc<str>);

/// What to tell about a picture instead of sending it; of V2 enhanced.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Metadata {
    /// Format, width, height and so on: `imageInfo`.
    Info,
    /// What the camera wrote into the picture: `exif`.
    Exif,
    /// The main colour: `imageAve`.
    AverageColour,
}

impl Processing {
    /// Takes a query that the types of this module do not know, as it stands.
    ///
    /// Without `?` at its beginning, and with everything escaped that a query cannot hold: `|` is
    /// `%7C`.
    ///
    /// # Errors
    ///
    /// [`InputError::Processing`], with the name `query`, if it is empty, begins with `?`, is
    /// longer than [`LENGTH_LIMIT`], holds what cannot stand in a query (RFC 3986, section 3.4), or
    /// has a parameter `sign`: the signature is the library's.
    pub fn raw(text: impl AsRef<str>) -> Result<Processing, InputError> {
        let text = text.as_ref();
        if text.starts_with('?') || !is_query_text(text) || holds_signature(text) {
            return Err(refused("query"));
        }
        Processing::new(text)
    }

    /// Takes a query that is known to be one, if it is neither empty nor too long.
    fn new(query: &str) -> Result<Processing, InputError> {
        match query.len() {
            1..=LENGTH_LIMIT => Ok(Processing(query.into())),
            _ => Err(refused("query")),
        }
    }

    /// The finished text: what stands between `?` and `&sign=`.
    pub fn query(&self) -> &str {
        &self.0
    }
}

impl FromStr for Processing {
    type Err = InputError;

    fn from_str(text: &str) -> Result<Processing, InputError> {
        Processing::raw(text)
    }
}

impl fmt::Display for Processing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl From<Metadata> for Processing {
    fn from(metadata: Metadata) -> Processing {
        let query = match metadata {
            Metadata::Info => "imageInfo",
            Metadata::Exif => "exif",
            Metadata::AverageColour => "imageAve",
        };
        Processing(query.into())
    }
}
