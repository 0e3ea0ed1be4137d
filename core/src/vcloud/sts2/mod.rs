//! STS2: temporary keys that the holder of an account's own makes without asking the service
//! (section 6).
//!
//! An [`Issuer`] makes them, with a [`Policy`] of what they may be used for. Whoever gets requests
//! signed with them takes the session token apart with [`SessionToken::decode`] and checks it with
//! [`SessionToken::verify`] and [`SessionToken::allows`].
//!
//! ```
//! use std::time::Duration;
//! use yunmei_core::{Nonce, Stamp, Timestamp, vcloud::{Credentials, sts2::{Issuer, Policy, SessionToken}}};
//!
//! let issuer = Issuer::new(&Credentials::new("AKLTEXAMPLE", "the secret key")?)?;
//! // In a program: yunmei_host::stamp(). Here: a moment in 2020 and bits that are not random.
//! let stamp = Stamp::new(Timestamp::from_seconds(1583298367), Nonce::from_bytes([7; 32]));
//!
//! let policy = Policy::video_play(&["v1"], &[], &[]);
//! let keys = issuer.issue(Some(&policy), Duration::from_secs(3600), &stamp)?;
//!
//! let token = SessionToken::decode(keys.session_token().expose())?;
//! let secret = token.verify(&issuer, keys.access_key(), stamp.now)?;
//! assert!(keys.secret_key().matches(secret.expose()));
//! token.allows("vod:GetPlayInfo", "trn:vod::*:video_id/v1")?;
//! assert!(token.allows("vod:GetPlayInfo", "trn:vod::*:video_id/v2").is_err());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod chance;
mod cipher;
mod issuer;
mod json;
mod keys;
mod policies;
mod policy;
#[cfg(test)]
mod tests;
mod token;

use std::time::Duration;

pub use chance::Chance;
pub use issuer::Issuer;
pub use keys::TemporaryKeys;
pub use policy::{Effect, Policy, Statement};
pub use token::SessionToken;

/// The shortest life of temporary keys: whoever asks for less gets this (section 6.1, step 4).
pub const MINIMUM_LIFETIME: Duration = Duration::from_secs(60);

/// What session tokens begin with.
const TOKEN_PREFIX: &str = "STS2";
