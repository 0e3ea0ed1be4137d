//! Whom the emulator knows as a customer of Wanxiang.

use std::io;

use serde::{Deserialize, Serialize};
use yunmei_core::{
    Endpoint,
    error::InputError,
    wanxiang::{AppId, Bucket, BucketName, Credentials, Detector, PhotosV1, UserId, Videos},
};

use super::Generation;

use crate::{config::Account, random};

/// The account, bucket and key pair of Wanxiang that the emulator accepts.
#[derive(Clone, Debug)]
pub struct WanxiangAccount {
    app: AppId,
    credentials: Credentials,
    bucket: BucketName,
}

impl WanxiangAccount {
    /// An account with one bucket. Its pictures of V1, and its videos, need none.
    pub fn new(app: AppId, credentials: Credentials, bucket: BucketName) -> WanxiangAccount {
        WanxiangAccount {
            app,
            credentials,
            bucket,
        }
    }

    /// An account that nobody had before, with the bucket `examplebucket`.
    ///
    /// # Errors
    ///
    /// If the system has no random numbers to give.
    pub fn made_up() -> io::Result<WanxiangAccount> {
        // Eight digits that begin with 100, as those of V2 do (section 2).
        let number = u32::from_le_bytes(random::bytes()?) % 100_000;
        WanxiangRecord {
            appid: (10_000_000 + number).to_string(),
            secret_id: format!("AKID{}", random::word::<32>()?),
            secret_key: random::word::<32>()?,
            bucket: "examplebucket".into(),
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

    /// The bucket as a client sees it, signed with the account's own pair.
    pub(crate) fn bucket_at(&self, generation: Generation, endpoint: Endpoint) -> Bucket {
        let bucket = match generation {
            Generation::V2 => Bucket::v2(self.app, self.bucket.clone()),
            Generation::Enhanced => Bucket::v2_enhanced(self.app, self.bucket.clone()),
        };
        bucket.signed_with(&self.credentials).at(endpoint)
    }

    /// The same of its pictures of V1.
    pub(crate) fn photos_at(&self, endpoint: Endpoint) -> PhotosV1 {
        PhotosV1::new(self.app, UserId::default())
            .signed_with(&self.credentials)
            .at(endpoint)
    }

    /// The same of its videos.
    pub(crate) fn videos_at(&self, endpoint: Endpoint) -> Videos {
        Videos::new(self.app, UserId::default())
            .signed_with(&self.credentials)
            .at(endpoint)
    }

    /// The same of porn detection.
    pub(crate) fn detector_at(&self, endpoint: Endpoint) -> Detector {
        Detector::new(self.app, self.bucket.clone())
            .signed_with(&self.credentials)
            .at(endpoint)
    }

    pub(crate) fn record(&self) -> WanxiangRecord {
        WanxiangRecord {
            appid: self.app.to_string(),
            secret_id: self.credentials.secret_id().to_owned(),
            secret_key: self.credentials.secret_key().expose().to_owned(),
            bucket: self.bucket.as_str().to_owned(),
        }
    }
}

impl Account for WanxiangAccount {
    const NAME: &str = "wanxiang-account";
    type Record = WanxiangRecord;

    fn made_up() -> io::Result<WanxiangAccount> {
        WanxiangAccount::made_up()
    }

    fn record(&self) -> WanxiangRecord {
        self.record()
    }

    fn read(record: WanxiangRecord) -> Result<WanxiangAccount, InputError> {
        record.account()
    }
}

/// An account as it is written down, secret included.
#[derive(Deserialize, Serialize)]
pub(crate) struct WanxiangRecord {
    appid: String,
    secret_id: String,
    secret_key: String,
    bucket: String,
}

impl WanxiangRecord {
    pub(crate) fn account(self) -> Result<WanxiangAccount, InputError> {
        Ok(WanxiangAccount {
            app: self.appid.parse()?,
            credentials: Credentials::new(self.secret_id, self.secret_key)?,
            bucket: BucketName::new(&self.bucket)?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_account_is_written_down_and_read_again_and_does_not_print_its_key() {
        let account = WanxiangAccount::made_up().expect("an account");
        assert!(account.app().to_string().starts_with("100"));
        let key = account.credentials().secret_key().expose();
        assert!(!format!("{account:?}").contains(key));
        let again = account.record().account().expect("an account");
        assert_eq!(again.app(), account.app());
        assert_eq!(again.credentials().secret_key().expose(), key);
    }
}
