use std::str::FromStr;

use yunmei_core::{
    Endpoint, Secret, Token,
    vcloud::{Dialect, Region, imagex::ServiceId},
};

use super::Config;
use crate::exit::Failure;

/// The `[profile.vcloud]` table. Keys may be missing: the vendor's clients have places of their own
/// for them.
#[derive(Default)]
pub(crate) struct VcloudSettings {
    pub(crate) access_key: Option<String>,
    pub(crate) secret_key: Option<Secret>,
    pub(crate) session_token: Option<Token>,
    pub(crate) region: Region,
    /// Of videos.
    pub(crate) space: Option<String>,
    /// Of pictures.
    pub(crate) service_id: Option<ServiceId>,
    /// What signs the addresses of pictures.
    pub(crate) image_key: Option<Secret>,
    pub(crate) endpoint: Option<Endpoint>,
    pub(crate) dialect: Dialect,
}

/// The word for a dialect.
#[derive(Clone, Copy, Debug)]
pub(crate) struct DialectName(Dialect);

impl FromStr for DialectName {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<DialectName, &'static str> {
        match text {
            "ttvcloud" => Ok(DialectName(Dialect::TtvCloud)),
            "volcengine" => Ok(DialectName(Dialect::Volcengine)),
            _ => Err("must be ttvcloud or volcengine"),
        }
    }
}

impl VcloudSettings {
    /// The word for the dialect in a configuration.
    pub(crate) fn dialect_name(&self) -> &'static str {
        match self.dialect {
            Dialect::TtvCloud => "ttvcloud",
            Dialect::Volcengine => "volcengine",
        }
    }
}

impl Config {
    /// The settings for the commands of TTVcloud, with the dialect that the command line or the
    /// environment names. There may be no table: the vendor's own places are enough for keys.
    pub(crate) fn vcloud_account(&self) -> Result<VcloudSettings, Failure> {
        let mut settings = self.vcloud()?.unwrap_or_default();
        let named = match (self.dialect, std::env::var("YUNMEI_DIALECT")) {
            (None, Ok(name)) if !name.is_empty() => {
                let name = name.parse();
                Some(name.map_err(|error| Failure::Usage(format!("YUNMEI_DIALECT: {error}")))?)
            }
            (named, _) => named,
        };
        if let Some(DialectName(dialect)) = named {
            settings.dialect = dialect;
        }
        Ok(settings)
    }

    /// The settings for TTVcloud, where there are any.
    pub(crate) fn vcloud(&self) -> Result<Option<VcloudSettings>, Failure> {
        let Some(mut table) = self.table("vcloud")? else {
            return Ok(None);
        };
        let space = table.optional::<String>("space")?;
        if space.as_deref().is_some_and(str::is_empty) {
            return Err(table.wrong("space", "must not be empty"));
        }
        let settings = VcloudSettings {
            access_key: table.optional("access_key")?,
            secret_key: table.optional::<String>("secret_key")?.map(Secret::new),
            session_token: table.optional::<String>("session_token")?.map(Token::new),
            region: table.optional("region")?.unwrap_or_default(),
            space,
            service_id: table.optional("service_id")?,
            image_key: table.optional::<String>("image_key")?.map(Secret::new),
            endpoint: table.optional("endpoint")?,
            dialect: match table.optional("dialect")? {
                Some(DialectName(dialect)) => dialect,
                None => Dialect::default(),
            },
        };
        table.end()?;
        Ok(Some(settings))
    }
}
