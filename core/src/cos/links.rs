use serde::Deserialize;

use crate::loose;

/// Where an uploaded file can be found (section 6.1).
///
/// The links are what the service answered, over plain http in every captured answer.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq)]
#[non_exhaustive]
pub struct Uploaded {
    /// The address at the CDN; serves only if the CDN is switched on for the bucket.
    pub access_url: String,
    /// The address at the origin: the one to show.
    pub source_url: String,
    /// `/{appid}/{bucket}/{path}`.
    pub resource_path: String,
    /// The address for further operations.
    #[serde(default)]
    pub url: Option<String>,
    /// The id of work that goes on behind the scenes.
    #[serde(default, deserialize_with = "loose::optional_text")]
    pub vid: Option<String>,
    /// A preview as text; only in answers of 2016.
    #[serde(default)]
    pub preview_url: Option<String>,
}
