use std::borrow::Cow;

use bytes::Bytes;
use http::{Request, Response};
use serde_json::Value;

use super::{Credentials, Parameters, Scope, caller::Caller, envelope, handle::settings};
use crate::{
    Operation, Payload, Stamp,
    error::{Error, InputError},
};

/// A service in a region, whose actions are called by name: for those that have no method of their
/// own, and for services that have no handle. Cheap to clone.
///
/// ```
/// use yunmei_core::vcloud::{Actions, Credentials, Dialect, Parameters, Region, Scope, Service};
///
/// let scope = Scope::new(Dialect::TtvCloud, Service::Vod, Region::default())?;
/// let vod = Actions::new(scope, Credentials::new("AKLTEXAMPLE", "the secret key")?);
/// let spaces = vod.call("GetSpace", "2018-12-01")
///     .parameters(&Parameters::new().with("SpaceName", "example"))
///     .may_repeat();
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct Actions {
    caller: Caller,
}

impl Actions {
    /// The service that this scope names, called with these keys, over https.
    pub fn new(scope: Scope, credentials: Credentials) -> Actions {
        Actions {
            caller: Caller::new(scope, credentials),
        }
    }
}

settings!(Actions);

/// Calls an action by its name: [`Actions::call`], and the method of that name of every handle.
///
/// ```text
/// GET /?Action=…&Version=…&…
/// ```
///
/// or a `POST` of JSON. It is not sent again when its answer was lost, unless the caller
/// [says](Call::may_repeat) that this does no harm.
#[derive(Clone, Debug)]
pub struct Call {
    caller: Caller,
    query: Parameters,
    body: Option<Value>,
    may_repeat: bool,
}

/// What [`Call`] brings.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Answer {
    /// The id under which the service knows the request.
    pub request_id: Option<String>,
    /// What it said; null if it said nothing.
    pub result: Value,
}

impl Call {
    pub(super) fn new(
        caller: Caller,
        action: Cow<'static, str>,
        version: Cow<'static, str>,
    ) -> Call {
        Call {
            caller,
            query: Parameters::of_action(action, version),
            body: None,
            may_repeat: false,
        }
    }

    /// With these parameters behind those that are there; names may be repeated, but for those of
    /// action and version, which are replaced.
    pub fn parameters(mut self, parameters: &Parameters) -> Call {
        for (name, value) in parameters.iter() {
            let (name, value) = (name.to_owned(), value.to_owned());
            self.query = match name.as_str() {
                "Action" | "Version" => self.query.with(name, value),
                _ => self.query.with_repeated(name, value),
            };
        }
        self
    }

    /// With this body, by `POST`.
    pub fn json(mut self, body: Value) -> Call {
        self.body = Some(body);
        self
    }

    /// Sent again if its answer was lost: for actions that change nothing, or nothing more when
    /// they are carried out twice.
    pub fn may_repeat(mut self) -> Call {
        self.may_repeat = true;
        self
    }
}

impl Operation for Call {
    type Output = Answer;

    fn request(&self, stamp: &Stamp) -> Result<Request<Payload>, Error> {
        for name in ["Action", "Version"] {
            filled(name, self.query.value(name).unwrap_or_default())?;
        }
        match &self.body {
            None => self.caller.get(&self.query, stamp),
            Some(body) => self.caller.post_json(&self.query, body, stamp),
        }
    }

    fn parse(&self, response: &Response<Bytes>) -> Result<Answer, Error> {
        let (result, request_id) = envelope::open_with_id(response)?;
        Ok(Answer { request_id, result })
    }

    fn repeatable(&self) -> bool {
        self.may_repeat
    }

    fn if_carried_out(&self) -> Option<&'static str> {
        match self.may_repeat {
            true => None,
            false => Some("the action may have been carried out"),
        }
    }
}

/// A parameter without which there is nothing to ask for.
pub(super) fn filled(name: &str, value: &str) -> Result<(), InputError> {
    match value {
        "" => Err(InputError::Parameter { name: name.into() }),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use http::Method;
    use serde_json::json;

    use super::*;
    use crate::{
        Endpoint,
        vcloud::{
            Dialect, Region, Service,
            played::{answer, body, credentials, play, query, stamp},
        },
    };

    fn actions() -> Actions {
        let scope = Scope::new(Dialect::TtvCloud, Service::Vod, Region::default());
        Actions::new(scope.expect("a scope"), credentials())
    }

    #[test]
    fn an_action_is_called_with_parameters_and_body() {
        let call = actions().call("GetSpace", "2018-12-01").parameters(
            &Parameters::new()
                .with_repeated("Key", "b")
                .with_repeated("Key", "a b")
                .with("Version", "2019-01-01"),
        );
        let request = call.request(&stamp()).expect("a request");
        assert_eq!(request.method(), Method::GET);
        assert_eq!(
            request.uri().to_string(),
            "https://vod.bytedanceapi.com/?Action=GetSpace&Version=2019-01-01&Key=b&Key=a+b"
        );
        assert!(request.body().is_empty());
        let request = call.json(json!({"a": 1})).request(&stamp());
        let request = request.expect("a request");
        assert_eq!(request.method(), Method::POST);
        assert_eq!(request.headers()["content-type"], "application/json");
        assert_eq!(request.headers()["content-length"], "7");
        assert_eq!(body(&request), json!({"a": 1}));
    }

    #[test]
    fn another_endpoint_is_asked_instead_and_its_port_is_signed() {
        let endpoint = Endpoint::parse("http://127.0.0.1:18080").expect("an endpoint");
        let call = actions().at(endpoint).call("A", "1");
        let request = call.request(&stamp()).expect("a request");
        assert_eq!(query(&request), "Action=A&Version=1");
        assert_eq!(request.uri().host(), Some("127.0.0.1"));
        let signed = request.headers()["authorization"].to_str().expect("text");
        assert!(signed.contains("SignedHeaders=host;"), "{signed}");
    }

    #[test]
    fn an_action_has_a_name_and_a_version() {
        for (action, version) in [("", "2018-01-01"), ("A", "")] {
            let refused = actions().call(action, version).request(&stamp());
            assert!(matches!(
                refused,
                Err(Error::Input(InputError::Parameter { .. }))
            ));
        }
    }

    #[test]
    fn the_answer_is_handed_on_as_it_is_with_its_id() {
        let call = actions().call("A", "1");
        let parse = |body| call.parse(&answer(200, body)).expect("a success");
        let whole =
            parse(r#"{"ResponseMetadata":{"RequestID":"id"},"Result":[{"a":"1"},null,2.5]}"#);
        assert_eq!(whole.request_id.as_deref(), Some("id"));
        assert_eq!(whole.result, json!([{"a": "1"}, null, 2.5]));
        let bare = parse(r#"{"ResponseMetadata":{}}"#);
        assert_eq!((bare.request_id, bare.result), (None, Value::Null));
    }

    #[test]
    fn a_lost_call_is_sent_again_only_if_the_caller_says_so() {
        const DONE: &str = r#"{"ResponseMetadata":{},"Result":1}"#;
        let call = actions().call("A", "1");
        let error = play(call.clone(), &["", DONE]).result.expect_err("lost");
        assert!(matches!(error, Error::Doubt(_)), "{error}");
        let played = play(call.may_repeat(), &["", DONE]);
        assert_eq!(played.sent.len(), 2);
        assert_eq!(played.result.expect("a success").result, 1);
    }

    #[test]
    fn what_was_refused_for_now_was_not_carried_out_and_is_sent_again() {
        const BUSY: &str = r#"{"ResponseMetadata":{"Error":{"CodeN":100018}}}"#;
        const DONE: &str = r#"{"ResponseMetadata":{},"Result":1}"#;
        let played = play(actions().call("A", "1"), &[BUSY, DONE]);
        assert_eq!(played.sent.len(), 2);
        assert!(played.result.is_ok());
    }
}
