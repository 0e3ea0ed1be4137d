use std::{error::Error, fmt, io, path::PathBuf};

use yunmei_core::error::InputError;

/// Why there are no credentials. No secrets are in its texts.
#[derive(Debug)]
pub enum CredentialsError {
    /// A file that is needed is there, but cannot be read.
    File {
        /// Which file.
        path: PathBuf,
        /// What the system says.
        error: io::Error,
    },
    /// What was found is not enough, or cannot be used.
    Unusable {
        /// What is wrong.
        error: InputError,
        /// The file that was read, if one was needed and there.
        file: Option<PathBuf>,
        /// The environment variable that was passed over, because its partner is missing or empty.
        ignored_variable: Option<&'static str>,
    },
}

impl fmt::Display for CredentialsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            CredentialsError::File { path, error } => {
                write!(f, "{} cannot be read: {error}", path.display())
            }
            CredentialsError::Unusable {
                error,
                file,
                ignored_variable,
            } => {
                error.fmt(f)?;
                if let Some(path) = file {
                    write!(f, "; the file read was {}", path.display())?;
                }
                match ignored_variable {
                    Some(name) => write!(f, "; {name} is set, but the other variable is not"),
                    None => Ok(()),
                }
            }
        }
    }
}

impl Error for CredentialsError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            CredentialsError::File { error, .. } => Some(error),
            CredentialsError::Unusable { error, .. } => Some(error),
        }
    }
}
