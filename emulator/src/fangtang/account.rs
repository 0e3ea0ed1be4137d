use std::{fmt, io};

use serde::{Deserialize, Serialize};
use yunmei_core::{
    Endpoint, Secret,
    error::InputError,
    fangtang::{Partner, ThirdCode},
};

use crate::{config::Account, random};

/// The partner of Fangtang that the emulator knows.
#[derive(Clone)]
pub struct FangtangAccount {
    third_code: ThirdCode,
    secret_key: Secret,
}

impl FangtangAccount {
    /// A partner with its id, which is sent, and its key, which never is.
    ///
    /// # Errors
    ///
    /// [`InputError::PartnerKey`] if the key is empty.
    pub fn new(third_code: ThirdCode, secret_key: Secret) -> Result<FangtangAccount, InputError> {
        match secret_key.is_empty() {
            true => Err(InputError::PartnerKey),
            false => Ok(FangtangAccount {
                third_code,
                secret_key,
            }),
        }
    }

    /// A partner that nobody was before.
    ///
    /// # Errors
    ///
    /// If the system has no random numbers to give.
    pub fn made_up() -> io::Result<FangtangAccount> {
        Record {
            third_code: format!("partner-{}", random::hex::<4>()?),
            secret_key: random::word::<32>()?,
        }
        .account()
        .map_err(io::Error::other)
    }

    /// The partner's id.
    pub fn third_code(&self) -> &ThirdCode {
        &self.third_code
    }

    /// The partner's key.
    pub fn secret_key(&self) -> &Secret {
        &self.secret_key
    }

    /// The partner as a client has it, who asks this endpoint.
    pub(crate) fn partner_at(&self, endpoint: Endpoint) -> Partner {
        Partner::new(self.third_code.clone(), self.secret_key.clone())
            .expect("a key that is not empty")
            .at(endpoint)
    }

    pub(crate) fn record(&self) -> Record {
        Record {
            third_code: self.third_code.as_str().to_owned(),
            secret_key: self.secret_key.expose().to_owned(),
        }
    }
}

impl fmt::Debug for FangtangAccount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FangtangAccount")
            .field("third_code", &self.third_code)
            .finish_non_exhaustive()
    }
}

impl Account for FangtangAccount {
    const NAME: &str = "fangtang-account";
    type Record = Record;

    fn made_up() -> io::Result<FangtangAccount> {
        FangtangAccount::made_up()
    }

    fn record(&self) -> Record {
        self.record()
    }

    fn read(record: Record) -> Result<FangtangAccount, InputError> {
        record.account()
    }
}

/// A partner as it is written down, key included.
#[derive(Deserialize, Serialize)]
pub(crate) struct Record {
    third_code: String,
    secret_key: String,
}

impl Record {
    pub(crate) fn account(self) -> Result<FangtangAccount, InputError> {
        FangtangAccount::new(
            ThirdCode::new(self.third_code)?,
            Secret::new(self.secret_key),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_partner_has_an_id_and_a_key_and_does_not_print_the_key() {
        let account = FangtangAccount::made_up().expect("random bits");
        assert!(!format!("{account:?}").contains(account.secret_key().expose()));
        let without = FangtangAccount::new(account.third_code().clone(), Secret::new(""));
        assert_eq!(without.err(), Some(InputError::PartnerKey));
    }
}
