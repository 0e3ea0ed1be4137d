//! Session tokens: the bytes are one, or the document in one, or a policy, or a text in one of their
//! places.

use std::time::Duration;

use base64::{Engine, prelude::BASE64_STANDARD};
use yunmei_core::{
    Timestamp,
    vcloud::{
        Credentials,
        sign::Refusal,
        sts2::{Effect, Issuer, Policy, SessionToken, Statement},
    },
};

use crate::sample::{
    self,
    vcloud::{KEY, issuer},
};

/// What was made is verified, nothing one byte away is; no policy allows what it does not name.
pub fn check(bytes: &[u8]) {
    let wrapped = format!("STS2{}", BASE64_STANDARD.encode(bytes));
    strange(&wrapped);
    let Ok(text) = str::from_utf8(bytes) else {
        return;
    };
    strange(text.trim_end());
    if let Ok(policy) = serde_json::from_str::<Policy>(text) {
        judge(&policy);
        issued(issuer(), Some(&policy));
    }
    let statement = Statement::allow([text], [text, "*"]);
    issued(issuer(), Some(&Policy::new([statement])));
    if let Ok(credentials) = Credentials::new(text.trim_end(), KEY) {
        issued(
            &Issuer::new(&credentials).expect("keys of an account"),
            None,
        );
    }
}

/// One from somebody else, who may have made it of anything.
fn strange(token: &str) {
    let Ok(read) = SessionToken::decode(token) else {
        return;
    };
    let stranger = Credentials::new(read.long_term_access_key(), "a key that nobody knows");
    if let Ok(credentials) = stranger {
        let issuer = Issuer::new(&credentials).expect("keys of an account");
        let verdict = read.verify(&issuer, read.access_key(), Timestamp::from_seconds(0));
        assert_eq!(verdict.err(), Some(Refusal::TokenDigest));
    }
    let text = read.signed_text();
    assert!(text.starts_with(read.long_term_access_key()) && text.ends_with(read.policy_text()));
    assert_eq!(
        read.policy().is_err(),
        read.allows("", "").is_err() && unreadable(&read)
    );
    if let Ok(Some(policy)) = read.policy() {
        judge(&policy);
        let allowed = read.allows("vod:GetPlayInfo", "trn:vod::*:video_id/v1");
        let judged = policy.allows("vod:GetPlayInfo", "trn:vod::*:video_id/v1");
        assert_eq!(allowed.is_ok(), judged);
    }
    let signature = read.signature();
    assert!(signature.len() < 40 || !format!("{read:?}").contains(signature) || in_other(&read));
}

fn unreadable(read: &SessionToken) -> bool {
    let text = read.policy_text();
    !text.is_empty() && serde_json::from_str::<Policy>(text).is_err()
}

/// Whether somebody wrote the signature into another place, too.
fn in_other(read: &SessionToken) -> bool {
    let signature = format!("{:?}", read.signature());
    let signature = &signature[1..signature.len() - 1];
    [
        read.access_key(),
        read.long_term_access_key(),
        read.policy_text(),
    ]
    .iter()
    .any(|place| format!("{place:?}").contains(signature))
}

/// A denial wins, what is not named is denied, and what is written is read back.
fn judge(policy: &Policy) {
    let read: Policy = serde_json::from_str(&policy.to_json()).expect("what we write, we read");
    assert_eq!(&read, policy);
    let mut denied = policy.clone();
    denied.statements.push(Statement::deny(["*"], ["*"]));
    let mut allowing = policy.statements.iter();
    let can_allow = allowing.any(|statement| statement.effect == Effect::Allow);
    let names = ["vod:GetPlayInfo", "ImageX:ApplyImageUpload", "", "*"];
    for (action, resource) in names.iter().flat_map(|one| names.map(|other| (one, other))) {
        assert!(!denied.allows(action, resource));
        assert!(can_allow || !policy.allows(action, resource));
    }
    for statement in &policy.statements {
        let alone = Policy::new([statement.clone()]);
        let plain = statement.condition.as_deref().is_none_or(str::is_empty);
        let resource = statement.resources.first().map_or("", String::as_str);
        for action in &statement.actions {
            // A pattern fits itself.
            let allows = statement.effect == Effect::Allow && plain;
            assert_eq!(alone.allows(action, resource), allows);
        }
    }
}

fn issued(issuer: &Issuer, policy: Option<&Policy>) {
    let stamp = sample::stamp(issuer.access_key().as_bytes());
    let keys = issuer.issue(policy, Duration::from_secs(3600), &stamp);
    let keys = keys.expect("temporary keys");
    let token = keys.session_token().expose();
    let verify = |token: &str| {
        let read = SessionToken::decode(token)?;
        let secret = read.verify(issuer, keys.access_key(), sample::NOW)?;
        Ok::<_, Refusal>((read, secret))
    };
    let (read, secret) = verify(token).expect("what we make, we verify");
    assert!(keys.secret_key().matches(secret.expose()));
    assert_eq!(read.policy().as_ref().map(Option::as_ref), Ok(policy));
    assert!(keys.credentials().is_ok());
    assert!(!format!("{keys:?} {read:?}").contains(token));

    let at = sample::hash(token.as_bytes()) as usize % token.len();
    let mut near = token.as_bytes().to_vec();
    near[at] = if near[at] == b'A' { b'B' } else { b'A' };
    let near = String::from_utf8(near).expect("ASCII");
    // The digits of an escape may be capitals.
    let is_same = SessionToken::decode(&near).is_ok_and(|near| {
        near.signed_text() == read.signed_text() && near.signature() == read.signature()
    });
    assert!(is_same || verify(&near).is_err(), "{near}");
}
