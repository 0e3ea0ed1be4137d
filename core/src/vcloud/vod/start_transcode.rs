use bytes::Bytes;
use http::{Request, Response};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::{
    Operation, Payload, Stamp,
    error::{Error, InputError},
    loose,
    vcloud::{Dialect, Parameters, call::filled, caller::Caller, envelope},
};

/// Begins to transcode a video as a template says (section 7.9):
/// [`Vod::start_transcode`](super::Vod::start_transcode).
///
/// ```text
/// POST /?Action=StartTranscode&Version=2018-01-01&TemplateId=…       {"Vid", "Priority", "Input", …}
/// GET  /?Action=StartWorkflow&Version=2020-08-01&Vid=…&TemplateId=…     of Volcengine
/// ```
///
/// It is not sent again when its answer was lost: the work would be done, and charged, twice.
#[derive(Clone, Debug)]
pub struct StartTranscode {
    caller: Caller,
    vid: String,
    template_id: String,
    priority: i64,
    input: Map<String, Value>,
    callback_args: Option<String>,
    callback_uri: Option<String>,
}

/// What [`StartTranscode`] brings.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq)]
#[non_exhaustive]
pub struct Transcode {
    /// Under which the service knows the work.
    #[serde(rename = "RunId", deserialize_with = "loose::text")]
    pub run_id: String,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Body<'a> {
    vid: &'a str,
    priority: i64,
    input: &'a Map<String, Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    callback_args: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    callback_uri: Option<&'a str>,
}

impl StartTranscode {
    pub(super) fn new(caller: Caller, vid: String, template_id: String) -> StartTranscode {
        StartTranscode {
            caller,
            vid,
            template_id,
            priority: 0,
            input: Map::new(),
            callback_args: None,
            callback_uri: None,
        }
    }

    /// Before or behind other work; 0 unless said otherwise.
    pub fn priority(mut self, priority: i64) -> StartTranscode {
        self.priority = priority;
        self
    }

    /// What the template is to be filled with.
    pub fn input(mut self, input: Map<String, Value>) -> StartTranscode {
        self.input = input;
        self
    }

    /// A text that comes back with the service's callback.
    pub fn callback_args(mut self, text: impl Into<String>) -> StartTranscode {
        self.callback_args = Some(text.into());
        self
    }

    /// Where the service calls back; Volcengine has no place for it.
    pub fn callback_uri(mut self, uri: impl Into<String>) -> StartTranscode {
        self.callback_uri = Some(uri.into());
        self
    }

    fn original(&self, stamp: &Stamp) -> Result<Request<Payload>, Error> {
        let query = Parameters::of_action("StartTranscode", "2018-01-01")
            .with("TemplateId", self.template_id.clone());
        let body = Body {
            vid: &self.vid,
            priority: self.priority,
            input: &self.input,
            callback_args: self.callback_args.as_deref(),
            callback_uri: self.callback_uri.as_deref(),
        };
        self.caller.post_json(&query, &body, stamp)
    }

    fn successor(&self, stamp: &Stamp) -> Result<Request<Payload>, Error> {
        if self.callback_uri.is_some() {
            let name = "CallbackUri".to_owned();
            return Err(InputError::Parameter { name }.into());
        }
        let mut query = Parameters::of_action("StartWorkflow", "2020-08-01")
            .with("Vid", self.vid.clone())
            .with("TemplateId", self.template_id.clone());
        if !self.input.is_empty() {
            query.set("Input", Value::Object(self.input.clone()).to_string());
        }
        query = query.with_number("Priority", self.priority);
        if let Some(text) = &self.callback_args {
            query.set("CallbackArgs", text.clone());
        }
        self.caller.get(&query, stamp)
    }
}

impl Operation for StartTranscode {
    type Output = Transcode;

    fn request(&self, stamp: &Stamp) -> Result<Request<Payload>, Error> {
        filled("Vid", &self.vid)?;
        filled("TemplateId", &self.template_id)?;
        match self.caller.dialect() {
            Dialect::TtvCloud => self.original(stamp),
            Dialect::Volcengine => self.successor(stamp),
        }
    }

    fn parse(&self, response: &Response<Bytes>) -> Result<Transcode, Error> {
        envelope::open(self.caller.name(), response)
    }

    fn repeatable(&self) -> bool {
        false
    }

    fn if_carried_out(&self) -> Option<&'static str> {
        Some("the video may be being transcoded already")
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
    fn each_dialect_says_it_in_its_own_way() {
        let mut input = Map::new();
        input.insert("a".into(), 1.into());
        let old = vod().start_transcode("v1", "t").input(input.clone());
        let old = old.callback_args("mine").callback_uri("http://c/");
        let request = old.request(&stamp()).expect("a request");
        assert!(query(&request).ends_with("&TemplateId=t"));
        assert_eq!(
            body(&request),
            json!({"Vid": "v1", "Priority": 0, "Input": {"a": 1}, "CallbackArgs": "mine",
                "CallbackUri": "http://c/"})
        );
        let new = successor()
            .start_transcode("v1", "t")
            .input(input)
            .priority(-1);
        let request = new.request(&stamp()).expect("a request");
        assert_eq!(
            query(&request),
            "Action=StartWorkflow&Version=2020-08-01&Vid=v1&TemplateId=t\
             &Input=%7B%22a%22%3A1%7D&Priority=-1"
        );
        assert!(new.callback_uri("http://c/").request(&stamp()).is_err());
        assert!(vod().start_transcode("", "t").request(&stamp()).is_err());
        assert!(vod().start_transcode("v1", "").request(&stamp()).is_err());
    }

    #[test]
    fn the_work_has_an_id_and_is_not_begun_twice() {
        let start = vod().start_transcode("v1", "t");
        let begun = start.parse(&answer(200, &success(r#"{"RunId":"r"}"#)));
        assert_eq!(begun.expect("begun").run_id, "r");
        assert!(start.parse(&answer(200, &success("{}"))).is_err());
        let played = play(start, &["", ""]);
        assert_eq!(played.sent.len(), 1);
        assert!(matches!(played.result, Err(Error::Doubt(_))));
    }
}
