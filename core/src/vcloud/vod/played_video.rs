use serde::{Deserialize, Deserializer, de};
use serde_json::{Map, Value};

use crate::{SignedUrl, Token, loose};

/// A video, and where it can be played (sections 7.2 and 16.3).
///
/// What the service left out is empty, or `None`.
#[derive(Clone, Debug, Deserialize)]
#[serde(remote = "Self")]
#[non_exhaustive]
pub struct PlayedVideo {
    /// The id of the video.
    #[serde(default, rename = "Vid", deserialize_with = "loose::text_or_empty")]
    pub vid: String,
    /// How it is with the video: 10 has been seen for one that can be played; nothing else is known.
    #[serde(
        default,
        rename = "Status",
        deserialize_with = "loose::optional_number"
    )]
    pub status: Option<i64>,
    /// The address of its poster.
    #[serde(
        default,
        rename = "PosterUrl",
        deserialize_with = "loose::text_or_empty"
    )]
    pub poster_url: String,
    /// `video` or `audio`.
    #[serde(
        default,
        rename = "MediaType",
        deserialize_with = "loose::text_or_empty"
    )]
    pub media_type: String,
    /// In seconds.
    #[serde(
        default,
        rename = "Duration",
        deserialize_with = "loose::optional_decimal"
    )]
    pub duration: Option<f64>,
    /// How many streams there are, whatever was asked for.
    #[serde(
        default,
        rename = "TotalCount",
        deserialize_with = "loose::optional_number"
    )]
    pub total: Option<u64>,
    /// Whether a player may change between the streams; only of Volcengine.
    #[serde(default, rename = "EnableAdaptive", deserialize_with = "loose::flag")]
    pub adaptive: Option<bool>,
    /// The streams.
    #[serde(default, rename = "PlayInfoList", deserialize_with = "loose::list")]
    pub streams: Vec<PlayableStream>,
}

/// One form of a video that can be played.
#[derive(Clone, Debug, Deserialize)]
#[serde(remote = "Self", rename_all = "PascalCase")]
#[non_exhaustive]
pub struct PlayableStream {
    /// Where it is. Who has the address may be able to play it for a while.
    #[serde(default, rename = "MainPlayUrl", deserialize_with = "url")]
    pub main_url: Option<SignedUrl>,
    /// Where it is too.
    #[serde(default, rename = "BackupPlayUrl", deserialize_with = "url")]
    pub backup_url: Option<SignedUrl>,
    /// The id of the file.
    #[serde(default, deserialize_with = "loose::text_or_empty")]
    pub file_id: String,
    /// Its MD5.
    #[serde(default, deserialize_with = "loose::text_or_empty")]
    pub md5: String,
    /// In bytes.
    #[serde(default, deserialize_with = "loose::optional_number")]
    pub size: Option<u64>,
    /// In pixels.
    #[serde(default, deserialize_with = "loose::optional_number")]
    pub width: Option<u64>,
    /// In pixels.
    #[serde(default, deserialize_with = "loose::optional_number")]
    pub height: Option<u64>,
    /// In bits a second.
    #[serde(default, deserialize_with = "loose::optional_number")]
    pub bitrate: Option<u64>,
    /// Such as `mp4`.
    #[serde(default, deserialize_with = "loose::text_or_empty")]
    pub format: String,
    /// Such as `h264`.
    #[serde(default, deserialize_with = "loose::text_or_empty")]
    pub codec: String,
    /// Such as `720p`.
    #[serde(default, deserialize_with = "loose::text_or_empty")]
    pub definition: String,
    /// Such as `normal`.
    #[serde(default, deserialize_with = "loose::text_or_empty")]
    pub quality: String,
    /// The name of the watermark in it.
    #[serde(default, deserialize_with = "loose::text_or_empty")]
    pub logo: String,
    /// What is in it, such as `video` or `audio`; only of Volcengine, as is all that follows up to
    /// where it is said otherwise.
    #[serde(default, deserialize_with = "loose::any_text")]
    pub file_type: Option<String>,
    /// What a player checks the beginning of the file with.
    #[serde(default, deserialize_with = "loose::any_text")]
    pub check_info: Option<String>,
    /// In which bytes the index is.
    #[serde(default, deserialize_with = "loose::any_text")]
    pub index_range: Option<String>,
    /// In which bytes that is what a player needs first.
    #[serde(default, deserialize_with = "loose::any_text")]
    pub init_range: Option<String>,
    /// Which key decrypts it.
    #[serde(default, deserialize_with = "loose::any_text")]
    pub play_auth_id: Option<String>,
    /// Whether it is encrypted; of either dialect again.
    #[serde(default, rename = "Encrypt", deserialize_with = "loose::flag")]
    pub encrypted: Option<bool>,
    /// What a player needs to decrypt it.
    #[serde(default, deserialize_with = "token")]
    pub play_auth: Option<Token>,
    /// Where a player checks what it got from its neighbours.
    #[serde(
        default,
        rename = "P2pVerifyURL",
        deserialize_with = "loose::text_or_empty"
    )]
    pub p2p_verify_url: String,
    /// How far apart a player loads ahead.
    #[serde(default, deserialize_with = "loose::optional_number")]
    pub preload_interval: Option<i64>,
    /// The most steps to load ahead.
    #[serde(default, deserialize_with = "loose::optional_number")]
    pub preload_max_step: Option<i64>,
    /// The fewest steps to load ahead.
    #[serde(default, deserialize_with = "loose::optional_number")]
    pub preload_min_step: Option<i64>,
    /// How much to load ahead, in bytes.
    #[serde(default, deserialize_with = "loose::optional_number")]
    pub preload_size: Option<i64>,
}

/// In both dialects' words; an answer may have both.
impl<'de> Deserialize<'de> for PlayedVideo {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<PlayedVideo, D::Error> {
        let mut object = Map::deserialize(deserializer)?;
        unify(&mut object, "Vid", &["VideoID", "VideoId"]);
        unify(&mut object, "PosterUrl", &["CoverUrl"]);
        unify(&mut object, "MediaType", &["FileType"]);
        PlayedVideo::deserialize(Value::Object(object)).map_err(de::Error::custom)
    }
}

/// Likewise.
impl<'de> Deserialize<'de> for PlayableStream {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<PlayableStream, D::Error> {
        let mut object = Map::deserialize(deserializer)?;
        unify(&mut object, "FileId", &["FileID"]);
        unify(&mut object, "Md5", &["FileHash"]);
        unify(&mut object, "Logo", &["LogoType"]);
        PlayableStream::deserialize(Value::Object(object)).map_err(de::Error::custom)
    }
}

/// Where a member has no value under its name, takes that under another of its names.
pub(super) fn unify(object: &mut Map<String, Value>, name: &str, others: &[&str]) {
    for other in others {
        let is_empty = |value: &Value| value.is_null() || *value == "";
        if let Some(value) = object.remove(*other)
            && object.get(name).is_none_or(is_empty)
        {
            object.insert(name.to_owned(), value);
        }
    }
}

pub(super) fn url<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<SignedUrl>, D::Error> {
    filled(deserializer).map(|url| url.map(SignedUrl::new))
}

fn token<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Token>, D::Error> {
    filled(deserializer).map(|token| token.map(Token::new))
}

fn filled<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    let text = loose::optional_text(deserializer)?;
    Ok(text.filter(|text| !text.is_empty()))
}
