use serde::{Deserialize, Serialize};

/// How a content is kept at the successor; TTVcloud has no choice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum StorageClass {
    /// To be read often.
    Standard,
    /// To be read rarely, after it was brought back.
    Archive,
    /// To be read rarely.
    InfrequentAccess,
}

impl StorageClass {
    /// The number of an apply.
    pub(in crate::vcloud) fn number(self) -> u64 {
        match self {
            StorageClass::Standard => 1,
            StorageClass::Archive => 2,
            StorageClass::InfrequentAccess => 3,
        }
    }

    /// The word that upload hosts are told (section 8.2); the standard goes without saying.
    pub(super) fn word(self) -> Option<&'static str> {
        match self {
            StorageClass::Standard => None,
            StorageClass::Archive => Some("archive"),
            StorageClass::InfrequentAccess => Some("ia"),
        }
    }
}
