use serde::{Deserialize, Deserializer, de};
use serde_json::Value;

use crate::{error::Error, loose, vcloud::vod::EncryptionMeta};

/// What [`CommitImages`](super::CommitImages) brings.
#[derive(Clone, Debug, Deserialize)]
#[non_exhaustive]
pub struct CommittedImages {
    /// One for each picture. There is at least one.
    #[serde(default, rename = "Results", deserialize_with = "loose::list")]
    pub images: Vec<CommittedImage>,
    /// What was read in them; nothing if that was not wanted, or not possible.
    #[serde(default, rename = "PluginResult", deserialize_with = "list_or_text")]
    pub metas: Vec<ImageMeta>,
}

/// What [`UploadImages`](super::UploadImages) brings: at least one picture was stored.
#[derive(Debug)]
#[non_exhaustive]
pub struct UploadedImages {
    /// Those that are stored, in the order in which they were given.
    pub images: Vec<CommittedImage>,
    /// What was read in them; nothing if that was not wanted, or not possible.
    pub metas: Vec<ImageMeta>,
    /// Those that are not.
    pub failed: Vec<FailedImage>,
}

impl UploadedImages {
    /// Whether all pictures are stored.
    pub fn is_complete(&self) -> bool {
        self.failed.is_empty()
    }
}

/// A picture that was not stored, although others were.
#[derive(Debug)]
#[non_exhaustive]
pub struct FailedImage {
    /// Which one, counted from 0.
    pub at: usize,
    /// The name that it would have had.
    pub uri: String,
    /// Why.
    pub error: Error,
}

/// A picture that was uploaded.
#[derive(Clone, Debug, Deserialize)]
#[non_exhaustive]
pub struct CommittedImage {
    /// Its name.
    #[serde(rename = "Uri", deserialize_with = "loose::text")]
    pub uri: String,
    /// [`CommittedImage::STORED`] or [`CommittedImage::NOT_STORED`]; only if the commit
    /// [named](super::CommitImages::stored) what was stored.
    #[serde(
        default,
        rename = "UriStatus",
        deserialize_with = "loose::optional_number"
    )]
    pub status: Option<u64>,
    /// How it was encrypted, if it was.
    #[serde(default, rename = "Encryption", deserialize_with = "encryption")]
    pub encryption: Option<EncryptionMeta>,
}

impl CommittedImage {
    /// The status of a picture that is there.
    pub const STORED: u64 = 2000;

    /// The status of a picture that is not.
    pub const NOT_STORED: u64 = 2001;
}

/// What the service read in a picture. What it did not say is empty.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq)]
#[non_exhaustive]
pub struct ImageMeta {
    /// The name of the picture.
    #[serde(
        default,
        rename = "ImageUri",
        deserialize_with = "loose::text_or_empty"
    )]
    pub uri: String,
    /// The name of the file.
    #[serde(
        default,
        rename = "FileName",
        deserialize_with = "loose::text_or_empty"
    )]
    pub file_name: String,
    /// `png`, `jpeg` and so on.
    #[serde(
        default,
        rename = "ImageFormat",
        deserialize_with = "loose::text_or_empty"
    )]
    pub format: String,
    /// The MD5, in hex.
    #[serde(
        default,
        rename = "ImageMd5",
        deserialize_with = "loose::text_or_empty"
    )]
    pub md5: String,
    /// The width in pixels.
    #[serde(
        default,
        rename = "ImageWidth",
        deserialize_with = "loose::optional_number"
    )]
    pub width: Option<u64>,
    /// The height in pixels.
    #[serde(
        default,
        rename = "ImageHeight",
        deserialize_with = "loose::optional_number"
    )]
    pub height: Option<u64>,
    /// The length in bytes.
    #[serde(
        default,
        rename = "ImageSize",
        deserialize_with = "loose::optional_number"
    )]
    pub size: Option<u64>,
    /// How many frames there are, of a moving picture.
    #[serde(
        default,
        rename = "FrameCnt",
        deserialize_with = "loose::optional_number"
    )]
    pub frames: Option<u64>,
    /// How long they take.
    #[serde(
        default,
        rename = "Duration",
        deserialize_with = "loose::optional_number"
    )]
    pub duration: Option<u64>,
}

/// Absent, null and empty all mean that nothing was encrypted.
fn encryption<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<EncryptionMeta>, D::Error> {
    let written: Option<EncryptionMeta> = Option::deserialize(deserializer)?;
    Ok(written.filter(|meta| !meta.secret_key.is_empty()))
}

/// The vendor's pages call it a JSON text, the clients read an array.
fn list_or_text<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<ImageMeta>, D::Error> {
    let list = match Value::deserialize(deserializer)? {
        Value::String(text) if text.trim().is_empty() => Value::Null,
        Value::String(text) => serde_json::from_str(&text).map_err(de::Error::custom)?,
        other => other,
    };
    loose::list(list).map_err(de::Error::custom)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn metas(plugin_result: &str) -> Result<Vec<ImageMeta>, serde_json::Error> {
        let json = format!(r#"{{"Results":[{{"Uri":"a"}}],"PluginResult":{plugin_result}}}"#);
        serde_json::from_str(&json).map(|committed: CommittedImages| committed.metas)
    }

    #[test]
    fn what_was_read_comes_as_an_array_or_as_a_text_of_one() {
        let array = r#"[{"ImageUri":"a","ImageWidth":"3","FrameCnt":1}]"#;
        let text = Value::from(array).to_string();
        for form in [array, &text] {
            let metas = metas(form).expect(form);
            assert_eq!((metas[0].uri.as_str(), metas[0].width), ("a", Some(3)));
            assert_eq!((metas[0].frames, metas[0].size), (Some(1), None));
        }
        for nothing in ["null", "[]", "\"\"", "\" \"", "\"null\""] {
            assert_eq!(metas(nothing).expect(nothing), []);
        }
        for bad in ["7", "\"no JSON\"", "{}", r#"[{"ImageWidth":-1}]"#] {
            assert!(metas(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn what_was_encrypted_says_how_and_does_not_show_the_key() {
        let read = |encryption: &str| {
            let json = format!(r#"{{"Results":[{{"Uri":"a","Encryption":{encryption}}}]}}"#);
            let committed: CommittedImages = serde_json::from_str(&json).expect("a commit");
            let shown = format!("{committed:?}");
            assert!(!shown.contains("canary"), "{shown}");
            committed
                .images
                .into_iter()
                .next()
                .expect("an image")
                .encryption
        };
        let meta = read(r#"{"Uri":"a","SecretKey":"canary","Algorithm":"AES","Extra":{"k":1}}"#);
        let meta = meta.expect("an encryption");
        assert_eq!(meta.secret_key.expose(), "canary");
        assert_eq!(meta.extra["k"], "1");
        for nothing in ["null", "{}", r#"{"Uri":"","SecretKey":"","Extra":null}"#] {
            assert!(read(nothing).is_none(), "{nothing}");
        }
    }
}
