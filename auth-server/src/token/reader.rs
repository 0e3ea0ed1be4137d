use std::fmt;

use http::{HeaderMap, header};
use jsonwebtoken::errors::ErrorKind;
use yunmei_core::Timestamp;

use super::{Algorithm, Claims, TokenRefusal, TokenRules, VerifyingKey};

/// The longest token that is looked at, in bytes.
const LENGTH_LIMIT: usize = 4096;

/// The headers that libraries write for HS256, as they stand in tokens: nothing is in them but the
/// algorithm and the type, so most need not be parsed.
const USUAL_HEADERS: [&str; 2] = [
    "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9",
    "eyJ0eXAiOiJKV1QiLCJhbGciOiJIUzI1NiJ9",
];

/// Checks tokens.
#[derive(Clone)]
pub struct TokenReader {
    rules: TokenRules,
    key: VerifyingKey,
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
        TokenReader { rules, key }
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
        let (message, signature) = token.rsplit_once('.').ok_or(TokenRefusal::Malformed)?;
        let has_critical = self.check_header(token)?;
        let algorithm = self.rules.algorithm.of_crate();
        let is_signed =
            jsonwebtoken::crypto::verify(signature, message.as_bytes(), &self.key.0, algorithm);
        if !is_signed.map_err(refusal)? {
            return Err(TokenRefusal::Signature);
        }
        // Whoever does not understand what is critical has to refuse it (RFC 7515, section 4.1.11).
        if has_critical {
            return Err(TokenRefusal::Critical);
        }
        // Not insecure any more: the signature is good, and `check` looks at all that is claimed.
        let claims: Claims =
            jsonwebtoken::dangerous::insecure_decode_claims(token).map_err(refusal)?;
        self.rules.check_claims(&claims, now)?;
        Ok(claims)
    }

    /// Whether something in the header is critical. The one algorithm of the rules is used, whatever a
    /// token says; that it says another is a refusal of its own.
    fn check_header(&self, token: &str) -> Result<bool, TokenRefusal> {
        let is_usual = |usual: &&str| {
            let rest = token.strip_prefix(usual);
            rest.is_some_and(|rest| rest.starts_with('.'))
        };
        if self.rules.algorithm == Algorithm::Hs256 && USUAL_HEADERS.iter().any(is_usual) {
            return Ok(false);
        }
        let header = jsonwebtoken::decode_header(token).map_err(refusal)?;
        match header.alg == self.rules.algorithm.of_crate() {
            true => Ok(header.crit.is_some()),
            false => Err(TokenRefusal::Algorithm),
        }
    }
}

fn refusal(error: jsonwebtoken::errors::Error) -> TokenRefusal {
    match error.kind() {
        ErrorKind::InvalidSignature => TokenRefusal::Signature,
        ErrorKind::InvalidAlgorithm => TokenRefusal::Algorithm,
        _ => TokenRefusal::Malformed,
    }
}

impl fmt::Debug for TokenReader {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("TokenReader").field(&self.rules).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn usual_headers_say_the_algorithm_and_nothing_critical() {
        for usual in USUAL_HEADERS {
            let header = jsonwebtoken::decode_header(format!("{usual}.e30.x")).expect("a header");
            let expected = jsonwebtoken::Header::new(Algorithm::Hs256.of_crate());
            assert_eq!(header, expected);
        }
    }
}
