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
//! | any action, by its name | [`Actions`], [`Call`] |
//! | signatures, made and checked | [`sign`] |
//! | tokens for players and uploaders, and calls with what is in them | [`tokens`], [`SignedCall`] |
//! | temporary keys, made and checked | [`sts2`] |
//! | what is uploaded, and to whom | [`Content`], [`upload_host`] |
//! | video on demand | [`vod`] |
//! | pictures | [`imagex`] |
//! | cutting and joining of videos | [`edit`] |
//! | users | [`iam`] |
//!
//! # Not established
//!
//! Nobody here can ask the service itself. Whether the hosts of 2019 still answer; in which order they
//! check, how far a clock may be ahead; some numbers of errors, and the values of some fields that say
//! how far something is: section 17 of the dossier lists what the sources leave open.

mod call;
mod caller;
pub mod chain;
pub mod codes;
mod credentials;
mod dialect;
pub mod edit;
mod envelope;
mod escape;
mod handle;
mod headers;
pub mod iam;
pub mod imagex;
mod parameters;
#[cfg(test)]
mod played;
mod region;
mod scheme;
mod scope;
mod service;
pub mod sign;
mod signed_call;
pub mod sts2;
mod time;
pub mod tokens;
pub mod upload_host;
pub mod vod;

pub use call::{Actions, Answer, Call};
pub use credentials::Credentials;
pub use dialect::Dialect;
pub use headers::CustomHeaders;
pub use parameters::Parameters;
pub use region::Region;
pub use scheme::Scheme;
pub use scope::Scope;
pub use service::Service;
pub use signed_call::SignedCall;
pub use time::UtcOffset;
pub use upload_host::{Content, ContentBuilder};
