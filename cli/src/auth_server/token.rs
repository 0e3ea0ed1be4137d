use std::time::Duration;

use clap::Args;
use serde_json::{Map, Value, json};
use yunmei_auth_server::{
    policy::{Denial, Policy, Rule},
    token::{Claims, TokenMaker, TokenRules},
};

use super::Rules;
use crate::{
    arguments::Common,
    duration,
    exit::Failure,
    output::{Output, say},
};

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
    let policy = options.rules.read_policy()?;
    let rules = policy.token();
    let key = options.rules.read_key(rules.algorithm)?;
    let maker = TokenMaker::new(rules.clone(), &key)
        .map_err(|error| Failure::Usage(format!("{}: {error}", options.rules.key_place())))?;
    let now = yunmei_host::stamp().now;
    let further = claims(&options.claim);
    let said = maker.claims(&options.sub, options.ttl, further.clone(), now);
    let token = maker.make(&options.sub, options.ttl, further, now);
    let (Some(said), Some(token)) = (said, token) else {
        return Err(Failure::Usage("no token can be made of this".into()));
    };
    check_names(&options.claim, rules)?;
    (rules.check_claims(&said, now))
        .map_err(|refusal| Failure::Usage(format!("the server would refuse this: {refusal}")))?;
    check_use(&policy, &said)?;
    let expires = now.checked_add(options.ttl).map(|end| end.seconds());
    let object = json!({ "token": token.expose(), "expires": expires });
    Output::new(common.json).line(token.expose(), &object)
}

/// Tokens with a claim that the policy does not name are refused, whatever else they say.
fn check_names(given: &[(String, String)], rules: &TokenRules) -> Result<(), Failure> {
    match given.iter().find(|(name, _)| !rules.takes(name)) {
        None => Ok(()),
        Some((name, _)) => Err(Failure::Usage(format!(
            "tokens with the claim {name:?} are refused: name it in claims of [token]"
        ))),
    }
}

/// Whether the policy has anything for a token that says this. A rule without a path for it may be
/// one among others; if it is all there is, every request would be refused.
fn check_use(policy: &Policy, said: &Claims) -> Result<(), Failure> {
    let denied = |denial| {
        let rules = policy.rules().iter();
        rules.filter(move |rule| rule.check_claims(said).err() == denial)
    };
    let names = |rules: &mut dyn Iterator<Item = &Rule>| -> Vec<String> {
        rules.map(|rule| format!("{:?}", rule.name())).collect()
    };
    let pathless = names(&mut denied(Some(Denial::Path))).join(", ");
    let why =
        "a claim in a path has to be there, and to be one plain name: no slash, no dots alone";
    match (denied(None).next(), pathless.is_empty()) {
        (None, false) => Err(Failure::Usage(format!(
            "the server would refuse every request: no path for this token in the rules {pathless}: \
             {why}"
        ))),
        (Some(_), false) => {
            say(format_args!(
                "yunmei: warning: no path for this token in the rules {pathless}: {why}"
            ));
            Ok(())
        }
        (None, true) => {
            say("yunmei: warning: no rule is for the claims of this token");
            Ok(())
        }
        (Some(_), true) => Ok(()),
    }
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
