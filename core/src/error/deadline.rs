use std::fmt;

use crate::Timestamp;

/// What was waited for was not done in time; the service goes on with it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeadlineError {
    work: String,
    deadline: Timestamp,
}

impl DeadlineError {
    /// `work` was not done at `deadline`.
    pub(crate) fn new(work: impl Into<String>, deadline: Timestamp) -> DeadlineError {
        DeadlineError {
            work: work.into(),
            deadline,
        }
    }

    /// Until when the caller wanted to wait.
    pub fn deadline(&self) -> Timestamp {
        self.deadline
    }
}

impl fmt::Display for DeadlineError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} was not done in time; the service goes on with it",
            self.work
        )
    }
}

impl std::error::Error for DeadlineError {}
