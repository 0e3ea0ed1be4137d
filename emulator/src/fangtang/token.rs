//! The header `token` (dossier of Fangtang, "Endpoint, credentials, token").

use http::HeaderMap;
use yunmei_core::{Secret, Timestamp, fangtang::token::SignedToken};

use super::{
    Fangtang, Manners,
    answer::{self, Refusal},
};
/// Why a token does not serve.
type Problem = String;

impl Fangtang {
    /// Refuses a request whose token does not serve.
    pub(super) fn check_token(&self, headers: &HeaderMap) -> Result<(), Refusal> {
        presented(headers)
            .and_then(|token| check(token, self.account.secret_key(), &self.manners, self.now()))
            .map_err(|problem| Refusal::new(answer::TOKEN, problem))
    }
}

fn presented(headers: &HeaderMap) -> Result<&str, Problem> {
    let mut tokens = headers.get_all("token").iter();
    match (tokens.next(), tokens.next()) {
        (Some(token), None) => token
            .to_str()
            .map_err(|_| "the header token is not ASCII".into()),
        (None, _) => Err("there is no header token".into()),
        _ => Err("there are two headers token".into()),
    }
}

fn check(token: &str, key: &Secret, manners: &Manners, now: Timestamp) -> Result<(), Problem> {
    let signed = SignedToken::decode(token).map_err(|refusal| refusal.to_string())?;
    signed.verify(key).map_err(|refusal| refusal.to_string())?;
    signed.allows(now, manners.token_age).map_err(|refusal| {
        let (time, now) = (signed.time().seconds(), now.seconds());
        let (off, allowed) = (now.abs_diff(time), manners.token_age.as_secs());
        format!("{refusal}: it is {time}, here it is {now}, {off} s off; {allowed} s are allowed")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const EXAMPLE: &str = "5484490c8e797dabe52af90ab8bd1e50,1629962357";

    fn judged(token: &str, now: u64) -> Result<(), Problem> {
        let now = Timestamp::from_seconds(now);
        check(token, &Secret::new("hiliad"), &Manners::default(), now)
    }

    #[test]
    fn the_vendors_example_serves_for_five_minutes_either_way() {
        for now in [1_629_962_357 - 300, 1_629_962_357, 1_629_962_357 + 300] {
            assert_eq!(judged(EXAMPLE, now), Ok(()), "{now}");
        }
        for now in [0, 1_629_962_357 - 301, 1_629_962_357 + 301] {
            let problem = judged(EXAMPLE, now).expect_err("refused");
            assert!(problem.contains("s off"), "{problem}");
        }
    }

    #[test]
    fn what_is_wrong_with_a_token_is_named_but_never_the_key_or_the_digest() {
        for (token, part) in [
            ("", "32 hex digits"),
            ("5484490c8e797dabe52af90ab8bd1e50", "32 hex digits"),
            (
                " 5484490c8e797dabe52af90ab8bd1e50,1629962357",
                "32 hex digits",
            ),
            (
                "5484490C8E797DABE52AF90AB8BD1E50,1629962357",
                "32 hex digits",
            ),
            (
                "5484490c8e797dabe52af90ab8bd1e50,01629962357",
                "decimal time",
            ),
            ("5484490c8e797dabe52af90ab8bd1e50,1629962358", "another key"),
            ("5484490c8e797dabe52af90ab8bd1e51,1629962357", "another key"),
        ] {
            let problem = judged(token, 1_629_962_357).expect_err(token);
            assert!(problem.contains(part), "{token}: {problem}");
            assert!(!problem.contains("hiliad") && !problem.contains("5484490c"));
        }
    }
}
