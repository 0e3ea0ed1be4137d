use std::fmt;

use base64::Engine;
use serde::Deserialize;

use super::{Issuer, Policy, TOKEN_PREFIX, issuer::sign_text};
use crate::{Secret, Timestamp, encode, loose, vcloud::sign::Refusal};

/// A session token taken apart: not yet verified.
///
/// Its parts are found by name, in any order, since the vendor's own clients differ (section 6.2).
#[derive(Clone)]
pub struct SessionToken(Inner);

#[derive(Clone, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Inner {
    access_key_id: String,
    #[serde(deserialize_with = "loose::number")]
    expired_time: u64,
    #[serde(rename = "LTAccessKeyId")]
    long_term_access_key: String,
    #[serde(default)]
    policy_string: String,
    signature: String,
    signed_secret_access_key: String,
}

impl SessionToken {
    /// Takes the value of a session token's header or parameter apart.
    ///
    /// # Errors
    ///
    /// [`Refusal::TokenMalformed`] if it is not `STS2` and the base64 of a JSON object with all
    /// parts.
    pub fn decode(token: &str) -> Result<SessionToken, Refusal> {
        let inner = token
            .strip_prefix(TOKEN_PREFIX)
            .ok_or(Refusal::TokenMalformed)?;
        let json = encode::base64()
            .decode(inner)
            .map_err(|_| Refusal::TokenMalformed)?;
        serde_json::from_slice(&json)
            .map(SessionToken)
            .map_err(|_| Refusal::TokenMalformed)
    }

    /// Checks that it was made by `issuer`, in constant time, that it lives, and that it goes with
    /// this access key; gives the secret that requests are signed with.
    ///
    /// Says nothing of what it may be used for: see [`SessionToken::allows`].
    ///
    /// # Errors
    ///
    /// [`Refusal::TokenDigest`], [`Refusal::TokenExpired`], [`Refusal::TokenAccessKey`], and
    /// [`Refusal::TokenMalformed`] if there is no secret in it.
    pub fn verify(
        &self,
        issuer: &Issuer,
        access_key: &str,
        now: Timestamp,
    ) -> Result<Secret, Refusal> {
        let Inner {
            access_key_id,
            expired_time,
            policy_string,
            signature,
            signed_secret_access_key,
            ..
        } = &self.0;
        let expected = issuer.sign(
            &mut Vec::new(),
            access_key_id,
            *expired_time,
            signed_secret_access_key,
            policy_string,
        );
        let own = self.0.long_term_access_key == issuer.access_key();
        if !own || !Secret::new(expected.as_str()).matches(signature) {
            return Err(Refusal::TokenDigest);
        }
        if *expired_time <= now.seconds() {
            return Err(Refusal::TokenExpired);
        }
        if access_key_id != access_key {
            return Err(Refusal::TokenAccessKey);
        }
        self.secret(issuer).ok_or(Refusal::TokenMalformed)
    }

    /// Whether its policy lets this action be done with this resource. Without a policy, everything
    /// may be done.
    ///
    /// # Errors
    ///
    /// [`Refusal::Policy`]; also for a policy that cannot be read.
    pub fn allows(&self, action: &str, resource: &str) -> Result<(), Refusal> {
        match self.policy()? {
            Some(policy) if !policy.allows(action, resource) => Err(Refusal::Policy),
            _ => Ok(()),
        }
    }

    /// Its policy, if it has one.
    ///
    /// # Errors
    ///
    /// [`Refusal::Policy`] if it cannot be read.
    pub fn policy(&self) -> Result<Option<Policy>, Refusal> {
        match self.policy_text() {
            "" => Ok(None),
            text => serde_json::from_str(text).map_err(|_| Refusal::Policy),
        }
    }

    /// The text of its policy, as it was signed; empty if there is none.
    pub fn policy_text(&self) -> &str {
        &self.0.policy_string
    }

    /// The temporary access key that it goes with.
    pub fn access_key(&self) -> &str {
        &self.0.access_key_id
    }

    /// The access key of the account that made it.
    pub fn long_term_access_key(&self) -> &str {
        &self.0.long_term_access_key
    }

    /// When it ends, in seconds since 1970.
    pub fn expires(&self) -> u64 {
        self.0.expired_time
    }

    /// The hidden secret, as base64.
    pub fn signed_secret(&self) -> &str {
        &self.0.signed_secret_access_key
    }

    /// The signature over [`SessionToken::signed_text`], in hex.
    pub fn signature(&self) -> &str {
        &self.0.signature
    }

    /// The text that was signed.
    pub fn signed_text(&self) -> String {
        sign_text(
            self.long_term_access_key(),
            self.access_key(),
            itoa::Buffer::new().format(self.expires()),
            self.signed_secret(),
            self.policy_text(),
        )
        .concat()
    }

    fn secret(&self, issuer: &Issuer) -> Option<Secret> {
        let encrypted = encode::base64().decode(self.signed_secret()).ok()?;
        let text = issuer.cipher().decrypt(encrypted)?;
        let secret = Secret::new(str::from_utf8(&text).ok()?);
        (!secret.is_empty()).then_some(secret)
    }
}

/// Hides signature and secret.
impl fmt::Debug for SessionToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SessionToken")
            .field("access_key", &self.access_key())
            .field("long_term_access_key", &self.long_term_access_key())
            .field("expires", &self.expires())
            .field("policy", &self.policy_text())
            .finish_non_exhaustive()
    }
}
