use bytes::Bytes;
use http::{Request, Response};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{CommitFunction, Committed, CommittedUpload, committed::VideoMeta, functions};
use crate::{
    Operation, Payload, Stamp, Token,
    error::{Error, InputError},
    loose,
    vcloud::{Dialect, Parameters, call::filled, caller::Caller, envelope},
};

/// Has what was put to an upload host taken up (section 7.7):
/// [`Vod::commit_upload`](super::Vod::commit_upload).
///
/// ```text
/// POST /?Action=CommitUpload&Version=2018-01-01&SpaceName=…     {"CallbackArgs", "SessionKey", "Functions"}
/// GET  /?Action=CommitUploadInfo&Version=2022-01-01&SpaceName=…&SessionKey=…   of Volcengine
/// ```
///
/// It makes a video. Therefore it is not sent again when its answer was lost: nothing is known of what
/// a second commit of the same upload would do.
#[derive(Clone, Debug)]
pub struct CommitUpload {
    caller: Caller,
    space: String,
    session_key: Token,
    functions: Vec<CommitFunction>,
    callback_args: String,
    /// Of Volcengine only.
    further: Parameters,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Body<'a> {
    callback_args: &'a str,
    session_key: &'a str,
    functions: Value,
}

#[derive(Deserialize)]
struct Original {
    #[serde(default, rename = "Results", deserialize_with = "loose::list")]
    results: Vec<CommittedUpload>,
    #[serde(
        default,
        rename = "CallbackArgs",
        deserialize_with = "loose::text_or_empty"
    )]
    callback_args: String,
}

#[derive(Deserialize)]
struct Successor {
    #[serde(rename = "Data")]
    data: Data,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Data {
    #[serde(default, deserialize_with = "loose::text_or_empty")]
    vid: String,
    #[serde(default, deserialize_with = "loose::text_or_empty")]
    mid: String,
    #[serde(default, deserialize_with = "loose::text_or_empty")]
    poster_uri: String,
    #[serde(default)]
    source_info: Option<VideoMeta>,
    #[serde(default, deserialize_with = "loose::text_or_empty")]
    callback_args: String,
}

impl From<Successor> for Original {
    fn from(Successor { data }: Successor) -> Original {
        let upload = CommittedUpload {
            vid: data.vid,
            mid: data.mid,
            poster_uri: data.poster_uri,
            video: data.source_info,
            ..CommittedUpload::default()
        };
        let stored = (upload.video.as_ref()).is_some_and(|meta| !meta.uri.is_empty());
        let named = [&upload.vid, &upload.mid, &upload.poster_uri];
        let any = stored || named.iter().any(|name| !name.is_empty());
        Original {
            results: Vec::from_iter(any.then_some(upload)),
            callback_args: data.callback_args,
        }
    }
}

impl CommitUpload {
    pub(super) fn new(caller: Caller, space: String, session_key: String) -> CommitUpload {
        CommitUpload {
            caller,
            space,
            session_key: Token::new(session_key),
            functions: Vec::new(),
            callback_args: String::new(),
            further: Parameters::new(),
        }
    }

    /// Has this done with it too. Wherever [`CommitFunction::GetMeta`] is among them, it is sent first.
    pub fn function(mut self, function: CommitFunction) -> CommitUpload {
        self.functions.push(function);
        self
    }

    /// A text that comes back with the answer, and with the service's callback.
    pub fn callback_args(mut self, text: impl Into<String>) -> CommitUpload {
        self.callback_args = text.into();
        self
    }

    /// When the service is to delete what was uploaded, in its own format; of Volcengine only.
    pub fn expire_time(mut self, time: impl Into<String>) -> CommitUpload {
        self.further.set("ExpireTime", time.into());
        self
    }

    /// Has the properties read after the commit instead of in it; of Volcengine only.
    pub fn meta_later(mut self) -> CommitUpload {
        self.further.set("GetMetaMode", "1");
        self
    }

    /// Of another session: that of the address that took the content.
    pub(super) fn of_session(&self, session_key: String) -> CommitUpload {
        CommitUpload {
            session_key: Token::new(session_key),
            ..self.clone()
        }
    }

    /// Whether it could be sent, but for the session.
    pub(super) fn check(&self) -> Result<(), Error> {
        filled("SpaceName", &self.space)?;
        functions::written(&self.functions)?;
        match (self.caller.dialect(), self.further.iter().next()) {
            (Dialect::TtvCloud, Some((name, _))) => {
                let name = name.to_owned();
                Err(InputError::Parameter { name }.into())
            }
            _ => Ok(()),
        }
    }

    fn original(&self, functions: Value, stamp: &Stamp) -> Result<Request<Payload>, Error> {
        let query = Parameters::of_action("CommitUpload", "2018-01-01")
            .with("SpaceName", self.space.clone());
        let body = Body {
            callback_args: &self.callback_args,
            session_key: self.session_key.expose(),
            functions,
        };
        self.caller.post_json(&query, &body, stamp)
    }

    fn successor(&self, functions: &Value, stamp: &Stamp) -> Result<Request<Payload>, Error> {
        let mut query = Parameters::of_action("CommitUploadInfo", "2022-01-01")
            .with("SpaceName", self.space.clone())
            .with("SessionKey", self.session_key.expose().to_owned());
        if !self.callback_args.is_empty() {
            query.set("CallbackArgs", self.callback_args.clone());
        }
        if !self.functions.is_empty() {
            query.set("Functions", functions.to_string());
        }
        for (name, value) in self.further.iter() {
            query.set(name.to_owned(), value.to_owned());
        }
        self.caller.get(&query, stamp)
    }
}

impl Operation for CommitUpload {
    type Output = Committed;

    fn request(&self, stamp: &Stamp) -> Result<Request<Payload>, Error> {
        self.check()?;
        filled("SessionKey", self.session_key.expose())?;
        let functions = functions::written(&self.functions)?;
        match self.caller.dialect() {
            Dialect::TtvCloud => self.original(functions, stamp),
            Dialect::Volcengine => self.successor(&functions, stamp),
        }
    }

    fn parse(&self, response: &Response<Bytes>) -> Result<Committed, Error> {
        // There may be the key of an encrypted content in it.
        let Original {
            results,
            callback_args,
        } = match self.caller.dialect() {
            Dialect::TtvCloud => envelope::open_withheld(self.caller.name(), response)?,
            Dialect::Volcengine => {
                envelope::open_withheld::<Successor>(self.caller.name(), response)?.into()
            }
        };
        if results.is_empty() {
            let problem = "a commit without results";
            return Err(envelope::unreadable(problem, response));
        }
        Ok(Committed {
            results,
            callback_args,
        })
    }

    fn repeatable(&self) -> bool {
        false
    }

    fn if_carried_out(&self) -> Option<&'static str> {
        Some("the upload may have been taken up, as a video whose id only the service knows")
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::vcloud::{
        played::{answer, body, play, query, stamp, success},
        vod::tests::{successor, vod},
    };

    #[test]
    fn each_dialect_commits_in_its_own_way() {
        let old = vod().commit_upload("s", "k").callback_args("mine");
        let request = old.function(CommitFunction::GetMeta).request(&stamp());
        assert_eq!(
            body(&request.expect("a request")),
            json!({"CallbackArgs": "mine", "SessionKey": "k", "Functions": [{"Name": "GetMeta"}]})
        );
        let new = successor().commit_upload("s", "k");
        let bare = new.request(&stamp()).expect("a request");
        let base = "Action=CommitUploadInfo&Version=2022-01-01&SpaceName=s&SessionKey=k";
        assert_eq!(query(&bare), base);
        let whole = new.function(CommitFunction::GetMeta).callback_args("mine");
        assert_eq!(
            query(&whole.request(&stamp()).expect("a request")),
            format!("{base}&CallbackArgs=mine&Functions=%5B%7B%22Name%22%3A%22GetMeta%22%7D%5D")
        );
        let shown = format!("{:?}", vod().commit_upload("s", "canary"));
        assert!(!shown.contains("canary"), "{shown}");
        assert!(vod().commit_upload("s", "").request(&stamp()).is_err());
        assert!(vod().commit_upload("", "k").request(&stamp()).is_err());
    }

    #[test]
    fn results_are_read_whatever_is_left_out_of_them() {
        let body = success(
            r#"{"CallbackArgs":"mine","Results":[
                {"Vid":"v1","VideoMeta":{"Uri":"u","Height":"720","Duration":"12.3","Size":9},
                 "ImageMeta":{"Uri":"","Width":0},"ObjectMeta":null,"SnapshotUri":"p","PosterUri":""},
                {"ObjectMeta":{"Uri":"o"},"Encryption":{"Uri":"o","SecretKey":"canary"}}]}"#,
        );
        let committed = vod().commit_upload("s", "k").parse(&answer(200, &body));
        let committed = committed.expect("a success");
        let [video, object] = &committed.results[..] else {
            panic!("two results")
        };
        assert_eq!((video.vid.as_str(), video.poster_uri.as_str()), ("v1", "p"));
        let meta = video.video.as_ref().expect("properties");
        assert_eq!(
            (meta.height, meta.duration, meta.size),
            (Some(720), Some(12.3), Some(9))
        );
        assert!(video.image.is_none() && video.object.is_none());
        let encryption = object.encryption.as_ref().expect("a key");
        assert_eq!(encryption.secret_key.expose(), "canary");
        assert!(!format!("{committed:?}").contains("canary"));
    }

    #[test]
    fn the_successor_has_one_result() {
        let body = success(
            r#"{"Data":{"Vid":"v1","PosterUri":"p","SourceInfo":{"StoreUri":"u","Size":"9"}}}"#,
        );
        let committed = successor()
            .commit_upload("s", "k")
            .parse(&answer(200, &body));
        let upload = &committed.expect("a success").results[0];
        assert_eq!(
            (upload.vid.as_str(), upload.poster_uri.as_str()),
            ("v1", "p")
        );
        let meta = upload.video.as_ref().expect("properties");
        assert_eq!((meta.uri.as_str(), meta.size), ("u", Some(9)));
        for none in [r#"{"Data":{}}"#, r#"{"Data":{"Vid":"","SourceInfo":{}}}"#] {
            let commit = successor().commit_upload("s", "k");
            let error = commit.parse(&answer(200, &success(none))).expect_err(none);
            assert!(matches!(error, Error::Response(_)), "{error}");
        }
    }

    #[test]
    fn the_successor_takes_more_than_ttvcloud_does() {
        let commit = successor().commit_upload("s", "k").meta_later();
        let request = commit.expire_time("30").request(&stamp());
        assert!(query(&request.expect("a request")).ends_with("&GetMetaMode=1&ExpireTime=30"));
        let refused = vod().commit_upload("s", "k").meta_later();
        assert!(matches!(
            refused.request(&stamp()),
            Err(Error::Input(InputError::Parameter { .. }))
        ));
    }

    #[test]
    fn a_commit_without_results_is_no_success_and_none_is_sent_twice() {
        let commit = vod().commit_upload("s", "k");
        for none in ["{}", r#"{"Results":[]}"#, r#"{"Results":null}"#] {
            let error = commit.parse(&answer(200, &success(none))).expect_err(none);
            let Error::Response(error) = error else {
                panic!("{none} {error}")
            };
            assert_eq!(error.request_id(), Some("id, log id log"));
        }
        let played = play(commit, &["", ""]);
        assert_eq!(played.sent.len(), 1);
        assert!(matches!(played.result, Err(Error::Doubt(_))));
    }
}
