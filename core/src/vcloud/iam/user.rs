use serde::Deserialize;

use crate::loose;

/// A user of an account. What the service did not say is empty.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq)]
#[non_exhaustive]
pub struct User {
    /// The name, which no other user of the account has.
    #[serde(rename = "UserName", deserialize_with = "loose::text")]
    pub name: String,
    /// The name in policies: `trn:iam::{account}:user/{name}`.
    #[serde(default, rename = "Trn", deserialize_with = "loose::text_or_empty")]
    pub trn: String,
    /// Whether the user may do anything, in the service's words: `active`.
    #[serde(default, rename = "Status", deserialize_with = "loose::text_or_empty")]
    pub status: String,
    /// When it was created, as the service writes it; the form is not established (section 17).
    #[serde(
        default,
        rename = "CreateDate",
        deserialize_with = "loose::text_or_empty"
    )]
    pub created: String,
    /// When it was last changed, likewise.
    #[serde(
        default,
        rename = "UpdateDate",
        deserialize_with = "loose::text_or_empty"
    )]
    pub updated: String,
    /// Words about the user.
    #[serde(
        default,
        rename = "Description",
        deserialize_with = "loose::text_or_empty"
    )]
    pub description: String,
    /// The name to show.
    #[serde(
        default,
        rename = "DisplayName",
        deserialize_with = "loose::text_or_empty"
    )]
    pub display_name: String,
    /// The address for mail.
    #[serde(default, rename = "Email", deserialize_with = "loose::text_or_empty")]
    pub email: String,
    /// Whether that was confirmed.
    #[serde(default, rename = "EmailIsVerify", deserialize_with = "loose::flag")]
    pub email_verified: Option<bool>,
    /// The number of the mobile phone.
    #[serde(
        default,
        rename = "MobilePhone",
        deserialize_with = "loose::text_or_empty"
    )]
    pub mobile_phone: String,
    /// Whether that was confirmed.
    #[serde(
        default,
        rename = "MobilePhoneIsVerify",
        deserialize_with = "loose::flag"
    )]
    pub mobile_phone_verified: Option<bool>,
    /// The number of the user; only newer answers have it.
    #[serde(default, rename = "Id", deserialize_with = "loose::optional_number")]
    pub id: Option<u64>,
    /// The number of the account; only newer answers have it.
    #[serde(
        default,
        rename = "AccountId",
        deserialize_with = "loose::optional_number"
    )]
    pub account_id: Option<u64>,
}
