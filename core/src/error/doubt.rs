use std::fmt;

use super::Error;

/// A failure after which the service may have done what was asked, which has a consequence: a photo
/// that is paid for, a picture under an id that nobody knows.
///
/// Where another attempt would do it twice, nothing makes one on its own.
#[derive(Debug)]
pub struct DoubtError {
    consequence: &'static str,
    cause: Error,
}

impl DoubtError {
    pub(super) fn new(consequence: &'static str, cause: Error) -> DoubtError {
        DoubtError { consequence, cause }
    }

    /// What it means if the request was carried out, as a sentence without a stop.
    pub fn consequence(&self) -> &'static str {
        self.consequence
    }

    /// The failure itself.
    pub fn cause(&self) -> &Error {
        &self.cause
    }
}

impl fmt::Display for DoubtError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}; {}", self.cause, self.consequence)
    }
}

impl std::error::Error for DoubtError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        std::error::Error::source(&self.cause)
    }
}
