use std::fmt;

use super::Error;

/// A failure after which a service that is paid for each request may have done its work.
///
/// Nothing repeats such a request on its own: that would be paid for twice.
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
