use bytes::Bytes;
use http::{Request, Response};
use serde::Deserialize;

use super::PlayedVideo;
use crate::{
    Operation, Payload, Stamp,
    error::{Error, InputError},
    vcloud::{Dialect, Parameters, call::filled, caller::Caller, envelope},
};

/// Asks where a video can be played (section 7.2): [`Vod::play_info`](super::Vod::play_info).
///
/// ```text
/// GET /?Action=GetPlayInfo&Version=2019-03-15&video_id=…
/// GET /?Action=GetPlayInfo&Version=2020-08-01&Vid=…       of Volcengine
/// ```
#[derive(Clone, Debug)]
pub struct PlayInfo {
    caller: Caller,
    vid: String,
    parameters: Parameters,
}

impl PlayInfo {
    pub(super) fn new(caller: Caller, vid: String) -> PlayInfo {
        PlayInfo {
            caller,
            vid,
            parameters: Parameters::new(),
        }
    }

    /// Only of this definition: `240p`, `360p`, `480p`, `540p`, `720p`, `1080p`.
    pub fn definition(self, definition: impl Into<String>) -> PlayInfo {
        let name = self.named("definition", "Definition");
        self.parameter(name, definition)
    }

    /// Only in this format, such as `mp4`.
    pub fn format(self, format: impl Into<String>) -> PlayInfo {
        let name = self.named("format_type", "Format");
        self.parameter(name, format)
    }

    /// Addresses that begin with https.
    pub fn https(self) -> PlayInfo {
        let name = self.named("ssl", "Ssl");
        self.parameter(name, "1")
    }

    /// Addresses in base64. They are handed on as the service writes them.
    pub fn base64(self) -> PlayInfo {
        let name = self.named("base64", "Base64");
        self.parameter(name, "1")
    }

    /// Another parameter, by the name that the dialect has for it: of TTVcloud `codec_type`,
    /// `stream_type`, `watermark`, `ptoken`, `cdn_type`; of Volcengine `Codec`, `FileType`,
    /// `LogoType`, `CdnType`, `NeedOriginal` and others.
    pub fn parameter(mut self, name: impl Into<String>, value: impl Into<String>) -> PlayInfo {
        self.parameters.set(name.into(), value.into());
        self
    }

    fn named(&self, ttv_cloud: &'static str, volcengine: &'static str) -> &'static str {
        match self.caller.dialect() {
            Dialect::TtvCloud => ttv_cloud,
            Dialect::Volcengine => volcengine,
        }
    }
}

impl Operation for PlayInfo {
    type Output = PlayedVideo;

    fn request(&self, stamp: &Stamp) -> Result<Request<Payload>, Error> {
        let name = self.named("video_id", "Vid");
        filled(name, &self.vid)?;
        let version = self.named("2019-03-15", "2020-08-01");
        let own = Parameters::of_action("GetPlayInfo", version).with(name, self.vid.clone());
        let query = self
            .parameters
            .iter()
            .try_fold(own, |query, (name, value)| {
                match query.value(name) {
                    // What says which action and which video is not to be replaced.
                    Some(_) => Err(InputError::Parameter { name: name.into() }),
                    None => Ok(query.with(name.to_owned(), value.to_owned())),
                }
            });
        self.caller.get(&query?, stamp)
    }

    fn parse(&self, response: &Response<Bytes>) -> Result<PlayedVideo, Error> {
        #[derive(Deserialize)]
        struct Wrapped {
            #[serde(rename = "Data")]
            data: PlayedVideo,
        }
        match self.caller.dialect() {
            Dialect::TtvCloud => {
                envelope::open_withheld(self.caller.name(), response).map(|Wrapped { data }| data)
            }
            Dialect::Volcengine => envelope::open_withheld(self.caller.name(), response),
        }
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
    fn each_dialect_has_names_of_its_own() {
        let sent = |info: PlayInfo| {
            let info = info.definition("720p").format("mp4").https().base64();
            query(&info.request(&stamp()).expect("a request")).to_owned()
        };
        assert_eq!(
            sent(vod().play_info("v 1").parameter("codec_type", "1")),
            "Action=GetPlayInfo&Version=2019-03-15&video_id=v+1&codec_type=1&definition=720p\
             &format_type=mp4&ssl=1&base64=1"
        );
        assert_eq!(
            sent(successor().play_info("v1")),
            "Action=GetPlayInfo&Version=2020-08-01&Vid=v1&Definition=720p&Format=mp4&Ssl=1&Base64=1"
        );
    }

    #[test]
    fn no_video_and_another_action_are_refused() {
        for info in [
            vod().play_info(""),
            vod().play_info("v1").parameter("Action", "DeleteVideo"),
            vod().play_info("v1").parameter("video_id", "v2"),
        ] {
            let refused = info.request(&stamp());
            assert!(matches!(
                refused,
                Err(Error::Input(InputError::Parameter { .. }))
            ));
        }
    }

    #[test]
    fn both_forms_of_the_answer_are_read() {
        let old = success(
            r#"{"Data":{"Status":"10","VideoID":"v1","CoverUrl":"c","Duration":"12.34",
                "MediaType":"video","TotalCount":1,"PlayInfoList":[{"Size":"1905024","Height":720,
                "FileHash":"h","FileID":"f","Encrypt":false,"MainPlayUrl":"http://v1/a?sign=canary",
                "BackupPlayUrl":"","PlayAuth":"canary","Logo":null}]}}"#,
        );
        let old = vod().play_info("v1").parse(&answer(200, &old));
        let old = old.expect("a video");
        assert_eq!((old.vid.as_str(), old.status), ("v1", Some(10)));
        assert_eq!(
            (old.duration, old.media_type.as_str()),
            (Some(12.34), "video")
        );
        assert_eq!(old.poster_url, "c");
        let stream = &old.streams[0];
        assert_eq!((stream.size, stream.height), (Some(1_905_024), Some(720)));
        assert_eq!((stream.md5.as_str(), stream.file_id.as_str()), ("h", "f"));
        assert_eq!(
            stream.main_url.as_ref().map(|url| url.expose()),
            Some("http://v1/a?sign=canary")
        );
        assert!(stream.backup_url.is_none() && stream.encrypted == Some(false));
        assert!(!format!("{old:?}").contains("canary"));

        let new = success(
            r#"{"Vid":"v1","Status":10,"PosterUrl":"c","Duration":1,"FileType":"video",
                "TotalCount":1,"PlayInfoList":[{"FileId":"f","Md5":"h","MainPlayUrl":"u"}]}"#,
        );
        let new = successor().play_info("v1").parse(&answer(200, &new));
        let new = new.expect("a video");
        assert_eq!((new.vid.as_str(), new.poster_url.as_str()), ("v1", "c"));
        assert_eq!(new.streams[0].md5, "h");
    }

    #[test]
    fn a_member_may_go_by_two_names_at_once() {
        let body = success(
            r#"{"Vid":"v1","VideoID":"","PosterUrl":null,"CoverUrl":"c","FileType":"audio",
                "EnableAdaptive":true,"PlayInfoList":[{"FileID":"f","FileId":"f","Md5":"",
                "FileHash":"h","Logo":"l","LogoType":"m","FileType":"audio","InitRange":"0-909",
                "IndexRange":"910-9613","CheckInfo":"c:0","PlayAuthId":"k"}]}"#,
        );
        let video = successor().play_info("v1").parse(&answer(200, &body));
        let video = video.expect("a video");
        let stream = &video.streams[0];
        assert_eq!((video.vid.as_str(), video.poster_url.as_str()), ("v1", "c"));
        assert_eq!(
            (video.media_type.as_str(), video.adaptive),
            ("audio", Some(true))
        );
        let texts = [&stream.file_id, &stream.md5, &stream.logo];
        assert_eq!(texts, ["f", "h", "l"]);
        let newer = [&stream.file_type, &stream.init_range, &stream.index_range];
        let newer = newer.map(|text| text.as_deref().unwrap_or_default());
        assert_eq!(newer, ["audio", "0-909", "910-9613"]);
        assert_eq!(stream.play_auth_id.as_deref(), Some("k"));
    }

    #[test]
    fn an_answer_that_is_not_understood_does_not_show_its_addresses() {
        let body = success(r#"{"Data":{"Status":{},"PlayInfoList":[{"PlayAuth":"canary"}]}}"#);
        let error = vod().play_info("v1").parse(&answer(200, &body));
        let shown = error.expect_err("no status").to_string();
        assert!(!shown.contains("canary"), "{shown}");
        assert!(shown.contains("id, log id log"), "{shown}");
    }

    #[test]
    fn absent_members_are_empty_but_not_the_video_itself() {
        let parse = |result: &str| vod().play_info("v1").parse(&answer(200, &success(result)));
        let bare = parse(r#"{"Data":{"VideoID":"v1"}}"#).expect("a video");
        assert!(bare.streams.is_empty() && bare.duration.is_none());
        for bad in [
            "{}",
            "null",
            r#"{"Data":null}"#,
            r#"{"Data":{"VideoID":"v1","Duration":"long"}}"#,
        ] {
            assert!(matches!(parse(bad), Err(Error::Response(_))), "{bad}");
        }
    }
}
