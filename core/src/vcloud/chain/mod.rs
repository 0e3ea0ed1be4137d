//! Where credentials come from: the vendor's places, in the vendor's order (sections 2 and 16.2).
//!
//! Whoever looks into environment and files does so outside and passes on what was there; here it is
//! only decided what counts.
//!
//! ```
//! use yunmei_core::vcloud::{Dialect, chain::{Found, Source}};
//!
//! let places = Dialect::TtvCloud.credential_places();
//! assert_eq!(places.variables, ["VCLOUD_ACCESSKEY", "VCLOUD_SECRETKEY"]);
//!
//! let found = Found {
//!     variables: [None, None],
//!     json_file: Some(r#"{"ak": "AKLTEXAMPLE", "sk": "the secret key"}"#),
//!     ..Found::default()
//! };
//! let chosen = found.choose()?;
//! assert_eq!(chosen.credentials.access_key(), "AKLTEXAMPLE");
//! assert_eq!(chosen.access_key_from, Source::JsonFile);
//! # Ok::<(), yunmei_core::error::InputError>(())
//! ```

mod files;

use std::fmt;

use super::{Credentials, Dialect};
use crate::{Token, error::InputError};

use files::{read_ini, read_json};

/// Where to look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Places {
    /// The environment variables of access key and secret key.
    pub variables: [&'static str; 2],
    /// An INI file, relative to the home folder.
    pub ini_file: Option<&'static str>,
    /// A JSON file, relative to the home folder; not looked at if there is the INI file.
    pub json_file: &'static str,
}

impl Dialect {
    /// Where the vendor's own clients look for credentials.
    pub fn credential_places(self) -> Places {
        match self {
            Dialect::TtvCloud => Places {
                variables: ["VCLOUD_ACCESSKEY", "VCLOUD_SECRETKEY"],
                ini_file: None,
                json_file: ".vcloud/config",
            },
            Dialect::Volcengine => Places {
                variables: ["VOLC_ACCESSKEY", "VOLC_SECRETKEY"],
                ini_file: Some(".volc/credentials"),
                json_file: ".volc/config",
            },
        }
    }
}

/// What was found; `None` where there was nothing.
#[derive(Clone, Copy, Default)]
pub struct Found<'a> {
    /// The access key that was set explicitly.
    pub access_key: Option<&'a str>,
    /// The secret key that was set explicitly.
    pub secret_key: Option<&'a str>,
    /// The session token that was set explicitly; there is no other place for one.
    pub session_token: Option<&'a str>,
    /// The values of the two environment variables.
    pub variables: [Option<&'a str>; 2],
    /// The text of the INI file.
    pub ini_file: Option<&'a str>,
    /// The text of the JSON file.
    pub json_file: Option<&'a str>,
}

/// One half of the credentials.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Half {
    /// The access key.
    AccessKey,
    /// The secret key.
    SecretKey,
}

/// Where one half of the credentials came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// It was set explicitly.
    Explicit,
    /// Its environment variable.
    Environment,
    /// The INI file.
    IniFile,
    /// The JSON file.
    JsonFile,
}

/// Credentials, and where they came from.
#[derive(Clone, Debug)]
pub struct Chosen {
    /// What counts.
    pub credentials: Credentials,
    /// Where the access key was.
    pub access_key_from: Source,
    /// Where the secret key was.
    pub secret_key_from: Source,
    /// The half whose environment variable was passed over, because the other variable is missing
    /// or empty: worth a warning. None if the environment was not needed.
    pub ignored_variable: Option<Half>,
}

impl Places {
    /// The environment variable of this half.
    pub fn variable(&self, half: Half) -> &'static str {
        match half {
            Half::AccessKey => self.variables[0],
            Half::SecretKey => self.variables[1],
        }
    }
}

impl Found<'_> {
    /// Whether a file has to be looked for: not if both halves were set explicitly, or are in the
    /// environment.
    pub fn needs_file(&self) -> bool {
        !self.is_explicit() && !self.has_environment()
    }

    /// Chooses: what was set explicitly, each half for itself; else the environment, if both
    /// variables are there and not empty; else the file, which may have one half only.
    ///
    /// A file is read only if a half is still missing.
    ///
    /// # Errors
    ///
    /// [`InputError::NoCredentials`] if a half is nowhere, [`InputError::CredentialsFile`] if the
    /// file cannot be understood, and the errors of [`Credentials::new`].
    pub fn choose(&self) -> Result<Chosen, InputError> {
        let rest = match self.is_explicit() {
            true => Halves::default(),
            false => self.not_explicit()?,
        };
        let explicit = |half: Option<&str>| half.map(|text| (text.to_owned(), Source::Explicit));
        let missing = |half: Half| InputError::NoCredentials { half: half.name() };
        let (access_key, access_key_from) = explicit(self.access_key)
            .or(rest.access_key)
            .ok_or(missing(Half::AccessKey))?;
        let (secret_key, secret_key_from) = explicit(self.secret_key)
            .or(rest.secret_key)
            .ok_or(missing(Half::SecretKey))?;
        let credentials = Credentials::new(access_key, secret_key)?;
        let credentials = match self.session_token {
            Some(token) => credentials.with_session_token(Token::new(token))?,
            None => credentials,
        };
        Ok(Chosen {
            credentials,
            access_key_from,
            secret_key_from,
            ignored_variable: self.ignored_variable(),
        })
    }

    /// See [`Chosen::ignored_variable`]; also for the case that nothing can be chosen.
    pub fn ignored_variable(&self) -> Option<Half> {
        match self.variables.map(is_filled) {
            _ if self.is_explicit() => None,
            [true, false] => Some(Half::AccessKey),
            [false, true] => Some(Half::SecretKey),
            _ => None,
        }
    }

    fn is_explicit(&self) -> bool {
        self.access_key.is_some() && self.secret_key.is_some()
    }

    fn has_environment(&self) -> bool {
        self.variables.into_iter().all(is_filled)
    }

    fn not_explicit(&self) -> Result<Halves, InputError> {
        if self.has_environment() {
            return Ok(Halves::new(self.variables, Source::Environment));
        }
        match (self.ini_file, self.json_file) {
            (Some(text), _) => Ok(Halves::new(read_ini(text)?, Source::IniFile)),
            (None, Some(text)) => {
                let halves = read_json(text)?;
                let halves = halves.each_ref().map(Option::as_deref);
                Ok(Halves::new(halves, Source::JsonFile))
            }
            (None, None) => Ok(Halves::default()),
        }
    }
}

/// An empty variable is as good as none (section 2).
fn is_filled(half: Option<&str>) -> bool {
    half.is_some_and(|text| !text.is_empty())
}

#[derive(Default)]
struct Halves {
    access_key: Option<(String, Source)>,
    secret_key: Option<(String, Source)>,
}

impl Halves {
    /// An empty half is none.
    fn new(halves: [Option<&str>; 2], source: Source) -> Halves {
        let [access_key, secret_key] = halves.map(|half| {
            let half = half.filter(|text| !text.is_empty())?;
            Some((half.to_owned(), source))
        });
        Halves {
            access_key,
            secret_key,
        }
    }
}

/// Hides all of it: half of it is secret.
impl fmt::Debug for Found<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Found(..)")
    }
}

impl Half {
    fn name(self) -> &'static str {
        match self {
            Half::AccessKey => "access key",
            Half::SecretKey => "secret key",
        }
    }
}

impl fmt::Display for Half {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Source::Explicit => "set explicitly",
            Source::Environment => "from the environment",
            Source::IniFile | Source::JsonFile => "from the file in the home folder",
        })
    }
}

#[cfg(test)]
mod tests;
