//! A user.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use yunmei_core::Timestamp;

use super::ACCOUNT;
use crate::vcloud::time;

/// A user, as it is kept.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub(super) struct User {
    pub(super) id: u64,
    pub(super) name: String,
    /// In seconds.
    pub(super) created: u64,
    pub(super) profile: Profile,
}

/// What is told of a user when it is created.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
pub(super) struct Profile {
    pub(super) display_name: String,
    pub(super) description: String,
    pub(super) email: String,
    pub(super) mobile_phone: String,
}

impl User {
    /// As answers have it.
    pub(super) fn document(&self) -> Value {
        let date = time::compact(Timestamp::from_seconds(self.created));
        json!({
            "Id": self.id,
            "AccountId": ACCOUNT,
            "UserName": self.name,
            "Trn": resource(&self.name),
            "Status": "active",
            "CreateDate": date,
            "UpdateDate": date,
            "DisplayName": self.profile.display_name,
            "Description": self.profile.description,
            "Email": self.profile.email,
            "EmailIsVerify": false,
            "MobilePhone": self.profile.mobile_phone,
            "MobilePhoneIsVerify": false,
        })
    }

    /// Whether a search for this text, in small letters, finds it.
    pub(super) fn matches(&self, text: &str) -> bool {
        let names = [&self.name, &self.profile.display_name];
        names.iter().any(|name| name.to_lowercase().contains(text))
    }
}

/// The name of a user in policies.
pub(super) fn resource(name: &str) -> String {
    format!("trn:iam::{ACCOUNT}:user/{name}")
}
