//! The header `token` (dossier of Fangtang, "Endpoint, credentials, token").

use http::HeaderMap;
use md5::{Digest, Md5};
use subtle::ConstantTimeEq;
use yunmei_core::{Secret, Timestamp};

use super::{
    Fangtang, Manners,
    answer::{self, Refusal},
};
use crate::{random, value::digits};

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
    let Some((digest, text)) = token.split_once(',') else {
        return Err("the token is not {md5},{time}: it has no comma".into());
    };
    let is_hex = |byte: u8| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
    if digest.len() != 32 || !digest.bytes().all(is_hex) {
        return Err(
            "before the comma of the token there are no 32 digits of lower-case hex".into(),
        );
    }
    let Some(time) = digits(text) else {
        return Err("behind the comma of the token there is no time in decimal seconds".into());
    };
    let expected = expected(key, text);
    if !bool::from(expected.as_bytes().ct_eq(digest.as_bytes())) {
        return Err(format!(
            "the digest is not the MD5 of the secret key and {text}, one behind the other"
        ));
    }
    let off = now.seconds().abs_diff(time);
    let allowed = manners.token_age.as_secs();
    match off <= allowed {
        true => Ok(()),
        false => Err(format!(
            "its time {time} is {off} s off, here it is {}; {allowed} s are allowed",
            now.seconds()
        )),
    }
}

fn expected(key: &Secret, time: &str) -> String {
    let digest = Md5::new()
        .chain_update(key.expose())
        .chain_update(time)
        .finalize();
    random::to_hex(&digest)
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
            ("", "no comma"),
            ("5484490c8e797dabe52af90ab8bd1e50", "no comma"),
            ("5484490c8e797dabe52af90ab8bd1e5,1629962357", "32 digits"),
            ("5484490C8E797DABE52AF90AB8BD1E50,1629962357", "32 digits"),
            (" 5484490c8e797dabe52af90ab8bd1e50,1629962357", "32 digits"),
            ("5484490c8e797dabe52af90ab8bd1e50,", "no time"),
            ("5484490c8e797dabe52af90ab8bd1e50,+1629962357", "no time"),
            ("5484490c8e797dabe52af90ab8bd1e50, 1629962357", "no time"),
            (
                "5484490c8e797dabe52af90ab8bd1e50,99999999999999999999",
                "no time",
            ),
            // The digest is over the text, so another way to write the time is another token.
            ("5484490c8e797dabe52af90ab8bd1e50,01629962357", "the MD5"),
            ("5484490c8e797dabe52af90ab8bd1e51,1629962357", "the MD5"),
        ] {
            let problem = judged(token, 1_629_962_357).expect_err(token);
            assert!(problem.contains(part), "{token}: {problem}");
            assert!(!problem.contains("hiliad") && !problem.contains("5484490c"));
        }
    }

    #[test]
    fn a_key_beyond_ascii_counts_by_its_bytes() {
        let key = Secret::new("密钥测试");
        assert_eq!(
            expected(&key, "1700000001"),
            "270daa01bf41e3fa8aa752af6c6f7022"
        );
    }
}
