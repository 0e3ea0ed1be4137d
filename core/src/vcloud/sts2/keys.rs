use serde_json::Value;

use crate::{
    Secret, Timestamp, Token,
    error::InputError,
    vcloud::{
        Credentials, Dialect,
        time::{Rfc3339, UtcOffset},
    },
};

/// Temporary keys, to be handed to whoever may use them for a while (section 6.3).
#[derive(Clone, Debug)]
pub struct TemporaryKeys {
    pub(super) access_key: String,
    pub(super) secret_key: Secret,
    pub(super) session_token: Token,
    pub(super) issued: Timestamp,
    pub(super) expires: Timestamp,
}

impl TemporaryKeys {
    /// The access key, which is sent.
    pub fn access_key(&self) -> &str {
        &self.access_key
    }

    /// The secret key, which signs.
    pub fn secret_key(&self) -> &Secret {
        &self.secret_key
    }

    /// The token, which is sent along.
    pub fn session_token(&self) -> &Token {
        &self.session_token
    }

    /// When they were made.
    pub fn issued(&self) -> Timestamp {
        self.issued
    }

    /// When they end.
    pub fn expires(&self) -> Timestamp {
        self.expires
    }

    /// All three, to sign with.
    ///
    /// # Errors
    ///
    /// None of what [`Credentials::new`] refuses comes out of an [`Issuer`](super::Issuer).
    pub fn credentials(&self) -> Result<Credentials, InputError> {
        Credentials::new(&*self.access_key, self.secret_key.expose())?
            .with_session_token(self.session_token.clone())
    }

    /// The JSON that the vendor's clients hand on, with times as clocks this far from UTC show them.
    /// It has the secret in it.
    ///
    /// The clients of Volcengine spell one name otherwise.
    pub fn to_json(&self, dialect: Dialect, offset: UtcOffset) -> Secret {
        let text = |text: &str| Value::from(text).to_string();
        let time = |time| Rfc3339(time, offset);
        let id = match dialect {
            Dialect::TtvCloud => "AccessKeyId",
            Dialect::Volcengine => "AccessKeyID",
        };
        Secret::new(format!(
            r#"{{"{id}": {}, "SecretAccessKey": {}, "SessionToken": {}, "ExpiredTime": "{}", "CurrentTime": "{}"}}"#,
            text(&self.access_key),
            text(self.secret_key.expose()),
            text(self.session_token.expose()),
            time(self.expires),
            time(self.issued),
        ))
    }

    /// [`TemporaryKeys::issued`] as RFC 3339 has it.
    pub fn issued_text(&self, offset: UtcOffset) -> String {
        Rfc3339(self.issued, offset).to_string()
    }

    /// [`TemporaryKeys::expires`] as RFC 3339 has it.
    pub fn expires_text(&self, offset: UtcOffset) -> String {
        Rfc3339(self.expires, offset).to_string()
    }
}
