use std::fmt;

use bytes::Bytes;
use http::{Request, Response, header};
use serde_json::Value;

use super::{Answer, Dialect, Parameters, call::MAY_BE_DONE};
use crate::{
    Endpoint, Operation, Payload, Stamp, Token,
    error::{Error, InputError},
};

/// Calls an action with a query that somebody else signed, as players and uploaders do with what is
/// in their [tokens](super::tokens). No keys are needed.
///
/// It is not sent again when its answer was lost, unless the caller [says](SignedCall::may_repeat)
/// that this does no harm.
///
/// ```
/// use yunmei_core::{Timestamp, vcloud::{Credentials, Dialect, Parameters, Region, SignedCall, tokens, vod::Vod}};
///
/// // Where the keys are:
/// let vod = Vod::new(Dialect::TtvCloud, Region::default(), Credentials::new("AKLTEXAMPLE", "the secret key")?)?;
/// let video = Parameters::new().with("video_id", "v1").with("X-Amz-Expires", "600");
/// let token = vod.signer().play_token(&video, Timestamp::from_seconds(1583298367))?;
///
/// // In the player:
/// let query = tokens::unwrap(token.expose(), "GetPlayInfoToken").ok_or("not such a token")?;
/// let play = SignedCall::new(vod.endpoint().clone(), query)?.may_repeat();
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct SignedCall {
    endpoint: Endpoint,
    query: Token,
    body: Option<Value>,
    may_repeat: bool,
}

impl SignedCall {
    /// Sends this query, as it stands behind the `?`, to this endpoint.
    ///
    /// # Errors
    ///
    /// [`InputError::Address`] if it is empty, or cannot stand there.
    pub fn new(endpoint: Endpoint, query: Token) -> Result<SignedCall, InputError> {
        let text = query.expose();
        let can_stand = |byte: u8| byte.is_ascii_graphic() && byte != b'#';
        if text.is_empty() || !text.bytes().all(can_stand) {
            return Err(InputError::Address);
        }
        Ok(SignedCall {
            endpoint,
            query,
            body: None,
            may_repeat: false,
        })
    }

    /// With this body, by `POST`; it is not signed.
    pub fn json(mut self, body: Value) -> SignedCall {
        self.body = Some(body);
        self
    }

    /// Sent again if its answer was lost: for actions that change nothing, or nothing more when
    /// they are carried out twice.
    pub fn may_repeat(mut self) -> SignedCall {
        self.may_repeat = true;
        self
    }

    /// Whose signature it is.
    fn dialect(&self) -> Dialect {
        let parameters = Parameters::decode(self.query.expose()).unwrap_or_default();
        let mut all = Dialect::ALL.into_iter();
        all.find(|dialect| parameters.value(dialect.signature_name()).is_some())
            .unwrap_or_default()
    }
}

impl Operation for SignedCall {
    type Output = Answer;

    fn request(&self, _: &Stamp) -> Result<Request<Payload>, Error> {
        const JSON: &str = "application/json";
        let uri = format!("{}/?{}", self.endpoint, self.query.expose());
        let request = Request::get(uri).header(header::ACCEPT, JSON);
        let request = match &self.body {
            None => request.body(Payload::empty()),
            Some(body) => {
                let body = body.to_string().into_bytes();
                (request.method("POST"))
                    .header(header::CONTENT_TYPE, JSON)
                    .header(header::CONTENT_LENGTH, body.len())
                    .body(body.into())
            }
        };
        request.map_err(|_| InputError::AddressTooLong.into())
    }

    fn parse(&self, response: &Response<Bytes>) -> Result<Answer, Error> {
        Answer::read(self.dialect().name(), response)
    }

    fn repeatable(&self) -> bool {
        self.may_repeat
    }

    fn if_carried_out(&self) -> Option<&'static str> {
        (!self.may_repeat).then_some(MAY_BE_DONE)
    }
}

/// Hides the query: whoever has it may call the action.
impl fmt::Debug for SignedCall {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SignedCall({})", self.endpoint)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::vcloud::played::{answer, body, play, query, stamp, success};

    fn with(query: &str) -> Result<SignedCall, InputError> {
        let endpoint = Endpoint::parse("https://vod.example.com").expect("an endpoint");
        SignedCall::new(endpoint, Token::new(query))
    }

    fn call() -> SignedCall {
        with("Action=A&Version=1&X-Amz-Signature=canary").expect("a query")
    }

    #[test]
    fn the_query_is_sent_as_it_was_signed_and_without_a_signature_of_its_own() {
        let request = call().request(&stamp()).expect("a request");
        assert_eq!(request.method(), "GET");
        assert_eq!(request.uri().host(), Some("vod.example.com"));
        assert_eq!(query(&request), "Action=A&Version=1&X-Amz-Signature=canary");
        assert!(!request.headers().contains_key("authorization"));
        let request = call().json(json!({"a": 1})).request(&stamp());
        let request = request.expect("a request");
        assert_eq!(
            (request.method().as_str(), body(&request)),
            ("POST", json!({"a": 1}))
        );
        assert_eq!(request.headers()["content-length"], "7");
        assert!(!format!("{:?}", call()).contains("canary"));
    }

    #[test]
    fn what_cannot_stand_behind_a_question_mark_is_refused() {
        for bad in ["", "a b", "a\r\nb", "a#b", "影"] {
            assert_eq!(with(bad).err(), Some(InputError::Address), "{bad:?}");
        }
    }

    #[test]
    fn a_refusal_says_which_service_the_query_was_signed_for() {
        let refused = r#"{"ResponseMetadata":{"Error":{"CodeN":100010}}}"#;
        for (query, name) in [
            ("Action=A&Version=1&X-Amz-Signature=canary", "TTVcloud"),
            ("Action=A&Version=1&X-Signature=canary", "Volcengine"),
        ] {
            let call = with(query).expect("a query");
            let error = call.parse(&answer(401, refused)).expect_err("refused");
            let begins = format!("{name} refused: 100010");
            assert!(error.to_string().starts_with(&begins), "{error}");
        }
    }

    #[test]
    fn it_is_answered_as_any_call_and_repeated_only_if_that_does_no_harm() {
        let parsed = call().parse(&answer(200, &success("[1]")));
        assert_eq!(parsed.expect("a success").result, json!([1]));
        let refused = r#"{"ResponseMetadata":{"Error":{"CodeN":100010}}}"#;
        assert!(matches!(
            call().parse(&answer(401, refused)),
            Err(Error::Service(_))
        ));
        let played = play(call(), &["", &success("1")]);
        assert!(played.sent.len() == 1 && matches!(played.result, Err(Error::Doubt(_))));
        let played = play(call().may_repeat(), &["", &success("1")]);
        assert!(played.sent.len() == 2 && played.result.is_ok());
    }
}
