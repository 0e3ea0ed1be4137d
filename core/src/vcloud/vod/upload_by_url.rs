use bytes::Bytes;
use http::{Request, Response};
use serde::Deserialize;

use super::url_source::{URL_LIMIT, UrlSource};
use crate::{
    Operation, Payload, Stamp,
    error::{Error, InputError},
    loose,
    vcloud::{Dialect, Parameters, call::filled, caller::Caller, envelope},
};

/// Has the service fetch videos itself (section 7.4): [`Vod::upload_by_url`](super::Vod::upload_by_url).
///
/// ```text
/// GET  /?Action=UploadMediaByUrl&Version=2018-01-01&SpaceName=…&Format=mp4&SourceUrls=…,…
/// POST /?Action=UploadMediaByUrl&Version=2020-08-01     SpaceName=…&URLSets=[{"SourceUrl":…}]     of Volcengine
/// ```
///
/// A success says only that the service is going to. Volcengine names a job for each video, which
/// [`UploadTasks`](super::UploadTasks) asks for. It is not sent again when its answer was lost: the
/// videos would be fetched twice.
#[derive(Clone, Debug)]
pub struct UploadMediaByUrl {
    caller: Caller,
    space: String,
    format: MediaFormat,
    sources: Vec<UrlSource>,
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

/// What [`UploadMediaByUrl`] brings.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct UrlUpload {
    /// One for each address, of Volcengine; TTVcloud names none.
    pub jobs: Vec<UrlJob>,
}

/// A video that the service is going to fetch.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "PascalCase")]
#[non_exhaustive]
pub struct UrlJob {
    /// What to ask for.
    #[serde(deserialize_with = "loose::text")]
    pub job_id: String,
    /// Where the video is.
    #[serde(default, deserialize_with = "loose::text_or_empty")]
    pub source_url: String,
    /// Where the pictures are that go with it.
    #[serde(default, deserialize_with = "loose::list")]
    pub image_urls: Vec<String>,
}

impl UploadMediaByUrl {
    pub(super) fn new(
        caller: Caller,
        space: String,
        format: MediaFormat,
        sources: Vec<UrlSource>,
    ) -> UploadMediaByUrl {
        UploadMediaByUrl {
            caller,
            space,
            format,
            sources,
            callback_args: None,
        }
    }

    /// A text that comes back with the service's callback; of sources that have none of their own.
    pub fn callback_args(mut self, text: impl Into<String>) -> UploadMediaByUrl {
        self.callback_args = Some(text.into());
        self
    }

    fn check(&self) -> Result<(), InputError> {
        filled("SpaceName", &self.space)?;
        if self.sources.is_empty() {
            filled("SourceUrls", "")?;
        }
        (self.sources.iter()).try_for_each(|source| filled("SourceUrls", source.url()))
    }

    /// Addresses are sent joined by commas: one with a comma of its own must have it escaped.
    fn original(&self, stamp: &Stamp) -> Result<Request<Payload>, Error> {
        if let Some(source) = self.sources.iter().find(|source| !source.is_bare()) {
            let name = source.further_name().to_owned();
            return Err(InputError::Parameter { name }.into());
        }
        let urls: Vec<&str> = self.sources.iter().map(UrlSource::url).collect();
        let query = Parameters::of_action("UploadMediaByUrl", "2018-01-01")
            .with("SpaceName", self.space.clone())
            .with("Format", self.format.as_str())
            .with_list("SourceUrls", &urls)?;
        let query = match &self.callback_args {
            Some(text) => query.with("CallbackArgs", text.clone()),
            None => query,
        };
        self.caller.get(&query, stamp)
    }

    fn successor(&self, stamp: &Stamp) -> Result<Request<Payload>, Error> {
        if self.sources.len() > URL_LIMIT {
            return Err(InputError::Count {
                name: "addresses",
                count: self.sources.len(),
                limit: URL_LIMIT,
            }
            .into());
        }
        let extension = format!(".{}", self.format.as_str());
        let written = (self.sources.iter())
            .map(|source| source.written(&extension, self.callback_args.as_deref()));
        let sets = serde_json::Value::Array(written.collect()).to_string();
        let query = Parameters::of_action("UploadMediaByUrl", "2020-08-01");
        let form = Parameters::new()
            .with("SpaceName", self.space.clone())
            .with("URLSets", sets);
        self.caller.post_form(&query, &form, stamp)
    }
}

impl Operation for UploadMediaByUrl {
    type Output = UrlUpload;

    fn request(&self, stamp: &Stamp) -> Result<Request<Payload>, Error> {
        self.check()?;
        match self.caller.dialect() {
            Dialect::TtvCloud => self.original(stamp),
            Dialect::Volcengine => self.successor(stamp),
        }
    }

    fn parse(&self, response: &Response<Bytes>) -> Result<UrlUpload, Error> {
        match self.caller.dialect() {
            Dialect::TtvCloud => accepted(self.caller.name(), response),
            Dialect::Volcengine => jobs(self.caller.name(), response),
        }
    }

    fn repeatable(&self) -> bool {
        false
    }

    fn if_carried_out(&self) -> Option<&'static str> {
        Some("the service may be fetching the videos already")
    }
}

fn accepted(who: &'static str, response: &Response<Bytes>) -> Result<UrlUpload, Error> {
    #[derive(Deserialize)]
    struct Inside {
        #[serde(rename = "Code", deserialize_with = "loose::number")]
        code: i64,
        #[serde(default, rename = "Message", deserialize_with = "loose::any_text")]
        message: Option<String>,
    }
    match envelope::open(who, response)? {
        Inside { code: 0, .. } => Ok(UrlUpload::default()),
        Inside { code, message } => Err(envelope::refused_inside(who, response, code, message)),
    }
}

fn jobs(who: &'static str, response: &Response<Bytes>) -> Result<UrlUpload, Error> {
    #[derive(Deserialize)]
    struct Data {
        #[serde(default, rename = "Data", deserialize_with = "loose::list")]
        jobs: Vec<UrlJob>,
    }
    let Data { jobs } = envelope::open(who, response)?;
    match jobs.is_empty() {
        true => Err(envelope::unreadable("no jobs", response)),
        false => Ok(UrlUpload { jobs }),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::vcloud::{
        played::{answer, form, parameter, play, query, stamp, success},
        vod::tests::{successor, vod},
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
        let refusal = error.service().expect("a refusal");
        assert_eq!(
            (refusal.code(), refusal.request_id()),
            (7, Some("id, log id log"))
        );
        assert!(matches!(parse("{}"), Err(Error::Response(_))));
    }

    #[test]
    fn the_successor_is_sent_a_form_with_what_is_said_of_each_address() {
        let sources = [
            UrlSource::new("http://a/影,1.mp4")
                .title("t")
                .tags("a,b")
                .callback_args("own")
                .classification(7),
            UrlSource::from("http://b/"),
        ];
        let upload = successor().upload_by_url("s", MediaFormat::Mp4, sources);
        let upload = upload.callback_args("mine");
        let request = upload.request(&stamp()).expect("a request");
        assert_eq!(request.method(), "POST");
        assert_eq!(
            query(&request),
            "Action=UploadMediaByUrl&Version=2020-08-01"
        );
        let form = form(&request);
        assert_eq!(form.value("SpaceName"), Some("s"));
        let sets: serde_json::Value =
            serde_json::from_str(form.value("URLSets").expect("addresses")).expect("JSON");
        assert_eq!(
            sets,
            json!([
                {"SourceUrl": "http://a/影,1.mp4", "FileExtension": ".mp4", "CallbackArgs": "own",
                    "Title": "t", "Tags": "a,b", "ClassificationId": 7},
                {"SourceUrl": "http://b/", "FileExtension": ".mp4", "CallbackArgs": "mine"},
            ])
        );
        let many = successor().upload_by_url("s", MediaFormat::Mp4, vec!["http://a/"; 21]);
        assert!(matches!(
            many.request(&stamp()),
            Err(Error::Input(InputError::Count { count: 21, .. }))
        ));
        let old = vod().upload_by_url("s", MediaFormat::Mp4, [UrlSource::new("u").title("t")]);
        assert!(matches!(
            old.request(&stamp()),
            Err(Error::Input(InputError::Parameter { name })) if name == "Title"
        ));
    }

    #[test]
    fn the_successor_names_a_job_for_each_address() {
        let parse = |result: &str| {
            let upload = successor().upload_by_url("s", MediaFormat::Mp4, ["u"]);
            upload.parse(&answer(200, &success(result)))
        };
        let jobs = parse(r#"{"Data":[{"JobId":"j","SourceUrl":"u","ImageUrls":null}]}"#);
        let jobs = jobs.expect("jobs").jobs;
        assert_eq!(
            (jobs[0].job_id.as_str(), jobs[0].source_url.as_str()),
            ("j", "u")
        );
        for none in ["{}", r#"{"Data":[]}"#, r#"{"Data":[{}]}"#] {
            assert!(matches!(parse(none), Err(Error::Response(_))), "{none}");
        }
    }

    #[test]
    fn after_a_lost_answer_the_videos_are_not_fetched_twice() {
        let played = play(upload(&["http://a/"]), &["", ""]);
        assert_eq!(played.sent.len(), 1);
        let error = played.result.expect_err("lost");
        assert!(error.to_string().contains("fetching"), "{error}");
    }
}
