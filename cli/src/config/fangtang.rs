use yunmei_core::{
    Endpoint, Secret,
    fangtang::{Partner, ThirdCode},
};

use super::Config;
use crate::exit::Failure;

/// The `[profile.fangtang]` table.
pub(crate) struct FangtangSettings {
    pub(crate) third_code: ThirdCode,
    pub(crate) secret_key: Secret,
    pub(crate) endpoint: Option<Endpoint>,
}

impl Config {
    /// The settings for Fangtang, where there are any.
    pub(crate) fn fangtang(&self) -> Result<Option<FangtangSettings>, Failure> {
        let Some(mut table) = self.table("fangtang")? else {
            return Ok(None);
        };
        let third_code = ThirdCode::new(table.text("third_code")?);
        let secret_key = Secret::new(table.text("secret_key")?);
        if secret_key.is_empty() {
            return Err(table.wrong("secret_key", "must not be empty"));
        }
        let settings = FangtangSettings {
            third_code: third_code.map_err(|error| table.wrong("third_code", error))?,
            secret_key,
            endpoint: table.optional("endpoint")?,
        };
        table.end()?;
        Ok(Some(settings))
    }

    /// The partner that commands about photos work for.
    pub(crate) fn partner(&self) -> Result<Partner, Failure> {
        let settings = self.fangtang()?.ok_or_else(|| {
            self.nothing_known("Fangtang", "fangtang", "third_code and secret_key")
        })?;
        let partner = Partner::new(settings.third_code, settings.secret_key)
            .map_err(|error| Failure::Usage(error.to_string()))?;
        Ok(match settings.endpoint {
            Some(endpoint) => partner.at(endpoint),
            None => partner,
        })
    }
}
