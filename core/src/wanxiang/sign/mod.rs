//! Signatures of Wanxiang (section 3): made, taken apart, and checked.
//!
//! A signature is the base64 of an HMAC-SHA1 and the text that it covers; the kinds differ only in
//! the text:
//!
//! ```text
//! base64( HMAC-SHA1(secret_key, text) ‖ text )
//! V1, V2 from an address:  a={appid}&k={secret_id}&e={expiry}&t={now}&r={nonce}&u={user}&f={file id}
//! V2, V2 enhanced:         a={appid}&b={bucket}&k={secret_id}&e={expiry}&t={now}&r={nonce}&u={user}&f={file id}
//! porn detection:          a={appid}&b={bucket}&k={secret_id}&t={now}&e={expiry}
//! ```
//!
//! The handles [`Bucket`](super::Bucket), [`PhotosV1`](super::PhotosV1), [`Videos`](super::Videos)
//! and [`Detector`](super::Detector) choose kind and expiry by operation. Whoever hands signatures
//! to programs that may not hold a secret makes them here; whoever receives them takes them apart
//! with [`Signature::decode`] and checks them with [`Signature::verify`] and [`Signature::allows`].
//!
//! ```
//! use yunmei_core::{Nonce, Stamp, Timestamp, wanxiang::{AppId, BucketName, Credentials, Expiry, FileId, UserId}};
//! use yunmei_core::wanxiang::sign::{Grant, Signature, Signer, Verifier};
//!
//! let credentials = Credentials::new("AKIDEXAMPLE", "the secret key")?;
//! let bucket = BucketName::new("examplebucket")?;
//! let signer = Signer::v2(AppId::new(10000001)?, &bucket, &UserId::default(), &credentials);
//! // In a program: yunmei_host::stamp(). Here: a moment in 2015 and bits that are not random.
//! let stamp = Stamp::new(Timestamp::from_seconds(1438669115), Nonce::from_bytes([7; 32]));
//!
//! let grant = Grant::multi_use_for(&FileId::new("cat.jpg")?, Expiry::after_seconds(60));
//! let token = signer.sign(&grant, &stamp)?;
//!
//! let signature = Signature::decode(token.expose())?;
//! signature.verify(&Verifier::new(&credentials))?;
//! assert_eq!(signature.file_id(), "cat.jpg");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod check;
mod detection;
mod grant;
mod signature;
mod signer;
mod url;

pub use check::{Asked, Call, Refusal};
pub use detection::DetectionSigner;
pub use grant::{Grant, Use};
pub use signature::{Signature, Verifier};
pub use signer::Signer;
pub use url::UrlSigner;

#[cfg(test)]
mod tests;
