//! What the vectors have in common.

use http::Method;
use serde_json::Value;
use yunmei_core::{
    Timestamp, Token,
    vcloud::{
        Credentials, Dialect, Parameters, Region, Scope,
        sign::{BodyDigest, Signer},
    },
};

pub(crate) fn text<'a>(value: &'a Value, name: &str) -> &'a str {
    value[name]
        .as_str()
        .unwrap_or_else(|| panic!("{name} is no text"))
}

pub(crate) fn now(input: &Value) -> Timestamp {
    Timestamp::from_seconds(input["now_epoch"].as_u64().expect("a time"))
}

pub(crate) fn method(input: &Value) -> Method {
    text(input, "method").parse().expect("a method")
}

/// Only the successor's vectors say whether there is a session token.
pub(crate) fn dialect(entry: &Value) -> Dialect {
    match text(entry, "name").starts_with("succ-") {
        true => Dialect::Volcengine,
        false => Dialect::TtvCloud,
    }
}

pub(crate) fn credentials(input: &Value) -> Credentials {
    let pair = Credentials::new(text(input, "ak"), text(input, "sk")).expect("a pair");
    match input["session_token"].as_str() {
        None | Some("") => pair,
        Some(token) => (pair.with_session_token(Token::new(token))).expect("temporary keys"),
    }
}

pub(crate) fn signer(dialect: Dialect, input: &Value) -> Signer {
    let region = Region::new(text(input, "region")).expect("a region");
    let service = text(input, "service").parse().expect("a service");
    let scope = Scope::new(dialect, service, region).expect("a scope");
    Signer::new(scope, credentials(input))
}

/// A list of pairs, or an object.
pub(crate) fn parameters(pairs: &Value) -> Parameters {
    let pair = |query: Parameters, name: &str, value: &Value| {
        let value = value.as_str().expect("a text").to_owned();
        query.with_repeated(name.to_owned(), value)
    };
    let none = Parameters::new();
    match pairs {
        Value::Array(pairs) => (pairs.iter()).fold(none, |query, each| {
            pair(query, each[0].as_str().expect("a name"), &each[1])
        }),
        Value::Object(pairs) => {
            (pairs.iter()).fold(none, |query, (name, value)| pair(query, name, value))
        }
        _ => panic!("no pairs"),
    }
}

pub(crate) fn body(input: &Value) -> BodyDigest {
    BodyDigest::of(text(input, "body").as_bytes())
}
