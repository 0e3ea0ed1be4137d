use std::{fmt, time::Duration};

use jsonwebtoken::{EncodingKey, Header};
use serde_json::{Map, Value};
use yunmei_core::{Secret, Timestamp, Token};

use super::{Claims, KeyError, TokenRules, keys::encoding_key};

/// Makes tokens that the server takes, for tests.
#[derive(Clone)]
pub struct TokenMaker {
    rules: TokenRules,
    key: EncodingKey,
}

impl TokenMaker {
    /// By these rules, with this key: for HS256 the secret, for EdDSA the private key in PEM.
    ///
    /// # Errors
    ///
    /// [`KeyError`].
    pub fn new(rules: TokenRules, key: &Secret) -> Result<TokenMaker, KeyError> {
        let key = encoding_key(rules.algorithm, key)?;
        Ok(TokenMaker { rules, key })
    }

    /// A token for this subject, with further claims, which may replace those that the rules want.
    /// `None` if it cannot be signed.
    pub fn make(
        &self,
        subject: &str,
        lifetime: Duration,
        further: Map<String, Value>,
        now: Timestamp,
    ) -> Option<Token> {
        let claims = self.said(subject, lifetime, further, now)?;
        let header = Header::new(self.rules.algorithm.of_crate());
        let token = jsonwebtoken::encode(&header, &claims, &self.key);
        token.ok().map(Token::new)
    }

    /// What such a token says.
    pub fn claims(
        &self,
        subject: &str,
        lifetime: Duration,
        further: Map<String, Value>,
        now: Timestamp,
    ) -> Option<Claims> {
        self.said(subject, lifetime, further, now).map(Claims::new)
    }

    fn said(
        &self,
        subject: &str,
        lifetime: Duration,
        further: Map<String, Value>,
        now: Timestamp,
    ) -> Option<Map<String, Value>> {
        let expires = now.checked_add(lifetime)?.seconds();
        let mut claims = Map::new();
        claims.insert("iss".into(), self.rules.issuer.clone().into());
        claims.insert("aud".into(), self.rules.audience.clone().into());
        claims.insert("sub".into(), subject.into());
        claims.insert("iat".into(), now.seconds().into());
        claims.insert("exp".into(), expires.into());
        claims.extend(further);
        Some(claims)
    }
}

impl fmt::Debug for TokenMaker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TokenMaker(..)")
    }
}
