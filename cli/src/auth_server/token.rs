use std::time::Duration;

use clap::Args;
use serde_json::{Map, Value, json};
use yunmei_auth_server::token::TokenMaker;

use super::Rules;
use crate::{arguments::Common, duration, exit::Failure, output::Output};

/// Print a token that the server takes, for tests.
///
/// Issuer, audience and algorithm are those of the policy.
#[derive(Args, Debug)]
pub(super) struct TokenOptions {
    #[command(flatten)]
    rules: Rules,
    /// For whom
    #[arg(long, value_name = "NAME")]
    sub: String,
    /// For how long
    #[arg(long, value_name = "TIME", default_value = "1h", value_parser = duration::parse)]
    ttl: Duration,
    /// A further claim, such as scopes=open; may be given several times
    #[arg(long, value_name = "NAME=VALUE", value_parser = parse_claim)]
    claim: Vec<(String, String)>,
}

pub(super) fn run(options: &TokenOptions, common: &Common) -> Result<(), Failure> {
    let rules = options.rules.read_policy()?.token().clone();
    let key = options.rules.read_key(rules.algorithm)?;
    let maker = TokenMaker::new(rules, &key)
        .map_err(|error| Failure::Usage(format!("{}: {error}", options.rules.key_place())))?;
    let now = yunmei_host::stamp().now;
    let token = maker.make(&options.sub, options.ttl, claims(&options.claim), now);
    let token = token.ok_or_else(|| Failure::Usage("no token can be made of this".into()))?;
    let expires = now.checked_add(options.ttl).map(|end| end.seconds());
    let object = json!({ "token": token.expose(), "expires": expires });
    Output::new(common.json).line(token.expose(), &object)
}

/// A claim that is given several times becomes a list.
fn claims(given: &[(String, String)]) -> Map<String, Value> {
    let mut claims = Map::new();
    for (name, value) in given {
        let value = Value::from(value.as_str());
        match claims.get_mut(name) {
            None => drop(claims.insert(name.clone(), value)),
            Some(Value::Array(values)) => values.push(value),
            Some(one) => *one = Value::Array(vec![one.take(), value]),
        }
    }
    claims
}

fn parse_claim(text: &str) -> Result<(String, String), &'static str> {
    match text.split_once('=') {
        Some((name, value)) if !name.is_empty() => Ok((name.into(), value.into())),
        _ => Err("write it like scopes=open"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_claim_that_comes_again_is_a_list() {
        let given = ["a=1", "b=x=y", "a=2", "a=3"].map(|text| parse_claim(text).expect("a claim"));
        let expected = json!({ "a": ["1", "2", "3"], "b": "x=y" });
        assert_eq!(Value::Object(claims(&given)), expected);
        assert!(parse_claim("=x").is_err() && parse_claim("x").is_err());
    }
}
