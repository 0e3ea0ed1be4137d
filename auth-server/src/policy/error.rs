use std::fmt;

/// What is wrong with a policy file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PolicyError {
    line: Option<usize>,
    message: String,
}

impl PolicyError {
    /// At a place in the text, counted in bytes.
    pub(super) fn at(text: &str, offset: Option<usize>, message: impl Into<String>) -> PolicyError {
        let line = offset
            .and_then(|end| text.get(..end))
            .map(|before| before.bytes().filter(|byte| *byte == b'\n').count() + 1);
        PolicyError {
            line,
            message: message.into(),
        }
    }

    /// The line that it is in, from 1, where it is in one.
    pub fn line(&self) -> Option<usize> {
        self.line
    }
}

impl fmt::Display for PolicyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            Some(line) => write!(f, "line {line}: {}", self.message),
            None => f.write_str(&self.message),
        }
    }
}

impl std::error::Error for PolicyError {}
