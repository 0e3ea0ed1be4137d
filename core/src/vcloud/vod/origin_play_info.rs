use bytes::Bytes;
use http::{Request, Response};
use serde::Deserialize;
use serde_json::{Map, Value};

use super::played_video::{unify, url};
use crate::{
    Operation, Payload, SignedUrl, Stamp,
    error::{Error, InputError},
    loose,
    vcloud::{Dialect, Parameters, call::filled, caller::Caller, envelope},
};

/// Asks where a video can be had as it was uploaded (section 7.3):
/// [`Vod::origin_play_info`](super::Vod::origin_play_info).
///
/// ```text
/// GET /?Action=GetOriginVideoPlayInfo&Version=2018-01-01&Vid=…&Ssl=1
/// ```
///
/// Volcengine has no such action; there, [`PlayInfo`](super::PlayInfo) with `NeedOriginal` may bring it.
#[derive(Clone, Debug)]
pub struct OriginPlayInfo {
    caller: Caller,
    vid: String,
    https: bool,
    base64: bool,
}

/// Where a video can be had as it was uploaded, and what it is like.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
#[non_exhaustive]
pub struct OriginPlay {
    /// Where it is. Who has the address may be able to play it for a while.
    #[serde(rename = "MainPlayUrl", deserialize_with = "url")]
    pub main_url: Option<SignedUrl>,
    /// Where it is too.
    #[serde(default, rename = "BackupPlayUrl", deserialize_with = "url")]
    pub backup_url: Option<SignedUrl>,
    /// `video` or `audio`.
    #[serde(default, deserialize_with = "loose::text_or_empty")]
    pub media_type: String,
    /// In seconds.
    #[serde(default, deserialize_with = "loose::optional_decimal")]
    pub duration: Option<f64>,
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
    /// Such as `MP4`.
    #[serde(default, deserialize_with = "loose::text_or_empty")]
    pub format: String,
    /// Such as `h264`.
    #[serde(
        default,
        rename = "CodecType",
        deserialize_with = "loose::text_or_empty"
    )]
    pub codec: String,
    /// Its MD5.
    #[serde(
        default,
        rename = "FileHash",
        deserialize_with = "loose::text_or_empty"
    )]
    pub md5: String,
}

impl OriginPlayInfo {
    pub(super) fn new(caller: Caller, vid: String) -> OriginPlayInfo {
        OriginPlayInfo {
            caller,
            vid,
            https: false,
            base64: false,
        }
    }

    /// Addresses that begin with https.
    pub fn https(mut self) -> OriginPlayInfo {
        self.https = true;
        self
    }

    /// Addresses in base64. They are handed on as the service writes them.
    pub fn base64(mut self) -> OriginPlayInfo {
        self.base64 = true;
        self
    }
}

impl Operation for OriginPlayInfo {
    type Output = OriginPlay;

    fn request(&self, stamp: &Stamp) -> Result<Request<Payload>, Error> {
        if self.caller.dialect() == Dialect::Volcengine {
            let action = "GetOriginVideoPlayInfo";
            return Err(InputError::NoSuchAction { action }.into());
        }
        filled("Vid", &self.vid)?;
        let mut query = Parameters::of_action("GetOriginVideoPlayInfo", "2018-01-01")
            .with("Vid", self.vid.clone());
        if self.base64 {
            query.set("Base64", "1");
        }
        if self.https {
            query.set("Ssl", "1");
        }
        self.caller.get(&query, stamp)
    }

    fn parse(&self, response: &Response<Bytes>) -> Result<OriginPlay, Error> {
        let mut result: Map<String, Value> = envelope::open_withheld(self.caller.name(), response)?;
        // The vendor's clients disagree about the name: there may be one, the other, or both.
        unify(&mut result, "CodecType", &["Codec"]);
        serde_json::from_value(result.into()).map_err(|problem| {
            envelope::unreadable_withheld(format!("in Result: {problem}"), response)
        })
    }

    fn repeatable(&self) -> bool {
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vcloud::{
        played::{answer, query, stamp, success},
        vod::tests::{successor, vod},
    };

    #[test]
    fn flags_are_sent_only_if_they_are_set() {
        let plain = vod().origin_play_info("v1");
        let sent =
            |info: OriginPlayInfo| query(&info.request(&stamp()).expect("a request")).to_owned();
        assert_eq!(
            sent(plain.clone()),
            "Action=GetOriginVideoPlayInfo&Version=2018-01-01&Vid=v1"
        );
        assert!(sent(plain.https().base64()).ends_with("&Vid=v1&Base64=1&Ssl=1"));
        assert!(vod().origin_play_info("").request(&stamp()).is_err());
        assert!(matches!(
            successor().origin_play_info("v1").request(&stamp()),
            Err(Error::Input(InputError::NoSuchAction { .. }))
        ));
    }

    #[test]
    fn the_codec_goes_by_two_names_and_numbers_may_be_texts() {
        for codec in [
            r#""CodecType":"h264""#,
            r#""Codec":"h264""#,
            r#""Codec":"other","CodecType":"h264""#,
        ] {
            let body = success(&format!(
                r#"{{"MainPlayUrl":"https://v1/o.mp4","Size":"7","Duration":1,{codec}}}"#
            ));
            let info = vod().origin_play_info("v1").parse(&answer(200, &body));
            let info = info.expect("a video");
            assert_eq!((info.codec.as_str(), info.size), ("h264", Some(7)));
        }
        let without = vod()
            .origin_play_info("v1")
            .parse(&answer(200, &success("{}")));
        assert!(matches!(without, Err(Error::Response(_))));
    }

    #[test]
    fn an_answer_that_is_not_understood_does_not_show_its_addresses() {
        let body = success(r#"{"MainPlayUrl":"http://v1/o?key=canary","Size":"large"}"#);
        let error = vod().origin_play_info("v1").parse(&answer(200, &body));
        let shown = error.expect_err("no size").to_string();
        assert!(
            shown.contains("Size") || shown.contains("integer"),
            "{shown}"
        );
        assert!(!shown.contains("canary"), "{shown}");
    }
}
