use serde::{Deserialize, Deserializer};

use crate::{SignedUrl, Token, loose};

/// A video, and where it can be played (sections 7.2 and 16.3).
///
/// What the service left out is empty, or `None`.
#[derive(Clone, Debug, Deserialize)]
#[non_exhaustive]
pub struct PlayedVideo {
    /// The id of the video.
    #[serde(
        default,
        rename = "VideoID",
        alias = "VideoId",
        alias = "Vid",
        deserialize_with = "loose::text_or_empty"
    )]
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
        rename = "CoverUrl",
        alias = "PosterUrl",
        deserialize_with = "loose::text_or_empty"
    )]
    pub poster_url: String,
    /// `video` or `audio`.
    #[serde(
        default,
        rename = "MediaType",
        alias = "FileType",
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
    /// The streams.
    #[serde(default, rename = "PlayInfoList", deserialize_with = "loose::list")]
    pub streams: Vec<PlayableStream>,
}

/// One form of a video that can be played.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
#[non_exhaustive]
pub struct PlayableStream {
    /// Where it is. Who has the address may be able to play it for a while.
    #[serde(default, rename = "MainPlayUrl", deserialize_with = "url")]
    pub main_url: Option<SignedUrl>,
    /// Where it is too.
    #[serde(default, rename = "BackupPlayUrl", deserialize_with = "url")]
    pub backup_url: Option<SignedUrl>,
    /// The id of the file.
    #[serde(
        default,
        rename = "FileID",
        alias = "FileId",
        deserialize_with = "loose::text_or_empty"
    )]
    pub file_id: String,
    /// Its MD5.
    #[serde(
        default,
        rename = "FileHash",
        alias = "Md5",
        deserialize_with = "loose::text_or_empty"
    )]
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
    #[serde(default, alias = "LogoType", deserialize_with = "loose::text_or_empty")]
    pub logo: String,
    /// Whether it is encrypted.
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
