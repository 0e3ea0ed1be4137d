use std::{fmt, str::FromStr};

use crate::error::InputError;

/// The id of a service of ImageX: of a set of pictures with rules of its own.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ServiceId(String);

impl ServiceId {
    /// Reads an id.
    ///
    /// # Errors
    ///
    /// [`InputError::Parameter`] if it is empty, or holds what would widen a policy that names it.
    pub fn new(id: impl Into<String>) -> Result<ServiceId, InputError> {
        let id = id.into();
        let plain = |byte: u8| byte.is_ascii_graphic() && !b"*/,".contains(&byte);
        match !id.is_empty() && id.bytes().all(plain) {
            true => Ok(ServiceId(id)),
            false => Err(InputError::Parameter {
                name: "ServiceId".into(),
            }),
        }
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl AsRef<str> for ServiceId {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

impl FromStr for ServiceId {
    type Err = InputError;

    fn from_str(text: &str) -> Result<ServiceId, InputError> {
        ServiceId::new(text)
    }
}

impl fmt::Display for ServiceId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_names_one_service() {
        assert_eq!(ServiceId::new("a1b2").expect("an id").as_str(), "a1b2");
        for bad in ["", "*", "a/b", "a,b", "a b", "图", "a\n"] {
            assert!(bad.parse::<ServiceId>().is_err(), "{bad:?}");
        }
    }
}
