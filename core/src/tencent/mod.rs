//! What the services of Tencent have in common: key pairs, signed texts, the envelope of answers.

mod account;
pub(crate) mod envelope;
mod expiry;
mod leave;
mod signed_text;

pub use account::{AppId, Credentials};
pub use expiry::Expiry;
pub(crate) use expiry::LIFETIME_LIMIT;
pub(crate) use leave::{Leave, authorization};
pub(crate) use signed_text::{DIGEST_LENGTH, LENGTH_LIMIT, SignedText, SigningKey, number, open};
