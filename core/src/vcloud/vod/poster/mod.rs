//! The addresses of posters (section 9). Nothing here is sent: weights are asked for with
//! [`Vod::domain_weights`](super::Vod::domain_weights), and kept in a [`WeightTable`].
//!
//! ```
//! use yunmei_core::{Nonce, Timestamp};
//! use yunmei_core::vcloud::vod::poster::{DomainWeights, Format, PosterForm, Template, WeightTable};
//!
//! let fallback = DomainWeights::new([("p1.example.com", 10), ("p2.example.com", 5)])?;
//! let mut table = WeightTable::new(fallback);
//! let now = Timestamp::from_seconds(1583298367);
//! if table.is_due(now) {
//!     // Here a program would ask; it was refused.
//!     table.record(None, now);
//! }
//! let form = PosterForm::new().template(Template::Resize { width: 0, height: 720 }).format(Format::Webp);
//! let urls = form.urls(table.weights(), "tos-cn-p-0/a", &Nonce::from_bytes([0; 32]))?;
//! assert!(urls.main.ends_with(".example.com/tos-cn-p-0/a~tplv-vod-rs:0:720.webp"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod form;
mod table;
mod weights;

pub use form::{Format, PosterForm, PosterUrls, Template};
pub use table::{REFRESH_AFTER, WeightTable};
pub use weights::{DomainWeights, Domains};
