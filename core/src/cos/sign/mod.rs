//! Signatures of COS v4 (section 4): made, taken apart, and checked.
//!
//! A signature is the base64 of an HMAC-SHA1 and the text that it covers:
//!
//! ```text
//! base64( HMAC-SHA1(secret_key, text) ‖ text )
//! text = a={appid}&k={secret_id}&e={expiry}&t={now}&r={nonce}&f={fileid}&b={bucket}
//! ```
//!
//! [`Bucket`](super::Bucket) chooses the right kind for each operation by itself. Whoever hands
//! signatures to programs that may not hold a secret makes them with a [`Signer`]; whoever receives
//! them takes them apart with [`Signature::decode`] and checks them with [`Signature::verify`] and
//! [`Signature::allows`].
//!
//! ```
//! use yunmei_core::{Nonce, Stamp, Timestamp, cos::{AppId, BucketName, Credentials, Expiry, PathPrefix}};
//! use yunmei_core::cos::sign::{Grant, Signature, Signer};
//!
//! let credentials = Credentials::new("AKIDEXAMPLE", "the secret key")?;
//! let signer = Signer::new(AppId::new(1250000000)?, &BucketName::new("examplebucket")?, &credentials);
//! // In a program: yunmei_host::stamp(). Here: a moment in 2017 and bits that are not random.
//! let stamp = Stamp::new(Timestamp::from_seconds(1503987233), Nonce::from_bytes([7; 32]));
//!
//! let grant = Grant::multi_use(PathPrefix::new("/users/alice/")?, Expiry::after_seconds(60));
//! let token = signer.sign(&grant, &stamp)?;
//!
//! let signature = Signature::decode(token.expose())?;
//! signature.verify(&signer)?;
//! assert_eq!(signature.expires(), 1503987293);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod check;
mod grant;
mod signature;
mod signer;

pub use check::{Asked, AskedKind, Refusal};
pub use grant::Grant;
pub use signature::Signature;
pub use signer::Signer;

pub use crate::tencent::Expiry;

#[cfg(test)]
mod tests;
