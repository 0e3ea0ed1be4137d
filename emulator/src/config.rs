//! Whom the emulator knows, and the configuration by which clients find it.

use std::io;

use serde::{Deserialize, Serialize, de::DeserializeOwned};
use yunmei_core::{
    Endpoint,
    cos::{AppId, Bucket, BucketName, Credentials, Region, sign::Signer},
    error::InputError,
};

use crate::{
    fangtang::{self, FangtangAccount},
    random,
    vcloud::{VcloudAccount, VcloudRecord},
    wanxiang::{Generation, WanxiangAccount, WanxiangRecord},
};

/// An account that is kept with the data, secret included.
pub(crate) trait Account: Sized {
    /// What it is kept under.
    const NAME: &str;
    /// It, as it is written down.
    type Record: Serialize + DeserializeOwned;

    fn made_up() -> io::Result<Self>;
    fn record(&self) -> Self::Record;
    fn read(record: Self::Record) -> Result<Self, InputError>;
}

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

impl Account for CosAccount {
    const NAME: &str = "cos-account";
    type Record = Record;

    fn made_up() -> io::Result<CosAccount> {
        CosAccount::made_up()
    }

    fn record(&self) -> Record {
        self.record()
    }

    fn read(record: Record) -> Result<CosAccount, InputError> {
        record.account()
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
pub(crate) fn client_config(
    account: &CosAccount,
    pictures: &WanxiangAccount,
    generation: Generation,
    partner: &FangtangAccount,
    videos: &VcloudAccount,
    endpoint: &Endpoint,
) -> String {
    #[derive(Serialize)]
    struct Profiles {
        default: Profile,
    }
    #[derive(Serialize)]
    struct Profile {
        cos: Cos,
        wanxiang: Wanxiang,
        fangtang: Fangtang,
        vcloud: Vcloud,
    }
    #[derive(Serialize)]
    struct Cos {
        #[serde(flatten)]
        account: Record,
        endpoint: String,
    }
    #[derive(Serialize)]
    struct Wanxiang {
        #[serde(flatten)]
        account: WanxiangRecord,
        generation: &'static str,
        endpoint: String,
    }
    #[derive(Serialize)]
    struct Fangtang {
        #[serde(flatten)]
        partner: fangtang::Record,
        endpoint: String,
    }
    #[derive(Serialize)]
    struct Vcloud {
        #[serde(flatten)]
        account: VcloudRecord,
        endpoint: String,
    }
    let vcloud = Vcloud {
        account: videos.record(),
        endpoint: endpoint.to_string(),
    };
    let fangtang = Fangtang {
        partner: partner.record(),
        endpoint: endpoint.to_string(),
    };
    let wanxiang = Wanxiang {
        account: pictures.record(),
        generation: match generation {
            Generation::V2 => "v2",
            Generation::Enhanced => "v2-enhanced",
        },
        endpoint: endpoint.to_string(),
    };
    let cos = Cos {
        account: account.record(),
        endpoint: endpoint.to_string(),
    };
    toml::to_string(&Profiles {
        default: Profile {
            cos,
            wanxiang,
            fangtang,
            vcloud,
        },
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
        let partner = FangtangAccount::made_up().expect("a partner");
        let pictures = WanxiangAccount::made_up().expect("an account");
        let videos = VcloudAccount::made_up().expect("an account");
        let text = client_config(
            &account,
            &pictures,
            Generation::V2,
            &partner,
            &videos,
            &endpoint,
        );
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
        let wanxiang = table["default"]["wanxiang"].as_table().expect("a table");
        let app = pictures.app().to_string();
        assert_eq!(wanxiang["appid"].as_str(), Some(app.as_str()));
        assert_eq!(wanxiang["bucket"].as_str(), Some("examplebucket"));
        assert_eq!(wanxiang["generation"].as_str(), Some("v2"));
        assert_eq!(
            wanxiang["secret_key"].as_str(),
            Some(pictures.credentials().secret_key().expose())
        );
        let photo = table["default"]["fangtang"].as_table().expect("a table");
        assert_eq!(
            photo["third_code"].as_str(),
            Some(partner.third_code().as_str())
        );
        assert_eq!(
            photo["secret_key"].as_str(),
            Some(partner.secret_key().expose())
        );
        assert_eq!(photo["endpoint"].as_str(), Some("http://127.0.0.1:9080"));
        let vcloud = table["default"]["vcloud"].as_table().expect("a table");
        let pair = videos.credentials();
        for (name, expected) in [
            ("access_key", pair.access_key()),
            ("secret_key", pair.secret_key().expose()),
            ("region", "cn-north-1"),
            ("space", "example-space"),
            ("service_id", "example-service"),
            ("endpoint", "http://127.0.0.1:9080"),
        ] {
            assert_eq!(vcloud[name].as_str(), Some(expected), "{name}");
        }
    }

    #[test]
    fn an_account_does_not_print_its_key() {
        let account = CosAccount::made_up().expect("an account");
        let shown = format!("{account:?}");
        assert!(!shown.contains(account.credentials().secret_key().expose()));
    }
}
