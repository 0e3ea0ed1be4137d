use std::collections::BTreeMap;

use serde::Deserialize;

use crate::{Secret, loose};

/// What a commit brings: one entry for each content (section 7.7).
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Committed {
    /// There is at least one.
    pub results: Vec<CommittedUpload>,
    /// The text that went with the commit.
    pub callback_args: String,
}

/// What became of one content. What does not apply to it is empty, or `None`.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(from = "Written")]
#[non_exhaustive]
pub struct CommittedUpload {
    /// The id of a video.
    pub vid: String,
    /// The id of what is no video; of Volcengine only.
    pub mid: String,
    /// The name of the poster that was taken.
    pub poster_uri: String,
    /// The properties of a video.
    pub video: Option<VideoMeta>,
    /// The properties of a picture.
    pub image: Option<ImageMeta>,
    /// The properties of an object.
    pub object: Option<ObjectMeta>,
    /// How it was encrypted.
    pub encryption: Option<EncryptionMeta>,
}

/// The properties of a video, as far as they were read.
#[derive(Clone, Debug, Default, Deserialize, PartialEq)]
#[serde(rename_all = "PascalCase")]
#[non_exhaustive]
pub struct VideoMeta {
    /// The name under which it is stored.
    #[serde(default, alias = "StoreUri", deserialize_with = "loose::text_or_empty")]
    pub uri: String,
    /// In pixels.
    #[serde(default, deserialize_with = "loose::optional_number")]
    pub width: Option<u64>,
    /// In pixels.
    #[serde(default, deserialize_with = "loose::optional_number")]
    pub height: Option<u64>,
    /// In seconds.
    #[serde(default, deserialize_with = "loose::optional_decimal")]
    pub duration: Option<f64>,
    /// In bits a second.
    #[serde(default, deserialize_with = "loose::optional_number")]
    pub bitrate: Option<u64>,
    /// Of the whole content.
    #[serde(default, deserialize_with = "loose::text_or_empty")]
    pub md5: String,
    /// Such as `MP4`.
    #[serde(default, deserialize_with = "loose::text_or_empty")]
    pub format: String,
    /// In bytes.
    #[serde(default, deserialize_with = "loose::optional_number")]
    pub size: Option<u64>,
    /// The id of the file; of Volcengine only, as all that follows.
    #[serde(default, deserialize_with = "loose::text_or_empty")]
    pub file_id: String,
    /// Such as `h264`.
    #[serde(default, deserialize_with = "loose::text_or_empty")]
    pub codec: String,
    /// Such as `720p`.
    #[serde(default, deserialize_with = "loose::text_or_empty")]
    pub definition: String,
    /// Frames a second.
    #[serde(default, deserialize_with = "loose::optional_decimal")]
    pub fps: Option<f64>,
}

/// The properties of a picture, as far as they were read.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "PascalCase")]
#[non_exhaustive]
pub struct ImageMeta {
    /// The name under which it is stored.
    #[serde(default, deserialize_with = "loose::text_or_empty")]
    pub uri: String,
    /// In pixels.
    #[serde(default, deserialize_with = "loose::optional_number")]
    pub width: Option<u64>,
    /// In pixels.
    #[serde(default, deserialize_with = "loose::optional_number")]
    pub height: Option<u64>,
    /// Of the whole content.
    #[serde(default, deserialize_with = "loose::text_or_empty")]
    pub md5: String,
}

/// The properties of an object.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "PascalCase")]
#[non_exhaustive]
pub struct ObjectMeta {
    /// The name under which it is stored.
    #[serde(default, deserialize_with = "loose::text_or_empty")]
    pub uri: String,
    /// Of the whole content.
    #[serde(default, deserialize_with = "loose::text_or_empty")]
    pub md5: String,
}

/// How a content was encrypted.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
#[non_exhaustive]
pub struct EncryptionMeta {
    /// The name under which it is stored.
    #[serde(default, deserialize_with = "loose::text_or_empty")]
    pub uri: String,
    /// The key.
    #[serde(default = "no_secret", deserialize_with = "secret")]
    pub secret_key: Secret,
    /// By what.
    #[serde(default, deserialize_with = "loose::text_or_empty")]
    pub algorithm: String,
    /// In which version.
    #[serde(default, deserialize_with = "loose::text_or_empty")]
    pub version: String,
    /// Of the content before.
    #[serde(default, deserialize_with = "loose::text_or_empty")]
    pub source_md5: String,
    /// What else there is to know.
    #[serde(default, deserialize_with = "loose::text_map")]
    pub extra: BTreeMap<String, String>,
}

fn no_secret() -> Secret {
    Secret::new("")
}

fn secret<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Secret, D::Error> {
    loose::text_or_empty(deserializer).map(Secret::new)
}

/// As the service writes it: the poster went by another name before.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Written {
    #[serde(default, deserialize_with = "loose::text_or_empty")]
    vid: String,
    #[serde(default, deserialize_with = "loose::text_or_empty")]
    poster_uri: String,
    #[serde(default, deserialize_with = "loose::text_or_empty")]
    snapshot_uri: String,
    #[serde(default)]
    video_meta: Option<VideoMeta>,
    #[serde(default)]
    image_meta: Option<ImageMeta>,
    #[serde(default)]
    object_meta: Option<ObjectMeta>,
    #[serde(default)]
    encryption: Option<EncryptionMeta>,
}

impl From<Written> for CommittedUpload {
    fn from(written: Written) -> CommittedUpload {
        let encryption = written.encryption;
        CommittedUpload {
            vid: written.vid,
            mid: String::new(),
            poster_uri: match written.poster_uri.is_empty() {
                true => written.snapshot_uri,
                false => written.poster_uri,
            },
            // Members that do not apply may be there with nothing in them.
            video: (written.video_meta).filter(|meta| !meta.uri.is_empty()),
            image: (written.image_meta).filter(|meta| !meta.uri.is_empty()),
            object: (written.object_meta).filter(|meta| !meta.uri.is_empty()),
            encryption: encryption.filter(|meta| !meta.uri.is_empty()),
        }
    }
}
