use std::{borrow::Cow, fmt};

use bytes::Bytes;
use http::{Request, Response};
use serde_json::Value;

use super::{Credentials, Parameters, Scope, caller::Caller, envelope, handle::settings};
use crate::{
    Operation, Payload, Stamp,
    error::{Error, InputError},
};

/// What a lost answer means where nothing is known of the action.
pub(super) const MAY_BE_DONE: &str = "the action may have been carried out";

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
/// or a `POST` of JSON, or of a form. It is not sent again when its answer was lost, unless the caller
/// [says](Call::may_repeat) that this does no harm.
#[derive(Clone, Debug)]
pub struct Call {
    caller: Caller,
    query: Parameters,
    body: Option<Body>,
    may_repeat: bool,
}

#[derive(Clone)]
enum Body {
    Json(Value),
    Form(Parameters),
}

/// Hides what is in it: there are actions that take keys.
impl fmt::Debug for Body {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Body::Json(_) => f.write_str("Json(..)"),
            Body::Form(form) => f.debug_tuple("Form").field(form).finish(),
        }
    }
}

/// What [`Call`] brings.
#[derive(Clone, PartialEq)]
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
        self.body = Some(Body::Json(body));
        self
    }

    /// With this form, which may be empty, by `POST`.
    pub fn form(mut self, form: Parameters) -> Call {
        self.body = Some(Body::Form(form));
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
            Some(Body::Json(body)) => self.caller.post_json(&self.query, body, stamp),
            Some(Body::Form(form)) => self.caller.post_form(&self.query, form, stamp),
        }
    }

    fn parse(&self, response: &Response<Bytes>) -> Result<Answer, Error> {
        Answer::read(self.caller.name(), response)
    }

    fn repeatable(&self) -> bool {
        self.may_repeat
    }

    fn if_carried_out(&self) -> Option<&'static str> {
        (!self.may_repeat).then_some(MAY_BE_DONE)
    }
}

impl Answer {
    pub(super) fn read(who: &'static str, response: &Response<Bytes>) -> Result<Answer, Error> {
        let (result, request_id) = envelope::open_with_id(who, response)?;
        Ok(Answer { request_id, result })
    }
}

/// Hides the result: there are actions that bring keys.
impl fmt::Debug for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (f.debug_struct("Answer")
            .field("request_id", &self.request_id))
        .finish_non_exhaustive()
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
            CustomHeaders, Dialect, Region, Service,
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
    fn a_form_is_sent_and_signed_as_it_is_encoded() {
        let digest = |form: Parameters| {
            let call = actions().call("GetImageOCR", "2018-08-01").form(form);
            let request = call.request(&stamp()).expect("a request");
            assert_eq!(request.method(), Method::POST);
            let header = |name: &str| request.headers()[name].to_str().expect("text").to_owned();
            assert_eq!(header("content-type"), "application/x-www-form-urlencoded");
            assert_eq!(header("content-length"), request.body().len().to_string());
            let text: Vec<u8> = (request.body().chunks().iter())
                .flat_map(|chunk| match chunk {
                    crate::Chunk::Inline(bytes) => bytes.to_vec(),
                    other => panic!("{other:?}"),
                })
                .collect();
            let text = String::from_utf8(text).expect("a text");
            (text, header("x-amz-content-sha256"))
        };
        let (empty, of_empty) = digest(Parameters::new());
        assert_eq!(empty, "");
        let (form, of_form) = digest(Parameters::new().with("A b", "图 ~*"));
        assert_eq!(form, "A+b=%E5%9B%BE+~%2A");
        assert_eq!(
            of_empty,
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
        );
        assert_ne!(of_form, of_empty);
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
    fn keys_that_an_action_brings_are_not_printed() {
        let body =
            r#"{"ResponseMetadata":{"RequestId":"id"},"Result":{"SecretAccessKey":"canary"}}"#;
        let answer = actions().call("A", "1").parse(&answer(200, body));
        let shown = format!("{:?}", answer.expect("a success"));
        assert_eq!(shown, r#"Answer { request_id: Some("id"), .. }"#);
    }

    #[test]
    fn a_session_token_that_the_caller_sends_along_is_signed_and_marked() {
        let headers = CustomHeaders::new().with("X-Amz-Security-Token", "STS2canary");
        let call = actions()
            .with_headers(headers.expect("headers"))
            .call("A", "1");
        let request = call.request(&stamp()).expect("a request");
        assert!(request.headers()["x-amz-security-token"].is_sensitive());
        let signed = request.headers()["authorization"].to_str().expect("text");
        assert!(signed.contains(";x-amz-security-token, "), "{signed}");
        assert!(!format!("{:?}", request.headers()).contains("canary"));
    }

    #[test]
    fn accounts_regions_and_dialects_do_not_mix_in_one_process() {
        let made = |dialect, region, access_key| {
            let region = Region::new(region).expect("a region");
            let scope = Scope::new(dialect, Service::Vod, region).expect("a scope");
            let keys = Credentials::new(access_key, "the secret key").expect("a pair");
            Actions::new(scope, keys)
        };
        let all = [
            (
                Dialect::TtvCloud,
                "cn-north-1",
                "AK1",
                "vod.bytedanceapi.com",
            ),
            (
                Dialect::TtvCloud,
                "us-east-1",
                "AK2",
                "vod.us-east-1.bytedanceapi.com",
            ),
            (
                Dialect::Volcengine,
                "cn-north-1",
                "AK3",
                "vod.volcengineapi.com",
            ),
        ];
        let handles = all.map(|(dialect, region, key, _)| made(dialect, region, key));
        for _ in 0..2 {
            for (handle, (_, region, key, host)) in handles.iter().zip(all) {
                let request = handle.call("A", "1").request(&stamp()).expect("a request");
                assert_eq!(request.uri().host(), Some(host));
                let signed = request.headers()["authorization"].to_str().expect("text");
                let credential = format!("Credential={key}/20200304/{region}/vod/");
                assert!(signed.contains(&credential), "{signed}");
            }
        }
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
        const DONE: &str = r#"{"ResponseMetadata":{},"Result":1}"#;
        let refused = |code| format!(r#"{{"ResponseMetadata":{{"Error":{{"CodeN":{code}}}}}}}"#);
        for busy in [100_018, 100_019] {
            let played = play(actions().call("A", "1"), &[&*refused(busy), DONE]);
            assert_eq!(played.sent.len(), 2, "{busy}");
            assert!(played.result.is_ok());
        }
        // Behind these, it may have been.
        for failed in [100_001, 100_014, 100_015, 100_016] {
            let played = play(actions().call("A", "1"), &[&*refused(failed), DONE]);
            assert_eq!(played.sent.len(), 1, "{failed}");
            assert!(matches!(played.result, Err(Error::Doubt(_))), "{failed}");
        }
    }
}
