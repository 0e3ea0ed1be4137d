use std::fmt;

use serde::Deserialize;

use yunmei_core::Timestamp;

use super::{Claims, LEEWAY_LIMIT, TokenRefusal};
use crate::path::is_visible;

/// Claims that are known of every token (RFC 7519, section 4.1).
const REGISTERED: [&str; 7] = ["iss", "sub", "aud", "exp", "nbf", "iat", "jti"];

/// The longest subject, in bytes: it is kept for as long as requests are counted.
const SUBJECT_LIMIT: usize = 128;

/// Which tokens are taken: the table `token` of a policy.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TokenRules {
    /// The one algorithm, whatever a token says of itself.
    pub algorithm: Algorithm,
    /// What `iss` has to be.
    pub issuer: String,
    /// What `aud` has to be, or to have among others.
    pub audience: String,
    /// How many seconds clocks may differ.
    #[serde(default = "default_leeway")]
    pub leeway: u64,
    /// Claims that are known beside the registered ones.
    #[serde(default)]
    pub claims: Vec<String>,
    /// What becomes of tokens with others.
    #[serde(default)]
    pub unknown_claims: UnknownClaims,
}

/// How tokens are signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
pub enum Algorithm {
    /// HMAC-SHA256: whoever can check them can make them.
    #[serde(rename = "HS256")]
    Hs256,
    /// Ed25519.
    EdDSA,
}

/// What becomes of tokens with claims that are not known.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum UnknownClaims {
    /// They are refused: such a claim might have been meant to forbid something.
    #[default]
    Refuse,
    /// The claims are not looked at.
    Ignore,
}

impl TokenRules {
    /// Whether a token with this claim is taken.
    pub fn takes(&self, claim: &str) -> bool {
        self.unknown_claims == UnknownClaims::Ignore
            || REGISTERED.contains(&claim)
            || self.claims.iter().any(|known| known == claim)
    }

    /// Whether a token that says this is taken, if its signature is good.
    ///
    /// # Errors
    ///
    /// [`TokenRefusal`].
    pub fn check_claims(&self, claims: &Claims, now: Timestamp) -> Result<(), TokenRefusal> {
        let (leeway, now) = (self.leeway, now.seconds());
        match claims.time("exp") {
            Some(end) if end.saturating_add(leeway) > now => {}
            _ => return Err(TokenRefusal::Expired),
        }
        for name in ["nbf", "iat"] {
            match claims.time(name) {
                Some(start) if start <= now.saturating_add(leeway) => {}
                None if !claims.is_there(name) => {}
                _ => return Err(TokenRefusal::Early),
            }
        }
        if claims.text("iss") != Some(&self.issuer) {
            return Err(TokenRefusal::Issuer);
        }
        if !claims.has("aud", &self.audience) {
            return Err(TokenRefusal::Audience);
        }
        let subject = claims.subject();
        // It goes into the audit, and from there to terminals.
        if !(1..=SUBJECT_LIMIT).contains(&subject.len()) || !is_visible(subject) {
            return Err(TokenRefusal::Subject);
        }
        match claims.names().all(|name| self.takes(name)) {
            true => Ok(()),
            false => Err(TokenRefusal::UnknownClaim),
        }
    }

    /// Whether they can be kept.
    pub(crate) fn check(&self) -> Result<(), &'static str> {
        if self.issuer.is_empty() || self.audience.is_empty() {
            return Err("issuer and audience must not be empty");
        }
        match self.leeway <= LEEWAY_LIMIT {
            true => Ok(()),
            false => Err("leeway must be 120 seconds at most"),
        }
    }
}

impl Algorithm {
    pub(super) fn of_crate(self) -> jsonwebtoken::Algorithm {
        match self {
            Algorithm::Hs256 => jsonwebtoken::Algorithm::HS256,
            Algorithm::EdDSA => jsonwebtoken::Algorithm::EdDSA,
        }
    }
}

impl fmt::Display for Algorithm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Algorithm::Hs256 => "HS256",
            Algorithm::EdDSA => "EdDSA",
        })
    }
}

fn default_leeway() -> u64 {
    30
}
