//! The configuration file: found, read, and turned into handles.

mod fangtang;
mod file;
mod table;
mod vcloud;
mod wanxiang;

use std::path::{Path, PathBuf};

use yunmei_core::{
    Endpoint,
    cos::{AppId, Bucket, BucketName, Credentials, Region},
};

use crate::{arguments::Common, exit::Failure};

pub(crate) use file::warn_if_open;
use table::Table;
pub(crate) use vcloud::{DialectName, VcloudSettings};
pub(crate) use wanxiang::{Generation, WanxiangSettings};

/// One profile of the configuration file, or nothing where there is no file.
pub(crate) struct Config {
    /// What messages call it.
    place: String,
    profile: Option<toml::Table>,
    /// What the command line says.
    dialect: Option<DialectName>,
}

/// The `[profile.cos]` table.
pub(crate) struct CosSettings {
    pub(crate) app: AppId,
    pub(crate) credentials: Credentials,
    pub(crate) bucket: BucketName,
    pub(crate) region: Region,
    pub(crate) endpoint: Option<Endpoint>,
}

impl Config {
    /// Finds and reads the file that the command line, the environment or the configuration folder
    /// names, in this order.
    pub(crate) fn load(common: &Common) -> Result<Config, Failure> {
        let profile = common
            .profile
            .clone()
            .or_else(|| {
                std::env::var("YUNMEI_PROFILE")
                    .ok()
                    .filter(|name| !name.is_empty())
            })
            .unwrap_or_else(|| "default".into());
        let Some(path) = locate(common) else {
            return Ok(Config {
                place: usual_place(),
                profile: None,
                dialect: common.dialect,
            });
        };
        let place = format!("profile {profile:?} of {}", path.display());
        let mut tables = file::read(&path)?;
        match tables.remove(&profile) {
            Some(toml::Value::Table(profile)) => Ok(Config {
                place,
                profile: Some(profile),
                dialect: common.dialect,
            }),
            Some(_) => Err(Failure::Usage(format!("{place} is not a table"))),
            None => {
                let profiles = tables.iter().filter(|(_, value)| value.is_table());
                let known: Vec<&String> = profiles.map(|(name, _)| name).collect();
                Err(Failure::Usage(format!(
                    "there is no {place}; there are: {known:?}"
                )))
            }
        }
    }

    /// The same, but only a file that was named: what lies in the usual place holds real keys, and
    /// an emulator has no business with them.
    pub(crate) fn load_named(common: &Common) -> Result<Option<Config>, Failure> {
        match named(common) {
            Some(_) => Config::load(common).map(Some),
            None => Ok(None),
        }
    }

    /// Whether it is this file that was named.
    pub(crate) fn is_named(common: &Common, path: &Path) -> bool {
        named(common).is_some_and(|named| named == path)
    }

    /// The settings for COS, where there are any.
    pub(crate) fn cos(&self) -> Result<Option<CosSettings>, Failure> {
        let Some(mut table) = self.table("cos")? else {
            return Ok(None);
        };
        let pair = Credentials::new(table.text("secret_id")?, table.text("secret_key")?);
        let settings = CosSettings {
            app: table.parsed("appid")?,
            credentials: pair.map_err(|error| table.wrong("secret_id, secret_key", error))?,
            bucket: table.parsed("bucket")?,
            region: table.parsed("region")?,
            endpoint: table.optional("endpoint")?,
        };
        table.end()?;
        Ok(Some(settings))
    }

    /// The bucket that commands about COS work on; `name` stands for the configured one.
    pub(crate) fn cos_bucket(&self, name: Option<&BucketName>) -> Result<Bucket, Failure> {
        let keys = "appid, secret_id, secret_key, bucket and region";
        let settings = self
            .cos()?
            .ok_or_else(|| self.nothing_known("COS", "cos", keys))?;
        Ok(settings.bucket(name))
    }

    fn table(&self, name: &str) -> Result<Option<Table>, Failure> {
        Table::find(self.profile.as_ref(), name, &self.place)
    }

    fn nothing_known(&self, service: &str, table: &str, keys: &str) -> Failure {
        Failure::Usage(format!(
            "nothing is known of {service}: {} has no table {table}\n  write a table \
             [default.{table}] with {keys}, or run: yunmei emulator --write-config FILE",
            self.place
        ))
    }
}

impl CosSettings {
    fn bucket(self, name: Option<&BucketName>) -> Bucket {
        let name = name.cloned().unwrap_or(self.bucket);
        let bucket = Bucket::new(self.app, name, self.region).signed_with(self.credentials);
        match self.endpoint {
            Some(endpoint) => bucket.at(endpoint),
            None => bucket,
        }
    }
}

/// `None` if the only candidate is the usual place, and nothing is there.
fn locate(common: &Common) -> Option<PathBuf> {
    named(common).or_else(|| usual_path().filter(|path| path.exists()))
}

/// By the command line, or by the environment.
fn named(common: &Common) -> Option<PathBuf> {
    common.config.clone().or_else(|| {
        let path = std::env::var_os("YUNMEI_CONFIG")?;
        (!path.is_empty()).then(|| path.into())
    })
}

fn usual_path() -> Option<PathBuf> {
    use etcetera::BaseStrategy;
    let folders = etcetera::choose_base_strategy().ok()?;
    Some(folders.config_dir().join("yunmei").join("config.toml"))
}

fn usual_place() -> String {
    match usual_path() {
        Some(path) => format!("{}, which does not exist,", path.display()),
        None => "a configuration file that was not found".into(),
    }
}
