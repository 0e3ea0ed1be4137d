use std::{fmt, io};

/// A file or buffer on this side failed.
#[derive(Debug)]
#[non_exhaustive]
pub enum LocalError {
    /// The source could not be read.
    Read(io::Error),
    /// The destination could not be written.
    Write(io::Error),
    /// The source is not what it was when it was measured: it shrank, grew or was replaced.
    Changed {
        /// Its length when it was opened, in bytes.
        expected: u64,
        /// Its length now, as far as known, in bytes.
        found: u64,
    },
}

impl fmt::Display for LocalError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            LocalError::Read(error) => write!(f, "the source cannot be read: {error}"),
            LocalError::Write(error) => write!(f, "the destination cannot be written: {error}"),
            LocalError::Changed { expected, found } if expected == found => {
                f.write_str("the source was modified while it was being read")
            }
            LocalError::Changed { expected, found } => write!(
                f,
                "the source changed while it was being read: {expected} bytes, now {found}"
            ),
        }
    }
}

impl std::error::Error for LocalError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            LocalError::Read(error) | LocalError::Write(error) => Some(error),
            LocalError::Changed { .. } => None,
        }
    }
}
