//! What the vectors have in common.

use serde_json::Value;
use yunmei_core::{
    Timestamp, Token,
    vcloud::{Credentials, Dialect, Parameters, Region, Scope, sign::Signer},
};

pub(crate) fn text<'a>(value: &'a Value, name: &str) -> &'a str {
    value[name]
        .as_str()
        .unwrap_or_else(|| panic!("{name} is no text"))
}

pub(crate) fn now(input: &Value) -> Timestamp {
    Timestamp::from_seconds(input["now_epoch"].as_u64().expect("a time"))
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

/// A list of pairs.
pub(crate) fn parameters(pairs: &Value) -> Parameters {
    let pairs = pairs.as_array().expect("pairs").iter();
    pairs.fold(Parameters::new(), |query, pair| {
        let text = |index: usize| pair[index].as_str().expect("a text").to_owned();
        query.with_repeated(text(0), text(1))
    })
}
