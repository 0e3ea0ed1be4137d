//! Whom the emulator knows, and the configuration by which clients find it.

use std::io;

use serde::{Deserialize, Serialize};
use yunmei_core::{
    Endpoint,
    cos::{AppId, Bucket, BucketName, Credentials, Region, sign::Signer},
    error::InputError,
};

use crate::random;

/// The account, bucket and key pair of COS that the emulator accepts.
#[derive(Clone, Debug)]
pub struct CosAccount {
    app: AppId,
    credentials: Credentials,
    bucket: BucketName,
    region: Region,
}

impl CosAccount {
    /// An account with one bucket.
    pub fn new(
        app: AppId,
        credentials: Credentials,
        bucket: BucketName,
        region: Region,
    ) -> CosAccount {
        CosAccount {
            app,
            credentials,
            bucket,
            region,
        }
    }

    /// An account that nobody had before, with the bucket `examplebucket` in `gz`.
    ///
    /// # Errors
    ///
    /// If the system has no random numbers to give.
    pub fn made_up() -> io::Result<CosAccount> {
        let number = u64::from(u32::from_le_bytes(random::bytes()?)) % 50_000_000;
        Record {
            appid: 1_250_000_000 + number,
            secret_id: format!("AKID{}", random::word::<32>()?),
            secret_key: random::word::<32>()?,
            bucket: "examplebucket".into(),
            region: "gz".into(),
        }
        .account()
        .map_err(io::Error::other)
    }

    /// The account number, `appid`.
    pub fn app(&self) -> AppId {
        self.app
    }

    /// The pair that signs.
    pub fn credentials(&self) -> &Credentials {
        &self.credentials
    }

    /// The one bucket.
    pub fn bucket(&self) -> &BucketName {
        &self.bucket
    }

    /// Where the bucket is said to live.
    pub fn region(&self) -> &Region {
        &self.region
    }

    /// The bucket as a client sees it, signed with the account's own pair.
    pub(crate) fn bucket_at(&self, endpoint: Endpoint) -> Bucket {
        Bucket::new(self.app, self.bucket.clone(), self.region.clone())
            .signed_with(self.credentials.clone())
            .at(endpoint)
    }

    pub(crate) fn signer(&self) -> Signer {
        Signer::new(self.app, &self.bucket, &self.credentials)
    }

    pub(crate) fn record(&self) -> Record {
        Record {
            appid: self.app.number(),
            secret_id: self.credentials.secret_id().to_owned(),
            secret_key: self.credentials.secret_key().expose().to_owned(),
            bucket: self.bucket.as_str().to_owned(),
            region: self.region.as_str().to_owned(),
        }
    }
}

/// An account as it is written down, secret included.
#[derive(Deserialize, Serialize)]
pub(crate) struct Record {
    appid: u64,
    secret_id: String,
    secret_key: String,
    bucket: String,
    region: String,
}

impl Record {
    pub(crate) fn account(self) -> Result<CosAccount, InputError> {
        Ok(CosAccount {
            app: AppId::new(self.appid)?,
            credentials: Credentials::new(self.secret_id, self.secret_key)?,
            bucket: BucketName::new(self.bucket)?,
            region: Region::new(&self.region)?,
        })
    }
}

/// The TOML by which a client finds the emulator: profile `default`.
pub(crate) fn client_config(account: &CosAccount, endpoint: &Endpoint) -> String {
    #[derive(Serialize)]
    struct Profiles {
        default: Profile,
    }
    #[derive(Serialize)]
    struct Profile {
        cos: Cos,
    }
    #[derive(Serialize)]
    struct Cos {
        #[serde(flatten)]
        account: Record,
        endpoint: String,
    }
    let cos = Cos {
        account: account.record(),
        endpoint: endpoint.to_string(),
    };
    toml::to_string(&Profiles {
        default: Profile { cos },
    })
    .expect("tables of texts and small numbers always serialise")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_client_configuration_is_a_table_of_the_default_profile() {
        let account = CosAccount::made_up().expect("an account");
        let endpoint = Endpoint::parse("http://127.0.0.1:9080").expect("an endpoint");
        let text = client_config(&account, &endpoint);
        let table: toml::Table = text.parse().expect("TOML");
        let cos = table["default"]["cos"].as_table().expect("a table");
        assert_eq!(
            cos["appid"].as_integer(),
            i64::try_from(account.app().number()).ok()
        );
        assert_eq!(
            cos["secret_key"].as_str(),
            Some(account.credentials().secret_key().expose())
        );
        assert_eq!(cos["endpoint"].as_str(), Some("http://127.0.0.1:9080"));
        assert!(text.starts_with("[default.cos]\n"), "{text}");
    }

    #[test]
    fn an_account_does_not_print_its_key() {
        let account = CosAccount::made_up().expect("an account");
        let shown = format!("{account:?}");
        assert!(!shown.contains(account.credentials().secret_key().expose()));
    }
}
