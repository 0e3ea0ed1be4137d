use std::fmt;

use http::{HeaderMap, header};
use jsonwebtoken::{Validation, errors::ErrorKind};
use serde_json::{Map, Value};
use yunmei_core::Timestamp;

use super::{Claims, TokenRefusal, TokenRules, VerifyingKey};
use crate::path::is_visible;

/// The longest token that is looked at, in bytes.
const LENGTH_LIMIT: usize = 4096;

/// The longest subject, in bytes: it is kept for as long as requests are counted.
const SUBJECT_LIMIT: usize = 128;

/// Checks tokens.
#[derive(Clone)]
pub struct TokenReader {
    rules: TokenRules,
    key: VerifyingKey,
    /// Algorithm and signature only: the times are held against a clock that is passed in.
    validation: Validation,
}

/// The token in a request's headers.
///
/// # Errors
///
/// [`TokenRefusal::Missing`], [`TokenRefusal::Header`].
pub fn presented(headers: &HeaderMap) -> Result<&str, TokenRefusal> {
    let mut values = headers.get_all(header::AUTHORIZATION).iter();
    let value = match (values.next(), values.next()) {
        (Some(value), None) => value.to_str().map_err(|_| TokenRefusal::Header)?,
        (None, _) => return Err(TokenRefusal::Missing),
        _ => return Err(TokenRefusal::Header),
    };
    match value.split_once(' ') {
        Some((scheme, token))
            if scheme.eq_ignore_ascii_case("jwt") || scheme.eq_ignore_ascii_case("bearer") =>
        {
            Ok(token)
        }
        _ => Err(TokenRefusal::Header),
    }
}

impl TokenReader {
    /// Checks by these rules, with this key.
    pub fn new(rules: TokenRules, key: VerifyingKey) -> TokenReader {
        let mut validation = Validation::new(rules.algorithm.of_crate());
        validation.validate_exp = false;
        validation.validate_aud = false;
        validation.required_spec_claims.clear();
        TokenReader {
            rules,
            key,
            validation,
        }
    }

    /// What a token says, if it is to be believed.
    ///
    /// # Errors
    ///
    /// [`TokenRefusal`]; the signature is looked at before anything that is said.
    pub fn read(&self, token: &str, now: Timestamp) -> Result<Claims, TokenRefusal> {
        if token.len() > LENGTH_LIMIT {
            return Err(TokenRefusal::Malformed);
        }
        let decoded =
            jsonwebtoken::decode::<Map<String, Value>>(token, &self.key.0, &self.validation);
        let decoded = decoded.map_err(|error| match error.kind() {
            ErrorKind::InvalidSignature => TokenRefusal::Signature,
            ErrorKind::InvalidAlgorithm => TokenRefusal::Algorithm,
            _ => TokenRefusal::Malformed,
        })?;
        // Whoever does not understand what is critical has to refuse it (RFC 7515, section 4.1.11).
        if decoded.header.crit.is_some() {
            return Err(TokenRefusal::Critical);
        }
        let claims = Claims(decoded.claims);
        self.check(&claims, now.seconds())?;
        Ok(claims)
    }

    fn check(&self, claims: &Claims, now: u64) -> Result<(), TokenRefusal> {
        let leeway = self.rules.leeway;
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
        if claims.text("iss") != Some(&self.rules.issuer) {
            return Err(TokenRefusal::Issuer);
        }
        if !claims.has("aud", &self.rules.audience) {
            return Err(TokenRefusal::Audience);
        }
        let subject = claims.subject();
        // It goes into the audit, and from there to terminals.
        if !(1..=SUBJECT_LIMIT).contains(&subject.len()) || !is_visible(subject) {
            return Err(TokenRefusal::Subject);
        }
        match claims.names().all(|name| self.rules.takes(name)) {
            true => Ok(()),
            false => Err(TokenRefusal::UnknownClaim),
        }
    }
}

impl fmt::Debug for TokenReader {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("TokenReader").field(&self.rules).finish()
    }
}
