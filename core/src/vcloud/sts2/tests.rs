use std::time::Duration;

use base64::Engine;
use serde_json::{Value, json};

use super::*;
use crate::{
    Nonce, Stamp, Timestamp, Token, encode,
    error::InputError,
    vcloud::{Credentials, sign::Refusal},
};

const NOW: Timestamp = Timestamp::from_seconds(1_583_298_367);
const KEY: &str = "EXAMPLEKEY0000000000000000000001";

fn credentials() -> Credentials {
    Credentials::new("AKLTEXAMPLE", KEY).expect("a pair")
}

fn issuer() -> Issuer {
    Issuer::new(&credentials()).expect("an issuer")
}

fn keys(policy: Option<&Policy>) -> TemporaryKeys {
    let stamp = Stamp::new(NOW, Nonce::from_bytes([7; 32]));
    let keys = issuer().issue(policy, Duration::from_secs(600), &stamp);
    keys.expect("keys")
}

fn token(keys: &TemporaryKeys) -> SessionToken {
    SessionToken::decode(keys.session_token().expose()).expect("a token")
}

/// The token with its JSON changed.
fn changed(keys: &TemporaryKeys, change: impl FnOnce(&mut Value)) -> Result<SessionToken, Refusal> {
    let inner = &keys.session_token().expose()[TOKEN_PREFIX.len()..];
    let json = encode::base64().decode(inner).expect("base64");
    let mut json: Value = serde_json::from_slice(&json).expect("JSON");
    change(&mut json);
    // In another order, and with blanks.
    let text = format!("{json:#}");
    SessionToken::decode(&format!("STS2{}", encode::base64().encode(text)))
}

#[test]
fn temporary_keys_have_the_vendors_lengths_and_sign() {
    let keys = keys(None);
    assert_eq!(keys.access_key().len(), 47);
    assert!(keys.access_key().starts_with("AKTP"));
    assert_eq!(keys.secret_key().expose().len(), 64);
    assert_eq!(token(&keys).signed_secret().len(), 108);
    assert_eq!(
        (keys.issued(), keys.expires().seconds()),
        (NOW, NOW.seconds() + 600)
    );
    let credentials = keys.credentials().expect("credentials");
    assert_eq!(credentials.access_key(), keys.access_key());
    assert!(credentials.session_token().is_some());
    let refused = Issuer::new(&credentials).err();
    assert_eq!(refused, Some(InputError::TemporaryKeys));
}

#[test]
fn a_short_life_becomes_a_minute_and_an_endless_one_is_refused() {
    let stamp = Stamp::new(NOW, Nonce::from_bytes([7; 32]));
    let expires = |seconds| {
        let keys = issuer().issue(None, Duration::from_secs(seconds), &stamp);
        keys.map(|keys| keys.expires().seconds() - NOW.seconds())
    };
    assert_eq!(expires(0), Ok(60));
    assert_eq!(expires(59), Ok(60));
    assert_eq!(expires(61), Ok(61));
    assert_eq!(expires(u64::MAX), Err(InputError::Time));
    assert_eq!(expires(253_402_300_800), Err(InputError::Time));
}

#[test]
fn two_nonces_make_two_pairs_of_keys() {
    let make = |byte| {
        let stamp = Stamp::new(NOW, Nonce::from_bytes([byte; 32]));
        let keys = issuer().issue(None, Duration::ZERO, &stamp).expect("keys");
        (
            keys.access_key().to_owned(),
            keys.secret_key().expose().to_owned(),
        )
    };
    assert_eq!(make(1), make(1));
    assert_ne!(make(1).0, make(2).0);
    assert_ne!(make(1).1, make(2).1);
}

#[test]
fn a_token_serves_its_keys_until_its_end() {
    let keys = keys(None);
    let token = token(&keys);
    let at = |seconds| {
        let now = Timestamp::from_seconds(seconds);
        token.verify(&issuer(), keys.access_key(), now)
    };
    let secret = at(NOW.seconds() + 599).expect("a secret");
    assert!(keys.secret_key().matches(secret.expose()));
    assert_eq!(at(NOW.seconds() + 600).err(), Some(Refusal::TokenExpired));
    let other = token.verify(&issuer(), "AKTPother", NOW).err();
    assert_eq!(other, Some(Refusal::TokenAccessKey));
    for pair in [("AKLTEXAMPLE", "another key"), ("AKLTOTHER", KEY)] {
        let stranger = Credentials::new(pair.0, pair.1).expect("a pair");
        let stranger = Issuer::new(&stranger).expect("an issuer");
        let refused = token.verify(&stranger, keys.access_key(), NOW).err();
        assert_eq!(refused, Some(Refusal::TokenDigest), "{pair:?}");
    }
}

#[test]
fn a_change_of_any_part_of_a_token_is_noticed() {
    let keys = keys(Some(&Policy::video_upload()));
    let verify = |token: &SessionToken| token.verify(&issuer(), keys.access_key(), NOW).err();
    let same = changed(&keys, |_| ()).expect("a token");
    assert_eq!(verify(&same), None);
    for (part, value) in [
        ("AccessKeyId", json!("AKTPother")),
        ("ExpiredTime", json!(4_000_000_000_u64)),
        ("LTAccessKeyId", json!("AKLTOTHER")),
        ("PolicyString", json!("")),
        ("Signature", json!("00")),
        ("SignedSecretAccessKey", json!("AAAA")),
    ] {
        let token = changed(&keys, |json| json[part] = value).expect("a token");
        assert_eq!(verify(&token), Some(Refusal::TokenDigest), "{part}");
    }
}

#[test]
fn what_is_no_token_is_malformed() {
    let keys = keys(None);
    let whole = keys.session_token().expose();
    for bad in [
        "",
        "STS2",
        "STS2!",
        "STS2e30=",
        "STS1e30=",
        &whole[4..],
        &whole[..40],
    ] {
        let refused = SessionToken::decode(bad).err();
        assert_eq!(refused, Some(Refusal::TokenMalformed), "{bad:?}");
    }
    for part in ["AccessKeyId", "Signature", "ExpiredTime"] {
        let refused = changed(&keys, |json| json[part] = Value::Null).err();
        assert_eq!(refused, Some(Refusal::TokenMalformed), "{part}");
    }
    // A number may come as a text.
    let number = changed(&keys, |json| json["ExpiredTime"] = json!("1583298967"));
    assert_eq!(number.map(|token| token.expires()), Ok(1_583_298_967));
}

#[test]
fn a_token_without_a_secret_in_it_is_malformed_even_if_it_is_signed() {
    let issuer = issuer();
    for secret in ["", "AAAA", "no base64", "AAAAAAAAAAAAAAAAAAAAAA=="] {
        let signature = issuer.sign(&mut Vec::new(), "AKTP1", 4_000_000_000, secret, "");
        let json = json!({"AccessKeyId": "AKTP1", "ExpiredTime": 4_000_000_000_u64,
            "LTAccessKeyId": "AKLTEXAMPLE", "Signature": signature.as_str(),
            "SignedSecretAccessKey": secret});
        let text = format!("STS2{}", encode::base64().encode(json.to_string()));
        let token = SessionToken::decode(&text).expect("a token");
        let refused = token.verify(&issuer, "AKTP1", NOW).err();
        assert_eq!(refused, Some(Refusal::TokenMalformed), "{secret:?}");
    }
}

#[test]
fn a_policy_in_a_token_is_enforced_and_none_allows_all() {
    let all = token(&keys(None));
    assert_eq!(all.policy(), Ok(None));
    assert_eq!(all.allows("iam:CreateUser", ""), Ok(()));
    let some = token(&keys(Some(&Policy::video_upload())));
    assert_eq!(some.allows("vod:ApplyUpload", ""), Ok(()));
    assert_eq!(some.allows("iam:CreateUser", ""), Err(Refusal::Policy));
    let unreadable = changed(&keys(None), |json| json["PolicyString"] = json!("{"));
    let unreadable = unreadable.expect("a token");
    assert_eq!(
        unreadable.allows("vod:ApplyUpload", ""),
        Err(Refusal::Policy)
    );
}

#[test]
fn neither_keys_nor_tokens_are_printed() {
    let keys = keys(None);
    let token = token(&keys);
    let shown = format!("{:?} {keys:?} {token:?}", issuer());
    for private in [
        KEY,
        keys.secret_key().expose(),
        &keys.session_token().expose()[..20],
        token.signature(),
        token.signed_secret(),
    ] {
        assert!(!shown.contains(private), "{shown}");
    }
    assert!(format!("{:?}", Token::new("x")).ends_with("(..)"));
}
