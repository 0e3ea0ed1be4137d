//! Query signatures (section 5).

use http::Method;

use super::{Signer, digest::HexDigest, draft::Draft, texts::SignedTexts};
use crate::{
    Endpoint, SignedUrl, Timestamp, Token,
    error::InputError,
    vcloud::{Dialect, Parameters},
};

/// The longest life of a query signature that is made here, in seconds: 365 days. The vendor's own
/// bound is not known; beyond a year, a mistake in the unit is likelier than an intention.
pub const QUERY_LIFETIME_LIMIT: u64 = 31_536_000;

/// How long a query signature lives if it does not say: 15 minutes, in seconds (section 5).
pub const DEFAULT_LIFETIME: u64 = 900;

impl Signer {
    /// Signs a query, to be handed to whoever may call the action with it: the query with its
    /// signature, as it stands behind the `?`.
    ///
    /// No host is signed: it serves on any host of the service and region. Nor is a body. It lives
    /// for [`DEFAULT_LIFETIME`], unless the parameter [`Dialect::expires_name`] says otherwise.
    ///
    /// # Errors
    ///
    /// [`InputError::Parameter`] for a parameter that is there twice, that is one which the signature
    /// adds, or whose name cannot be listed; [`InputError::QueryExpiry`] for a life out of bounds;
    /// [`InputError::Time`] after the year 9999.
    pub fn sign_query(
        &self,
        method: &Method,
        path: &str,
        query: &Parameters,
        now: Timestamp,
    ) -> Result<Token, InputError> {
        self.query(String::new(), method, path, query, now)
            .map(Token::new)
    }

    /// The same, behind a host: an address that can be followed by anybody who has it.
    ///
    /// # Errors
    ///
    /// As [`Signer::sign_query`].
    pub fn sign_url(
        &self,
        endpoint: &Endpoint,
        query: &Parameters,
        now: Timestamp,
    ) -> Result<SignedUrl, InputError> {
        let front = format!("{endpoint}/?");
        self.query(front, &Method::GET, "/", query, now)
            .map(SignedUrl::new)
    }

    /// What [`Signer::sign_query`] hashes and signs: for whoever has to find out why two signatures
    /// differ.
    ///
    /// # Errors
    ///
    /// As [`Signer::sign_query`].
    pub fn query_texts(
        &self,
        method: &Method,
        path: &str,
        query: &Parameters,
        now: Timestamp,
    ) -> Result<SignedTexts, InputError> {
        check(self.dialect(), query)?;
        let (today, time) = self.at(now)?;
        let draft = Draft::new(self, String::new(), query, &today, &time);
        let canonical = draft.canonical(method, path);
        Ok(SignedTexts::new(
            self.dialect(),
            &time,
            today.scope(),
            canonical,
        ))
    }

    fn query(
        &self,
        front: String,
        method: &Method,
        path: &str,
        query: &Parameters,
        now: Timestamp,
    ) -> Result<String, InputError> {
        check(self.dialect(), query)?;
        let (today, time) = self.at(now)?;
        let draft = Draft::new(self, front, query, &today, &time);
        let mut canonical = draft.canonical(method, path);
        let digest = HexDigest::of(canonical.as_bytes());
        let signature = today
            .key
            .sign(&mut canonical, &time, today.scope(), &digest);
        Ok(draft.signed(self, &signature))
    }
}

/// Refuses what the signature would not cover as it is meant.
fn check(dialect: Dialect, query: &Parameters) -> Result<(), InputError> {
    let constants = dialect.constants();
    let own = [
        constants.date,
        constants.not_sign_body,
        constants.credential,
        constants.algorithm_parameter,
        constants.signed_headers,
        constants.session_token,
        constants.signed_queries,
        constants.signature,
    ];
    for (index, (name, value)) in query.iter().enumerate() {
        let own = name.starts_with(constants.prefix) && own.contains(&name);
        let doubled = query.iter().take(index).any(|(other, _)| other == name);
        // A semicolon separates the names in the list.
        if name.is_empty() || name.contains(';') || doubled || own {
            return Err(InputError::Parameter {
                name: name.to_owned(),
            });
        }
        if name == constants.expires && lifetime(value).is_none() {
            return Err(InputError::QueryExpiry {
                limit: QUERY_LIFETIME_LIMIT,
            });
        }
    }
    Ok(())
}

/// A number of seconds within bounds.
pub(super) fn lifetime(text: &str) -> Option<u64> {
    let plain = text.bytes().all(|byte| byte.is_ascii_digit());
    let seconds = text.parse().ok().filter(|_| plain)?;
    (1..=QUERY_LIFETIME_LIMIT)
        .contains(&seconds)
        .then_some(seconds)
}
