//! Looks for the credentials of TTVcloud and its successor where the vendor's clients look.
//!
//! What counts is decided by [`yunmei_core::vcloud::chain`]; here the environment and the files are
//! read for it.

mod failure;
mod surroundings;
#[cfg(test)]
mod tests;

use std::{
    fs::Metadata,
    io::{self, Read},
    path::{Path, PathBuf},
};

use yunmei_core::{
    Secret, Token,
    vcloud::{
        Dialect,
        chain::{Chosen, Found, Source},
    },
};

use crate::open_regular;

pub use failure::CredentialsError;
pub use surroundings::Surroundings;

/// Longer than any file with credentials; a wrong file must not fill the memory.
const LONGEST_FILE: u64 = 64 * 1024;

/// What was set explicitly; each part for itself, and all may be missing.
#[derive(Clone, Debug, Default)]
pub struct ExplicitKeys {
    /// The access key.
    pub access_key: Option<String>,
    /// The secret key.
    pub secret_key: Option<Secret>,
    /// The session token that goes with temporary keys; there is no other place for one.
    pub session_token: Option<Token>,
}

/// Credentials, with an account of where they were.
#[derive(Clone, Debug)]
pub struct FoundCredentials {
    /// The credentials, and the kind of source of each half.
    pub chosen: Chosen,
    /// The file that was read, if one was needed and there.
    pub file: Option<PathBuf>,
    /// Whether others than its owner may read that file.
    pub readable_by_others: bool,
    /// The environment variable that was passed over, because its partner is missing or empty.
    pub ignored_variable: Option<&'static str>,
}

impl FoundCredentials {
    /// What the user should be told, one sentence each; no secrets are in it.
    pub fn warnings(&self) -> Vec<String> {
        let open_file = match (&self.file, self.readable_by_others) {
            (Some(path), true) => Some(format!(
                "others can read the secrets in {0}; run: chmod 600 {0}",
                path.display()
            )),
            _ => None,
        };
        let lone = self.ignored_variable.map(|name| {
            format!("{name} is ignored: the environment counts only if both variables are set")
        });
        open_file.into_iter().chain(lone).collect()
    }
}

/// Finds the credentials of one account: what was set explicitly, else both environment variables,
/// else the vendor's file in the home folder, which is read only if it is needed.
///
/// ```
/// use yunmei_core::vcloud::{Dialect, chain::Source};
/// use yunmei_host::{ExplicitKeys, Surroundings, vcloud_credentials};
///
/// let surroundings = Surroundings::new(None)
///     .with_variable("VCLOUD_ACCESSKEY", "AKLTEXAMPLE")
///     .with_variable("VCLOUD_SECRETKEY", "the secret key");
/// let found = vcloud_credentials(Dialect::TtvCloud, &ExplicitKeys::default(), &surroundings)?;
/// assert_eq!(found.chosen.access_key_from, Source::Environment);
/// assert!(found.warnings().is_empty());
/// # Ok::<(), yunmei_host::CredentialsError>(())
/// ```
///
/// # Errors
///
/// [`CredentialsError`] if a half is nowhere or cannot be used, or if the file is needed and cannot
/// be read or understood.
pub fn vcloud_credentials(
    dialect: Dialect,
    explicit: &ExplicitKeys,
    surroundings: &Surroundings,
) -> Result<FoundCredentials, CredentialsError> {
    let places = dialect.credential_places();
    let mut found = Found {
        access_key: explicit.access_key.as_deref(),
        secret_key: explicit.secret_key.as_ref().map(Secret::expose),
        session_token: explicit.session_token.as_ref().map(Token::expose),
        variables: places.variables.map(|name| surroundings.variable(name)),
        ..Found::default()
    };
    let file = match found.needs_file() {
        true => surroundings.file(&places)?,
        false => None,
    };
    match &file {
        Some((Source::IniFile, file)) => found.ini_file = Some(file.text.expose()),
        Some((_, file)) => found.json_file = Some(file.text.expose()),
        None => {}
    }
    let ignored = found.ignored_variable();
    let ignored_variable = ignored.map(|half| places.variable(half));
    let chosen = found.choose();
    let readable_by_others = matches!(&file, Some((_, file)) if file.readable_by_others);
    let file = file.map(|(_, file)| file.path);
    match chosen {
        Ok(chosen) => Ok(FoundCredentials {
            chosen,
            file,
            readable_by_others,
            ignored_variable,
        }),
        Err(error) => Err(CredentialsError::Unusable {
            error,
            file,
            ignored_variable,
        }),
    }
}

/// Whether others than its owner may read a file. Systems without such rights say no.
pub fn readable_by_others(metadata: &Metadata) -> bool {
    #[cfg(unix)]
    let others = {
        use std::os::unix::fs::PermissionsExt;
        metadata.permissions().mode() & 0o044 != 0
    };
    #[cfg(not(unix))]
    let others = {
        let _ = metadata;
        false
    };
    others
}

/// A file that was there. All of it may be secret.
struct SecretFile {
    path: PathBuf,
    text: Secret,
    readable_by_others: bool,
}

impl SecretFile {
    /// `None` if there is no such file.
    fn read(path: &Path) -> Result<Option<SecretFile>, CredentialsError> {
        match read_bounded(path) {
            Ok((text, readable_by_others)) => Ok(Some(SecretFile {
                path: path.to_owned(),
                text,
                readable_by_others,
            })),
            Err(error) if is_absent(&error) => Ok(None),
            Err(error) => Err(CredentialsError::File {
                path: path.to_owned(),
                error,
            }),
        }
    }
}

/// There is nothing, or the folder it would be in is none.
fn is_absent(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::NotFound | io::ErrorKind::NotADirectory
    )
}

fn read_bounded(path: &Path) -> io::Result<(Secret, bool)> {
    let (file, _) = open_regular(path)?;
    let readable_by_others = readable_by_others(&file.metadata()?);
    let mut text = String::new();
    file.take(LONGEST_FILE + 1).read_to_string(&mut text)?;
    if text.len() as u64 > LONGEST_FILE {
        let message = "too long to be a file with credentials";
        return Err(io::Error::new(io::ErrorKind::InvalidData, message));
    }
    Ok((Secret::new(text), readable_by_others))
}
