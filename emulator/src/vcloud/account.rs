//! Whom the emulator knows as a customer of TTVcloud, and of its successor.

use std::io;

use serde::{Deserialize, Serialize};
use yunmei_core::{
    Endpoint,
    error::InputError,
    vcloud::{
        Credentials, Dialect, Region, Scheme, edit::Edit, iam::Iam, imagex::ImageX,
        imagex::ServiceId, vod::Vod,
    },
};

use crate::{config::Account, random};

/// The key pair, the space of videos and the service of pictures that the emulator accepts.
#[derive(Clone, Debug)]
pub struct VcloudAccount {
    credentials: Credentials,
    region: Region,
    space: String,
    service: ServiceId,
}

impl VcloudAccount {
    /// An account with one space and one service of ImageX. The region is for its clients: the
    /// emulator takes signatures for all that there are.
    ///
    /// # Errors
    ///
    /// [`InputError::Parameter`] if the name of the space is empty, or more than letters, digits,
    /// hyphens and underscores.
    pub fn new(
        credentials: Credentials,
        region: Region,
        space: impl Into<String>,
        service: ServiceId,
    ) -> Result<VcloudAccount, InputError> {
        let space = space.into();
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_".contains(&byte);
        match !space.is_empty() && space.bytes().all(plain) {
            true => Ok(VcloudAccount {
                credentials,
                region,
                space,
                service,
            }),
            false => Err(InputError::Parameter {
                name: "space".into(),
            }),
        }
    }

    /// An account that nobody had before, with the space `example-space` and the service
    /// `example-service`.
    ///
    /// # Errors
    ///
    /// If the system has no random numbers to give.
    pub fn made_up() -> io::Result<VcloudAccount> {
        VcloudRecord {
            access_key: format!("AKLT{}", random::word::<32>()?),
            secret_key: random::word::<40>()?,
            region: "cn-north-1".into(),
            space: "example-space".into(),
            service_id: "example-service".into(),
        }
        .account()
        .map_err(io::Error::other)
    }

    /// The pair that signs.
    pub fn credentials(&self) -> &Credentials {
        &self.credentials
    }

    /// Where its clients are said to be.
    pub fn region(&self) -> &Region {
        &self.region
    }

    /// The one space of videos.
    pub fn space(&self) -> &str {
        &self.space
    }

    /// The one service of ImageX.
    pub fn service(&self) -> &ServiceId {
        &self.service
    }

    /// Video on demand as a client has it, who asks this endpoint and uploads to it.
    pub(crate) fn vod_at(&self, dialect: Dialect, endpoint: Endpoint) -> Result<Vod, InputError> {
        let vod = Vod::new(dialect, self.region.clone(), self.credentials.clone())?;
        Ok(vod.at(endpoint).uploads_over(Scheme::Http))
    }

    /// The same of pictures.
    pub(crate) fn imagex_at(
        &self,
        dialect: Dialect,
        endpoint: Endpoint,
    ) -> Result<ImageX, InputError> {
        let imagex = ImageX::new(dialect, self.region.clone(), self.credentials.clone())?;
        Ok(imagex.at(endpoint).uploads_over(Scheme::Http))
    }

    /// The same of users.
    pub(crate) fn iam_at(&self, dialect: Dialect, endpoint: Endpoint) -> Result<Iam, InputError> {
        let iam = Iam::new(dialect, self.region.clone(), self.credentials.clone())?;
        Ok(iam.at(endpoint))
    }

    /// The same of cutting and joining.
    pub(crate) fn edit_at(&self, dialect: Dialect, endpoint: Endpoint) -> Result<Edit, InputError> {
        let edit = Edit::new(dialect, self.region.clone(), self.credentials.clone())?;
        Ok(edit.at(endpoint))
    }

    pub(crate) fn record(&self) -> VcloudRecord {
        VcloudRecord {
            access_key: self.credentials.access_key().to_owned(),
            secret_key: self.credentials.secret_key().expose().to_owned(),
            region: self.region.as_str().to_owned(),
            space: self.space.clone(),
            service_id: self.service.as_str().to_owned(),
        }
    }
}

impl Account for VcloudAccount {
    const NAME: &str = "vcloud-account";
    type Record = VcloudRecord;

    fn made_up() -> io::Result<VcloudAccount> {
        VcloudAccount::made_up()
    }

    fn record(&self) -> VcloudRecord {
        self.record()
    }

    fn read(record: VcloudRecord) -> Result<VcloudAccount, InputError> {
        record.account()
    }
}

/// An account as it is written down, secret included.
#[derive(Deserialize, Serialize)]
pub(crate) struct VcloudRecord {
    access_key: String,
    secret_key: String,
    region: String,
    space: String,
    service_id: String,
}

impl VcloudRecord {
    pub(crate) fn account(self) -> Result<VcloudAccount, InputError> {
        VcloudAccount::new(
            Credentials::new(self.access_key, self.secret_key)?,
            Region::new(&self.region)?,
            self.space,
            ServiceId::new(self.service_id)?,
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_account_does_not_print_its_key_and_comes_back_from_its_record() {
        let account = VcloudAccount::made_up().expect("an account");
        let key = account.credentials().secret_key().expose();
        assert!(!format!("{account:?}").contains(key));
        let again = account.record().account().expect("an account");
        assert_eq!(again.credentials().secret_key().expose(), key);
        assert_eq!(again.space(), "example-space");
        assert_eq!(again.service().as_str(), "example-service");
    }

    #[test]
    fn the_name_of_a_space_can_stand_in_a_resource() {
        let VcloudAccount {
            credentials,
            region,
            service,
            ..
        } = VcloudAccount::made_up().expect("an account");
        for bad in ["", "a/b", "a b", "*", "图"] {
            let (credentials, region) = (credentials.clone(), region.clone());
            let refused = VcloudAccount::new(credentials, region, bad, service.clone());
            assert!(refused.is_err(), "{bad:?}");
        }
    }
}
