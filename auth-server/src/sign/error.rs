use std::fmt;

use yunmei_core::error::InputError;

/// Why a rule cannot be kept with the accounts at hand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SetupError {
    rule: String,
    what: String,
}

impl SetupError {
    pub(super) fn new(rule: &str, what: String) -> SetupError {
        SetupError {
            rule: rule.to_owned(),
            what,
        }
    }
}

impl fmt::Display for SetupError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "rule {:?}: {}", self.rule, self.what)
    }
}

impl std::error::Error for SetupError {}

/// Why what was granted is not signed after all.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SignError {
    /// The path begins with the number of the account: what is signed for it could be taken for a
    /// signature of another kind.
    Ambiguous,
    /// The file id of a picture has an `&`, which would end its field of the signed text.
    Ampersand,
    /// The service knows no such path, file id or life.
    Input(InputError),
    /// It was granted by the rule of another policy.
    NoSuchRule,
}

impl From<InputError> for SignError {
    fn from(error: InputError) -> SignError {
        SignError::Input(error)
    }
}

impl From<yunmei_core::error::PathError> for SignError {
    fn from(error: yunmei_core::error::PathError) -> SignError {
        SignError::Input(InputError::Path(error))
    }
}

impl fmt::Display for SignError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            SignError::Ambiguous => {
                f.write_str("no path that begins with the number of the account is signed")
            }
            SignError::Ampersand => f.write_str("no file id with an & is signed"),
            SignError::Input(error) => error.fmt(f),
            SignError::NoSuchRule => f.write_str("there is no such rule"),
        }
    }
}

impl std::error::Error for SignError {}
