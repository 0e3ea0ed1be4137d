use serde_json::Value;

use crate::exit::Failure;

/// A file that is where it was to be copied.
pub(super) struct Done {
    pub(super) outcome: Outcome,
    /// Whether standard output took it.
    pub(super) told: Result<(), Failure>,
}

/// What became of a file that was to be copied.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Outcome {
    Copied,
    /// The same content was at the place before.
    ThereAlready,
}

impl Outcome {
    /// Says so in the object of `--json`.
    pub(super) fn mark(self, object: &mut Value) {
        if self == Outcome::ThereAlready {
            object["unchanged"] = Value::Bool(true);
        }
    }

    /// What stands behind the place in a line for people.
    pub(super) fn note(self) -> &'static str {
        match self {
            Outcome::Copied => "",
            Outcome::ThereAlready => " (there already)",
        }
    }
}
