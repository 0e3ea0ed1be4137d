use std::{collections::HashMap, env, fmt, path::PathBuf};

use yunmei_core::{
    Secret,
    vcloud::{
        Dialect,
        chain::{Places, Source},
    },
};

use super::{CredentialsError, SecretFile};

/// Where a process may have credentials: its environment and its home folder.
#[derive(Clone, Default)]
pub struct Surroundings {
    home: Option<PathBuf>,
    variables: HashMap<String, Secret>,
}

impl Surroundings {
    /// What this process has: the home folder that `HOME` names, and the vendor's variables.
    pub fn of_process() -> Surroundings {
        let home = env::var_os("HOME").filter(|home| !home.is_empty());
        let surroundings = Surroundings::new(home.map(PathBuf::from));
        let names = Dialect::ALL.map(|dialect| dialect.credential_places().variables);
        let set = (names.into_iter().flatten())
            .filter_map(|name| env::var(name).ok().map(|value| (name, value)));
        set.fold(surroundings, |all, (name, value)| {
            all.with_variable(name, value)
        })
    }

    /// This home folder, and an empty environment.
    pub fn new(home: Option<PathBuf>) -> Surroundings {
        Surroundings {
            home,
            variables: HashMap::new(),
        }
    }

    /// The same with an environment variable.
    pub fn with_variable(
        mut self,
        name: impl Into<String>,
        value: impl Into<String>,
    ) -> Surroundings {
        self.variables.insert(name.into(), Secret::new(value));
        self
    }

    pub(super) fn variable(&self, name: &str) -> Option<&str> {
        self.variables.get(name).map(Secret::expose)
    }

    /// The first of the files that is there.
    pub(super) fn file(
        &self,
        places: &Places,
    ) -> Result<Option<(Source, SecretFile)>, CredentialsError> {
        let Some(home) = &self.home else {
            return Ok(None);
        };
        let ini_file = places.ini_file.map(|name| (Source::IniFile, name));
        let json_file = (Source::JsonFile, places.json_file);
        for (source, name) in ini_file.into_iter().chain([json_file]) {
            if let Some(file) = SecretFile::read(&home.join(name))? {
                return Ok(Some((source, file)));
            }
        }
        Ok(None)
    }
}

/// Hides the variables: they are half of them secret.
impl fmt::Debug for Surroundings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (f.debug_struct("Surroundings").field("home", &self.home)).finish_non_exhaustive()
    }
}
