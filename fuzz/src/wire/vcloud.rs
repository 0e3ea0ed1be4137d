//! What holds for the requests of TTVcloud, and of its successor.

use http::{HeaderMap, Method, Request, header};
use serde_json::Value;
use yunmei_core::{
    Payload, Stamp, describe,
    vcloud::{
        Dialect, Parameters,
        sign::{BodyDigest, Claim, Received},
    },
};

use super::{announced, decode, inline, pairs};
use crate::sample::vcloud::{TOKEN, secret, signature};

/// What a server reads of a call.
pub(crate) struct Called {
    pub(crate) query: Vec<(String, String)>,
    pub(crate) body: Value,
}

impl Called {
    /// The one value of this name.
    pub(crate) fn value(&self, name: &str) -> Option<&str> {
        let mut found = self.query.iter().filter(|(known, _)| known == name);
        let (_, value) = found.next()?;
        assert!(found.next().is_none(), "{name} twice");
        Some(value)
    }
}

/// Checks that a call is signed by us for this dialect, and that its length is announced; reads it.
pub(crate) fn check(request: &Request<Payload>, dialect: Dialect, stamp: &Stamp) -> Called {
    assert_eq!(request.uri().path(), "/");
    assert_eq!(request.uri().scheme_str(), Some("https"));
    announced(request);
    assert!(request.headers()[header::AUTHORIZATION].is_sensitive());
    let token = &request.headers()[dialect.session_token_name()];
    assert!(token.is_sensitive() && token == TOKEN);
    let shown = describe(request);
    assert!(!shown.contains(signature(request)) && !shown.contains(TOKEN));

    let wire = request.uri().query().expect("a query");
    let query = Parameters::decode(wire).expect("UTF-8");
    let body = inline(request.body());
    let headers = with_host(request);
    let claim = Claim::read(&headers, &query).expect("a signature");
    assert_eq!(claim.dialect(), dialect);
    assert_eq!(claim.check_time(stamp.now), Ok(()));
    let received = Received {
        method: request.method(),
        path: "/",
        query: &query,
        headers: &headers,
        body: BodyDigest::of(&body),
    };
    assert_eq!(claim.verify(secret(), &received), Ok(()));
    Called {
        query: (pairs(wire).into_iter())
            .map(|(name, value)| (text(name), text(value)))
            .collect(),
        body: read_body(request, &body),
    }
}

/// A document, or a form.
fn read_body(request: &Request<Payload>, body: &[u8]) -> Value {
    if *request.method() == Method::GET {
        return Value::Null;
    }
    if request.headers()[header::CONTENT_TYPE] == "application/json" {
        return serde_json::from_slice(body).expect("a document");
    }
    let form = str::from_utf8(body).expect("text");
    let pairs = pairs(form).into_iter();
    let pairs = pairs.map(|(name, value)| (text(name), Value::from(text(value))));
    Value::Object(pairs.collect())
}

/// The headers as they arrive: transports take the host from the address.
pub(crate) fn with_host(request: &Request<Payload>) -> HeaderMap {
    let mut headers = request.headers().clone();
    let host = request.uri().authority().expect("a host").as_str();
    headers.insert(header::HOST, host.parse().expect("a value"));
    headers
}

/// A request to an upload host: its path, decoded, with the permission in a header that nobody shows.
pub(crate) fn stored_at(request: &Request<Payload>, auth: &str) -> String {
    assert_eq!(request.method(), Method::PUT);
    announced(request);
    let value = &request.headers()[header::AUTHORIZATION];
    assert!(value.is_sensitive() && value == auth);
    // One that looks like a part of the address is nobody's secret.
    let is_long = auth.len() > 24 && !request.uri().to_string().contains(auth);
    assert!(!is_long || !describe(request).contains(auth));
    let path = request.uri().path();
    text(decode(path.strip_prefix('/').expect("a path")))
}

fn text(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes).expect("text")
}
