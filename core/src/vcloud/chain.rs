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

use std::fmt;

use serde::Deserialize;

use super::{Credentials, Dialect};
use crate::{Token, error::InputError};

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
}

impl Found<'_> {
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
        let complete = self.access_key.is_some() && self.secret_key.is_some();
        let rest = match complete {
            true => Halves::default(),
            false => self.not_explicit()?,
        };
        let explicit = |half: Option<&str>| half.map(|text| (text.to_owned(), Source::Explicit));
        let (access_key, access_key_from) = explicit(self.access_key)
            .or(rest.access_key)
            .ok_or(InputError::NoCredentials { half: "access key" })?;
        let (secret_key, secret_key_from) = explicit(self.secret_key)
            .or(rest.secret_key)
            .ok_or(InputError::NoCredentials { half: "secret key" })?;
        let credentials = Credentials::new(access_key, secret_key)?;
        let credentials = match self.session_token {
            Some(token) => credentials.with_session_token(Token::new(token))?,
            None => credentials,
        };
        Ok(Chosen {
            credentials,
            access_key_from,
            secret_key_from,
        })
    }

    fn not_explicit(&self) -> Result<Halves, InputError> {
        let present = |half: Option<&str>| half.is_some_and(|text| !text.is_empty());
        let [access_key, secret_key] = self.variables;
        if present(access_key) && present(secret_key) {
            return Ok(Halves::new(self.variables, Source::Environment));
        }
        match (self.ini_file, self.json_file) {
            (Some(text), _) => Ok(Halves::new(read_ini(text)?, Source::IniFile)),
            (None, Some(text)) => {
                let file: JsonFile =
                    serde_json::from_str(text).map_err(|_| InputError::CredentialsFile)?;
                let halves = [file.ak.as_deref(), file.sk.as_deref()];
                Ok(Halves::new(halves, Source::JsonFile))
            }
            (None, None) => Ok(Halves::default()),
        }
    }
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

#[derive(Deserialize)]
struct JsonFile {
    ak: Option<String>,
    sk: Option<String>,
}

/// The two values in section `default`.
fn read_ini(text: &str) -> Result<[Option<&str>; 2], InputError> {
    let mut halves = [None, None];
    let mut section = "";
    for line in text.lines().map(str::trim) {
        if line.is_empty() || line.starts_with(['#', ';']) {
            continue;
        }
        if let Some(name) = line.strip_prefix('[') {
            section = name.strip_suffix(']').ok_or(InputError::CredentialsFile)?;
            continue;
        }
        let (name, value) = line
            .split_once(['=', ':'])
            .ok_or(InputError::CredentialsFile)?;
        match (section, name.trim().to_ascii_lowercase().as_str()) {
            ("default", "access_key_id") => halves[0] = Some(value.trim()),
            ("default", "secret_access_key") => halves[1] = Some(value.trim()),
            _ => {}
        }
    }
    Ok(halves)
}

/// Hides all of it: half of it is secret.
impl fmt::Debug for Found<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Found(..)")
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
mod tests {
    use super::*;

    const FILE: Option<&str> = Some(r#"{"ak":"ak-from-file","sk":"sk-from-file","more":1}"#);

    /// Access key and secret key, with their sources.
    fn chosen(found: Found<'_>) -> Result<(String, Source, String, Source), InputError> {
        let chosen = found.choose()?;
        let credentials = &chosen.credentials;
        Ok((
            credentials.access_key().to_owned(),
            chosen.access_key_from,
            credentials.secret_key().expose().to_owned(),
            chosen.secret_key_from,
        ))
    }

    fn of(ak: &str, first: Source, sk: &str, second: Source) -> (String, Source, String, Source) {
        (ak.into(), first, sk.into(), second)
    }

    #[test]
    fn the_environment_counts_before_the_file_and_only_if_it_is_complete() {
        let with = |variables| {
            chosen(Found {
                variables,
                json_file: FILE,
                ..Found::default()
            })
        };
        let environment = Source::Environment;
        let from_file = of(
            "ak-from-file",
            Source::JsonFile,
            "sk-from-file",
            Source::JsonFile,
        );
        assert_eq!(
            with([Some("ak-env"), Some("sk-env")]),
            Ok(of("ak-env", environment, "sk-env", environment))
        );
        for variables in [
            [None, None],
            [Some("ak-env"), None],
            [None, Some("sk-env")],
            [Some("ak-env"), Some("")],
        ] {
            assert_eq!(with(variables).as_ref(), Ok(&from_file), "{variables:?}");
        }
    }

    #[test]
    fn each_explicit_half_counts_for_itself() {
        let found = Found {
            access_key: Some("ak-set"),
            json_file: FILE,
            ..Found::default()
        };
        assert_eq!(
            chosen(found),
            Ok(of(
                "ak-set",
                Source::Explicit,
                "sk-from-file",
                Source::JsonFile
            ))
        );
        let found = Found {
            secret_key: Some("sk-set"),
            variables: [Some("ak-env"), Some("sk-env")],
            ..Found::default()
        };
        assert_eq!(
            chosen(found),
            Ok(of(
                "ak-env",
                Source::Environment,
                "sk-set",
                Source::Explicit
            ))
        );
    }

    #[test]
    fn a_half_that_is_nowhere_or_empty_fails_early() {
        let missing = |half| Err(InputError::NoCredentials { half });
        assert_eq!(chosen(Found::default()), missing("access key"));
        for file in [
            r#"{"ak":"a"}"#,
            r#"{"ak":"a","sk":""}"#,
            r#"{"ak":"a","sk":null}"#,
        ] {
            let found = Found {
                json_file: Some(file),
                ..Found::default()
            };
            assert_eq!(chosen(found), missing("secret key"), "{file}");
        }
        let found = Found {
            access_key: Some(""),
            json_file: FILE,
            ..Found::default()
        };
        assert_eq!(chosen(found), Err(InputError::AccessKey));
    }

    #[test]
    fn a_file_that_cannot_be_read_matters_only_if_it_is_needed() {
        for file in ["", "no JSON", "[]", r#"{"ak":1}"#] {
            let mut found = Found {
                json_file: Some(file),
                ..Found::default()
            };
            assert_eq!(chosen(found), Err(InputError::CredentialsFile), "{file}");
            found.variables = [Some("ak"), Some("sk")];
            assert!(chosen(found).is_ok());
            found.variables = [None, None];
            (found.access_key, found.secret_key) = (Some("ak"), Some("sk"));
            assert!(chosen(found).is_ok());
        }
    }

    #[test]
    fn the_successors_ini_file_hides_its_json_file() {
        let ini = "# a comment\n[other]\naccess_key_id = no\n\n[default]\r\n\
                   Access_Key_Id = ak-ini\n; more\nsecret_access_key: sk=ini==\nregion = x\n";
        let found = Found {
            ini_file: Some(ini),
            json_file: FILE,
            ..Found::default()
        };
        assert_eq!(
            chosen(found),
            Ok(of("ak-ini", Source::IniFile, "sk=ini==", Source::IniFile))
        );
        let missing = Err(InputError::NoCredentials { half: "access key" });
        for (ini, expected) in [
            ("[default]", missing.clone()),
            ("access_key_id=a\nsecret_access_key=b", missing),
            ("[default\n", Err(InputError::CredentialsFile)),
            ("no pair", Err(InputError::CredentialsFile)),
        ] {
            let found = Found {
                ini_file: Some(ini),
                json_file: FILE,
                ..Found::default()
            };
            assert_eq!(chosen(found), expected, "{ini:?}");
        }
    }

    #[test]
    fn an_explicit_session_token_goes_with_the_keys() {
        let found = Found {
            session_token: Some("STS2eyJ9"),
            json_file: FILE,
            ..Found::default()
        };
        let chosen = found.choose().expect("credentials");
        assert!(chosen.credentials.session_token().is_some());
        assert!(!format!("{found:?} {chosen:?}").contains("sk-from-file"));
    }
}
