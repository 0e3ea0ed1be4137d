use crate::{Secret, Token, error::InputError};

/// The pair that signs requests: the access key, which is sent, and the secret key, which never is.
///
/// Temporary keys come with a session token, which is sent along (section 6.6).
#[derive(Clone, Debug)]
pub struct Credentials {
    access_key: String,
    secret_key: Secret,
    session_token: Option<Token>,
}

impl Credentials {
    /// Checks the pair.
    ///
    /// # Errors
    ///
    /// [`InputError::AccessKey`] if it is empty, or holds a character that would end its field in a
    /// signature or in a session token; [`InputError::SecretKey`] if that is empty.
    pub fn new(
        access_key: impl Into<String>,
        secret_key: impl Into<String>,
    ) -> Result<Credentials, InputError> {
        let (access_key, secret_key) = (access_key.into(), Secret::new(secret_key));
        let plain = |byte: u8| byte.is_ascii_graphic() && !b"/,|".contains(&byte);
        if access_key.is_empty() || !access_key.bytes().all(plain) {
            return Err(InputError::AccessKey);
        }
        if secret_key.is_empty() {
            return Err(InputError::SecretKey);
        }
        Ok(Credentials {
            access_key,
            secret_key,
            session_token: None,
        })
    }

    /// The same, as temporary keys, which this token goes with.
    ///
    /// # Errors
    ///
    /// [`InputError::SessionToken`] if it is empty, or cannot stand in a header.
    pub fn with_session_token(self, token: Token) -> Result<Credentials, InputError> {
        let text = token.expose();
        if text.is_empty() || !text.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(InputError::SessionToken);
        }
        Ok(Credentials {
            session_token: Some(token),
            ..self
        })
    }

    /// The access key, which is part of every signature.
    pub fn access_key(&self) -> &str {
        &self.access_key
    }

    /// The secret key, which is not.
    pub fn secret_key(&self) -> &Secret {
        &self.secret_key
    }

    /// The token that goes with temporary keys.
    pub fn session_token(&self) -> Option<&Token> {
        self.session_token.as_ref()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn credentials_are_complete_and_cannot_smuggle_a_field() {
        assert!(Credentials::new("AKLT1", "key").is_ok());
        for bad in ["", "AKLT/1", "AKLT,1", "AKLT|1", "AK LT", "AKLT\n", "影"] {
            let refused = Credentials::new(bad, "key").err();
            assert_eq!(refused, Some(InputError::AccessKey), "{bad:?}");
        }
        assert_eq!(
            Credentials::new("AKLT1", "").err(),
            Some(InputError::SecretKey)
        );
    }

    #[test]
    fn a_session_token_can_stand_in_a_header() {
        let credentials = Credentials::new("AKTP1", "key").expect("a pair");
        for bad in ["", "STS2 x", "STS2\r\nX-Amz-Evil: 1", "影"] {
            let refused = credentials.clone().with_session_token(Token::new(bad));
            assert_eq!(refused.err(), Some(InputError::SessionToken), "{bad:?}");
        }
        let temporary = credentials.with_session_token(Token::new("STS2eyJ9=="));
        let temporary = temporary.expect("temporary keys");
        assert_eq!(
            temporary.session_token().map(Token::expose),
            Some("STS2eyJ9==")
        );
        assert!(!format!("{temporary:?}").contains("STS2"));
    }
}
