use std::{fmt, str::FromStr};

use crate::{Secret, error::InputError};

/// The account number, `appid`: decimal digits, not a WeChat id such as `wx…` (dossier of COS, section
/// 2.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct AppId(u64);

impl AppId {
    /// The account with this number.
    ///
    /// # Errors
    ///
    /// [`InputError::AppId`] for zero.
    pub const fn new(number: u64) -> Result<AppId, InputError> {
        match number {
            0 => Err(InputError::AppId),
            _ => Ok(AppId(number)),
        }
    }

    /// The number.
    pub const fn number(self) -> u64 {
        self.0
    }
}

impl FromStr for AppId {
    type Err = InputError;

    fn from_str(text: &str) -> Result<AppId, InputError> {
        if !text.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(InputError::AppId);
        }
        text.parse()
            .map_err(|_| InputError::AppId)
            .and_then(AppId::new)
    }
}

impl fmt::Display for AppId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// The pair that signs requests: `secret_id`, which is sent, and `secret_key`, which never is.
#[derive(Clone, Debug)]
pub struct Credentials {
    secret_id: String,
    secret_key: Secret,
}

impl Credentials {
    /// Checks the pair.
    ///
    /// # Errors
    ///
    /// [`InputError::Credentials`] if one of them is empty, or if the id holds a character that
    /// would end its field in the signed text.
    pub fn new(
        secret_id: impl Into<String>,
        secret_key: impl Into<String>,
    ) -> Result<Credentials, InputError> {
        let credentials = Credentials {
            secret_id: secret_id.into(),
            secret_key: Secret::new(secret_key),
        };
        let plain = |byte: u8| byte.is_ascii_graphic() && byte != b'&' && byte != b'=';
        let id = &credentials.secret_id;
        if id.is_empty() || !id.bytes().all(plain) || credentials.secret_key.is_empty() {
            return Err(InputError::Credentials);
        }
        Ok(credentials)
    }

    /// The id, which is part of every signature.
    pub fn secret_id(&self) -> &str {
        &self.secret_id
    }

    /// The key, which is not.
    pub fn secret_key(&self) -> &Secret {
        &self.secret_key
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_appid_is_a_number_and_no_wechat_id() {
        assert_eq!("1250000000".parse(), AppId::new(1_250_000_000));
        for bad in [
            "",
            "0",
            "wx0123456789abcdef",
            "-1",
            "+1",
            "1.5",
            "99999999999999999999999",
        ] {
            assert_eq!(bad.parse::<AppId>(), Err(InputError::AppId), "{bad:?}");
        }
    }

    #[test]
    fn credentials_are_complete_and_cannot_smuggle_a_field() {
        assert!(Credentials::new("AKID1", "key").is_ok());
        for (id, key) in [
            ("", "key"),
            ("AKID1", ""),
            ("AKID1&e=9999999999", "key"),
            ("AK ID", "key"),
        ] {
            assert!(Credentials::new(id, key).is_err(), "{id:?}");
        }
    }
}
