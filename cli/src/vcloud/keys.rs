use std::path::Path;

use yunmei_core::vcloud::{Credentials, Dialect, chain::Source};
use yunmei_host::{
    CredentialsError, ExplicitKeys, FoundCredentials, Surroundings, vcloud_credentials,
};

use crate::{config::VcloudSettings, exit::Failure, output::say};

/// The keys that count, and where they were found.
pub(crate) struct Keys {
    pub(crate) credentials: Credentials,
    told: String,
}

impl Keys {
    /// Looks where the vendor's clients look, too; says on standard error what is wrong there.
    pub(crate) fn find(settings: &VcloudSettings) -> Result<Keys, Failure> {
        let explicit = ExplicitKeys {
            access_key: settings.access_key.clone(),
            secret_key: settings.secret_key.clone(),
            session_token: settings.session_token.clone(),
        };
        let surroundings = Surroundings::of_process();
        let found = vcloud_credentials(settings.dialect, &explicit, &surroundings);
        let found = found.map_err(|error| nowhere(settings, &error))?;
        for warning in found.warnings() {
            say(format_args!("yunmei: warning: {warning}"));
        }
        Ok(Keys {
            told: told(settings, &found),
            credentials: found.chosen.credentials,
        })
    }

    /// Where they came from, as it may be told: without the keys.
    pub(super) fn told(&self) -> &str {
        &self.told
    }
}

fn told(settings: &VcloudSettings, found: &FoundCredentials) -> String {
    let place = |source| place(settings, source, found.file.as_deref());
    let access_key = place(found.chosen.access_key_from);
    let secret_key = place(found.chosen.secret_key_from);
    match access_key == secret_key {
        true => format!("the keys came from {access_key}"),
        false => format!("the access key came from {access_key}, the secret key from {secret_key}"),
    }
}

fn place(settings: &VcloudSettings, source: Source, file: Option<&Path>) -> String {
    let [first, second] = settings.dialect.credential_places().variables;
    match (source, file) {
        (Source::Explicit, _) => "the table vcloud of the configuration".to_owned(),
        (Source::Environment, _) => format!("the environment: {first} and {second}"),
        (_, Some(path)) => path.display().to_string(),
        (source, None) => source.to_string(),
    }
}

fn nowhere(settings: &VcloudSettings, error: &CredentialsError) -> Failure {
    let places = settings.dialect.credential_places();
    let [first, second] = places.variables;
    let file = places.ini_file.unwrap_or(places.json_file);
    let [variable, _] = Dialect::Volcengine.credential_places().variables;
    let other = match settings.dialect {
        Dialect::TtvCloud if std::env::var_os(variable).is_some() => {
            "; for Volcengine: --dialect volcengine"
        }
        _ => "",
    };
    Failure::Usage(format!("{}: {error}", settings.dialect)).advised(format!(
        "write a table [default.vcloud] with access_key and secret_key into the configuration, or \
         set {first} and {second}, or write ~/{file}; for a trial: yunmei emulator --write-config \
         FILE{other}"
    ))
}
