//! ByteDance TTVcloud, and today's Volcengine, which took its place.
//!
//! Section numbers in the documentation of this module are those of the protocol dossier under
//! `docs/protocol/ttvcloud.md`.
//!
//! | what | types |
//! |---|---|
//! | whose constants | [`Dialect`] |
//! | what to call, where | [`Service`], [`Region`], [`Scope`] |
//! | keys, and where the vendor's clients look for them | [`Credentials`], [`chain`] |
//! | parameters of an action, headers of one's own | [`Parameters`], [`CustomHeaders`] |
//! | signatures, made and checked | [`sign`] |
//! | tokens for players and uploaders | [`tokens`] |
//! | temporary keys, made and checked | [`sts2`] |

pub mod chain;
mod credentials;
mod dialect;
mod escape;
mod headers;
mod parameters;
mod region;
mod scope;
mod service;
pub mod sign;
pub mod sts2;
mod time;
pub mod tokens;

pub use credentials::Credentials;
pub use dialect::Dialect;
pub use headers::CustomHeaders;
pub use parameters::Parameters;
pub use region::Region;
pub use scope::Scope;
pub use service::Service;
pub use time::UtcOffset;
