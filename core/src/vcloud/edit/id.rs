use std::{fmt, str::FromStr};

use serde::{Deserialize, Deserializer, Serialize, de};

use crate::{error::InputError, loose};

/// The id of a submitted task, under which to ask for its result: `ReqId`.
///
/// Not the id of a request, which errors name.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize)]
pub struct EditId(String);

impl EditId {
    /// Reads an id.
    ///
    /// # Errors
    ///
    /// [`InputError::Parameter`] if it is empty, or holds control characters.
    pub fn new(id: impl Into<String>) -> Result<EditId, InputError> {
        let id = id.into();
        match id.is_empty() || id.contains(char::is_control) {
            true => Err(InputError::Parameter {
                name: "ReqId".into(),
            }),
            false => Ok(EditId(id)),
        }
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for EditId {
    type Err = InputError;

    fn from_str(text: &str) -> Result<EditId, InputError> {
        EditId::new(text)
    }
}

impl fmt::Display for EditId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A text, or a number in its place.
impl<'de> Deserialize<'de> for EditId {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<EditId, D::Error> {
        EditId::new(loose::text(deserializer)?).map_err(de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_not_empty_and_cannot_steer_a_terminal() {
        assert_eq!(EditId::new("req-1").expect("an id").as_str(), "req-1");
        for bad in ["", "a\nb", "\u{1b}[2J"] {
            assert!(bad.parse::<EditId>().is_err(), "{bad:?}");
        }
        let id: EditId = serde_json::from_str("17").expect("an id");
        assert_eq!(id.to_string(), "17");
        assert!(serde_json::from_str::<EditId>("null").is_err());
    }
}
