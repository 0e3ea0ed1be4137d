use bytes::Bytes;
use http::{Request, Response};
use serde::Deserialize;

use crate::{
    Operation, Payload, Stamp,
    error::{Error, InputError},
    loose,
    vcloud::{Dialect, Parameters, call::filled, caller::Caller, envelope},
};

/// Has the service fetch videos itself (section 7.4): [`Vod::upload_by_url`](super::Vod::upload_by_url).
///
/// ```text
/// GET /?Action=UploadMediaByUrl&Version=2018-01-01&SpaceName=…&Format=mp4&SourceUrls=…,…
/// ```
///
/// A success says only that the service is going to. It is not sent again when its answer was lost:
/// the videos would be fetched twice. Volcengine's successor of this action is another one, which has
/// no method here.
#[derive(Clone, Debug)]
pub struct UploadMediaByUrl {
    caller: Caller,
    space: String,
    format: MediaFormat,
    urls: Vec<String>,
    callback_args: Option<String>,
}

/// What is at the addresses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum MediaFormat {
    /// A file in MP4.
    Mp4,
    /// A playlist of HLS.
    M3u8,
}

impl MediaFormat {
    /// The word that is sent.
    pub fn as_str(self) -> &'static str {
        match self {
            MediaFormat::Mp4 => "mp4",
            MediaFormat::M3u8 => "m3u8",
        }
    }
}

impl UploadMediaByUrl {
    pub(super) fn new(
        caller: Caller,
        space: String,
        format: MediaFormat,
        urls: Vec<String>,
    ) -> UploadMediaByUrl {
        UploadMediaByUrl {
            caller,
            space,
            format,
            urls,
            callback_args: None,
        }
    }

    /// A text that comes back with the service's callback.
    pub fn callback_args(mut self, text: impl Into<String>) -> UploadMediaByUrl {
        self.callback_args = Some(text.into());
        self
    }

    /// Addresses are sent joined by commas: one with a comma of its own must have it escaped.
    fn query(&self) -> Result<Parameters, InputError> {
        filled("SpaceName", &self.space)?;
        if self.urls.is_empty() {
            filled("SourceUrls", "")?;
        }
        for url in &self.urls {
            filled("SourceUrls", url)?;
        }
        let query = Parameters::of_action("UploadMediaByUrl", "2018-01-01")
            .with("SpaceName", self.space.clone())
            .with("Format", self.format.as_str())
            .with_list("SourceUrls", &self.urls)?;
        Ok(match &self.callback_args {
            Some(text) => query.with("CallbackArgs", text.clone()),
            None => query,
        })
    }
}

impl Operation for UploadMediaByUrl {
    type Output = ();

    fn request(&self, stamp: &Stamp) -> Result<Request<Payload>, Error> {
        if self.caller.dialect() == Dialect::Volcengine {
            let action = "UploadMediaByUrl";
            return Err(InputError::NoSuchAction { action }.into());
        }
        self.caller.get(&self.query()?, stamp)
    }

    fn parse(&self, response: &Response<Bytes>) -> Result<(), Error> {
        #[derive(Deserialize)]
        struct Inside {
            #[serde(rename = "Code", deserialize_with = "loose::number")]
            code: i64,
            #[serde(default, rename = "Message", deserialize_with = "loose::any_text")]
            message: Option<String>,
        }
        match envelope::open(response)? {
            Inside { code: 0, .. } => Ok(()),
            Inside { code, message } => Err(envelope::refused_inside(response, code, message)),
        }
    }

    fn repeatable(&self) -> bool {
        false
    }

    fn if_carried_out(&self) -> Option<&'static str> {
        Some("the service may be fetching the videos already")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vcloud::{
        played::{answer, parameter, play, stamp, success},
        vod::tests::vod,
    };

    fn upload(urls: &[&str]) -> UploadMediaByUrl {
        vod().upload_by_url("space", MediaFormat::M3u8, urls.iter().copied())
    }

    #[test]
    fn addresses_are_joined_and_what_would_be_taken_for_two_is_refused() {
        let upload = upload(&["http://a/影.mp4?x=1&y=2", "http://b/"]).callback_args("mine");
        let request = upload.request(&stamp()).expect("a request");
        let sent = |name| parameter(&request, name);
        assert_eq!(
            sent("SourceUrls").as_deref(),
            Some("http://a/影.mp4?x=1&y=2,http://b/")
        );
        assert_eq!(sent("Format").as_deref(), Some("m3u8"));
        assert_eq!(sent("CallbackArgs").as_deref(), Some("mine"));
        for bad in [&[][..], &[""], &["http://a/1,2"]] {
            let refused = self::upload(bad).request(&stamp());
            assert!(matches!(
                refused,
                Err(Error::Input(InputError::Parameter { .. }))
            ));
        }
    }

    #[test]
    fn a_code_inside_of_the_result_counts() {
        let parse = |result: &str| {
            let answer = answer(200, &success(result));
            upload(&["http://a/"]).parse(&answer)
        };
        assert!(parse(r#"{"Code":"0","Message":"success"}"#).is_ok());
        let error = parse(r#"{"Code":7,"Message":"no"}"#).expect_err("refused");
        assert_eq!(error.service().map(|refusal| refusal.code()), Some(7));
        assert!(matches!(parse("{}"), Err(Error::Response(_))));
    }

    #[test]
    fn after_a_lost_answer_the_videos_are_not_fetched_twice() {
        let played = play(upload(&["http://a/"]), &["", ""]);
        assert_eq!(played.sent.len(), 1);
        let error = played.result.expect_err("lost");
        assert!(error.to_string().contains("fetching"), "{error}");
    }
}
