//! Signatures of TTVcloud and of its successor (sections 4, 5 and 16.1): made, taken apart, and
//! checked.
//!
//! A [`Signer`] makes them: in headers, for requests that are sent at once, and in a query, to be
//! handed to whoever may call one action for a while. Whoever receives requests takes their
//! signature apart with [`Claim::read`] and checks it with [`Claim::check_time`] and
//! [`Claim::verify`].
//!
//! ```
//! use http::{HeaderMap, Method, header};
//! use yunmei_core::{Secret, Timestamp, vcloud::{Credentials, Dialect, Parameters, Region, Scope, Service}};
//! use yunmei_core::vcloud::sign::{BodyDigest, Claim, Received, Signer, Unsigned};
//!
//! let scope = Scope::new(Dialect::TtvCloud, Service::Vod, Region::CN_NORTH_1)?;
//! let signer = Signer::new(scope, Credentials::new("AKLTEXAMPLE", "the secret key")?);
//! let query = Parameters::of_action("GetPlayInfo", "2019-03-15").with("video_id", "v1");
//! let (host, now) = (signer.scope().host(), Timestamp::from_seconds(1583298367));
//!
//! let signed = signer.sign_headers(&Unsigned {
//!     method: &Method::GET,
//!     path: "/",
//!     query: &query,
//!     host: &host,
//!     headers: &[("Accept", "application/json")],
//!     body: BodyDigest::EMPTY,
//! }, now)?;
//!
//! // What arrives on the other side.
//! let mut headers = HeaderMap::new();
//! headers.insert(header::HOST, host.parse()?);
//! signed.insert_into(&mut headers);
//!
//! let claim = Claim::read(&headers, &query)?;
//! assert_eq!(claim.access_key(), "AKLTEXAMPLE");
//! claim.check_time(now)?;
//! claim.verify(&Secret::new("the secret key"), &Received {
//!     method: &Method::GET,
//!     path: "/",
//!     query: &query,
//!     headers: &headers,
//!     body: BodyDigest::EMPTY,
//! })?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod canonical;
mod claim;
mod digest;
mod draft;
mod header;
mod key;
mod query;
mod refusal;
mod signer;
mod texts;
mod verify;

pub use claim::Claim;
pub use digest::BodyDigest;
pub(crate) use digest::{HexDigest, write_hex};
pub(super) use header::is_header;
pub use header::{DEFAULT_CONTENT_TYPE, SignedHeaders, Unsigned};
pub use query::{DEFAULT_LIFETIME, QUERY_LIFETIME_LIMIT};
pub use refusal::Refusal;
pub use signer::{Signer, TokenPlace};
pub use texts::SignedTexts;
pub use verify::Received;

#[cfg(test)]
mod tests;
