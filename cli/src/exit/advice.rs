use std::{borrow::Cow, fmt};

/// What to do about a failure.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Advice {
    text: Cow<'static, str>,
    command: Option<String>,
}

impl Advice {
    /// A text that may serve several things, and the command that helps this one.
    pub(crate) fn with_command(text: &'static str, command: String) -> Advice {
        Advice {
            text: text.into(),
            command: Some(command),
        }
    }

    /// What need not be said again of another thing.
    pub(super) fn text(&self) -> &str {
        &self.text
    }
}

impl From<&'static str> for Advice {
    fn from(text: &'static str) -> Advice {
        Advice {
            text: text.into(),
            command: None,
        }
    }
}

impl From<String> for Advice {
    fn from(text: String) -> Advice {
        Advice {
            text: text.into(),
            command: None,
        }
    }
}

impl fmt::Display for Advice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.command {
            Some(command) => write!(f, "{}: {command}", self.text),
            None => f.write_str(&self.text),
        }
    }
}
