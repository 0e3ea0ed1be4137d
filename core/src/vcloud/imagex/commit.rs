use std::fmt;

use bytes::Bytes;
use http::{Request, Response};
use serde::Serialize;
use serde_json::Value;

use super::{CommittedImages, ServiceId, action, apply::space_name};
use crate::{
    Operation, Payload, Stamp,
    error::Error,
    vcloud::{Dialect, Parameters, caller::Caller, envelope},
};

/// Ends an upload: [`ImageX::commit`](super::ImageX::commit).
///
/// ```text
/// POST /?Action=CommitImageUpload&Version=2018-08-01&ServiceId=…&SpaceName=&SkipMeta=False
/// {"SessionKey": …, "Functions": […]}
/// ```
///
/// An answer without results is an error.
#[derive(Clone, Debug)]
pub struct CommitImages {
    caller: Caller,
    service: ServiceId,
    space_name: Option<String>,
    skip_meta: bool,
    body: Body,
}

#[derive(Clone, Serialize)]
#[serde(rename_all = "PascalCase")]
struct Body {
    session_key: String,
    functions: Vec<Function>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    success_oids: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    option_infos: Vec<OptionInfo>,
}

/// Without the session: who has it can commit the upload.
impl fmt::Debug for Body {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (f.debug_struct("Body").field("functions", &self.functions))
            .field("success_oids", &self.success_oids)
            .field("option_infos", &self.option_infos)
            .finish_non_exhaustive()
    }
}

#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct Function {
    name: String,
    #[serde(skip_serializing_if = "Value::is_null")]
    input: Value,
}

#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct OptionInfo {
    store_uri: String,
    file_name: String,
}

impl CommitImages {
    pub(super) fn new(caller: Caller, service: ServiceId, session_key: String) -> CommitImages {
        CommitImages {
            caller,
            service,
            space_name: None,
            skip_meta: false,
            body: Body {
                session_key,
                functions: Vec::new(),
                success_oids: Vec::new(),
                option_infos: Vec::new(),
            },
        }
    }

    /// Another session, once it is known.
    pub(super) fn session(mut self, session_key: &str) -> CommitImages {
        self.body.session_key = session_key.to_owned();
        self
    }

    /// Without reading what the pictures are like.
    pub fn skip_meta(mut self) -> CommitImages {
        self.skip_meta = true;
        self
    }

    /// The space; of old services only.
    pub fn space_name(mut self, name: impl Into<String>) -> CommitImages {
        self.space_name = Some(name.into());
        self
    }

    /// Has a function carried out on the pictures, such as `Encryption`; null stands for no input.
    pub fn function(mut self, name: impl Into<String>, input: Value) -> CommitImages {
        let name = name.into();
        self.body.functions.push(Function { name, input });
        self
    }

    /// Names what was stored, where not all was; the answer then has the status of each.
    pub fn stored<T: Into<String>>(mut self, uris: impl IntoIterator<Item = T>) -> CommitImages {
        self.body.success_oids = uris.into_iter().map(Into::into).collect();
        self
    }

    /// Gives a picture the name of its file.
    pub fn file_name(
        mut self,
        uri: impl Into<String>,
        file_name: impl Into<String>,
    ) -> CommitImages {
        self.body.option_infos.push(OptionInfo {
            store_uri: uri.into(),
            file_name: file_name.into(),
        });
        self
    }

    fn query(&self) -> Parameters {
        let dialect = self.caller.dialect();
        let query = action("CommitImageUpload", &self.service);
        let query = space_name(query, dialect, self.space_name.as_deref());
        // The reference writes the words of its language; the successor is sent what JSON has
        // (section 16.1).
        let skip_meta = match (dialect, self.skip_meta) {
            (Dialect::TtvCloud, true) => "True",
            (Dialect::TtvCloud, false) => "False",
            (Dialect::Volcengine, true) => "true",
            (Dialect::Volcengine, false) => "false",
        };
        query.with("SkipMeta", skip_meta)
    }
}

impl Operation for CommitImages {
    type Output = CommittedImages;

    fn request(&self, stamp: &Stamp) -> Result<Request<Payload>, Error> {
        self.caller.post_json(&self.query(), &self.body, stamp)
    }

    fn parse(&self, response: &Response<Bytes>) -> Result<CommittedImages, Error> {
        let committed: CommittedImages = envelope::open_withheld(self.caller.name(), response)?;
        match committed.images.is_empty() {
            true => Err(envelope::unreadable_withheld(
                "in Result: a commit without results",
                response,
            )),
            false => Ok(committed),
        }
    }

    fn repeatable(&self) -> bool {
        true
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::vcloud::{
        Region,
        imagex::{CommittedImage, ImageX, imagex, service},
        played::{body, credentials, parameter, play, query, stamp, success},
        upload_host::tests::address,
    };

    fn commit() -> CommitImages {
        imagex().commit(&service(), &address(&["a"], &["h"], "{}"))
    }

    #[test]
    fn a_commit_names_the_session_and_what_was_said_of_it() {
        let request = commit().request(&stamp()).expect("a request");
        assert_eq!(
            query(&request),
            "Action=CommitImageUpload&Version=2018-08-01&ServiceId=svcexample&SpaceName=\
             &SkipMeta=False"
        );
        assert_eq!(
            body(&request),
            json!({"SessionKey": "session", "Functions": []})
        );
        let whole = (commit().skip_meta().space_name("s"))
            .function("Encryption", json!({"Config": {}}))
            .function("GetMeta", Value::Null)
            .stored(["a"])
            .file_name("a", "cat.png");
        let request = whole.request(&stamp()).expect("a request");
        assert_eq!(parameter(&request, "SkipMeta").as_deref(), Some("True"));
        assert_eq!(parameter(&request, "SpaceName").as_deref(), Some("s"));
        assert_eq!(
            body(&request),
            json!({"SessionKey": "session",
                "Functions": [{"Name": "Encryption", "Input": {"Config": {}}},
                    {"Name": "GetMeta"}],
                "SuccessOids": ["a"],
                "OptionInfos": [{"StoreUri": "a", "FileName": "cat.png"}]})
        );
    }

    #[test]
    fn the_successor_is_told_in_the_words_of_json() {
        let imagex = ImageX::new(Dialect::Volcengine, Region::default(), credentials());
        let address = address(&["a"], &["h"], "{}");
        let commit = imagex.expect("a handle").commit(&service(), &address);
        let request = commit.skip_meta().request(&stamp()).expect("a request");
        assert!(query(&request).ends_with("ServiceId=svcexample&SkipMeta=true"));
    }

    #[test]
    fn a_commit_without_results_is_an_error_with_its_id() {
        for nothing in [
            "null",
            "{}",
            r#"{"Results":[]}"#,
            r#"{"Results":null,"PluginResult":[]}"#,
        ] {
            let error = play(commit(), &[success(nothing)]).result;
            let Err(Error::Response(error)) = error else {
                panic!("{nothing} {error:?}")
            };
            assert_eq!(error.request_id(), Some("id, log id log"));
        }
    }

    #[test]
    fn a_lost_commit_is_sent_again() {
        let done = success(r#"{"Results":[{"Uri":"a","UriStatus":"2001"}]}"#);
        let played = play(commit(), &["", &done]);
        assert_eq!(played.sent.len(), 2);
        let committed = played.result.expect("a commit");
        assert_eq!(committed.images[0].uri, "a");
        assert_eq!(committed.images[0].status, Some(CommittedImage::NOT_STORED));
    }
}
