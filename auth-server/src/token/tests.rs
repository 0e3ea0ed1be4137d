use std::time::Duration;

use http::{HeaderMap, HeaderValue, header};
use jsonwebtoken::{Algorithm as Name, EncodingKey, Header};
use rcgen::{KeyPair, PKCS_ED25519};
use serde::{Serialize, Serializer};
use serde_json::{Map, Value, json};
use yunmei_core::{Secret, Timestamp};

use super::*;

const NOW: Timestamp = Timestamp::from_seconds(1_795_325_332);
const KEY: &str = "a canary of a key, with more than 32 bytes in it";

fn rules(algorithm: Algorithm) -> TokenRules {
    TokenRules {
        algorithm,
        issuer: "https://accounts.example.com".into(),
        audience: "yunmei".into(),
        leeway: 30,
        claims: vec!["scopes".into()],
        unknown_claims: UnknownClaims::Refuse,
    }
}

fn reader() -> TokenReader {
    let key = VerifyingKey::new(Algorithm::Hs256, &Secret::new(KEY)).expect("a key");
    TokenReader::new(rules(Algorithm::Hs256), key)
}

/// A token with these claims instead of the usual ones; a null takes one away.
fn token(changes: Value) -> String {
    signed(changes, Name::HS256, KEY)
}

fn signed(changes: Value, algorithm: Name, key: &str) -> String {
    let mut claims = json!({
        "iss": "https://accounts.example.com", "aud": "yunmei", "sub": "alice",
        "iat": NOW.seconds(), "exp": NOW.seconds() + 60,
    });
    let all = claims.as_object_mut().expect("an object");
    for (name, value) in changes.as_object().expect("an object") {
        all.insert(name.clone(), value.clone());
    }
    all.retain(|_, value| !value.is_null());
    let key = EncodingKey::from_secret(key.as_bytes());
    jsonwebtoken::encode(&Header::new(algorithm), &claims, &key).expect("a token")
}

fn refused(changes: Value) -> Option<TokenRefusal> {
    reader().read(&token(changes), NOW).err()
}

#[test]
fn a_good_token_says_who_it_is() {
    let read = reader().read(
        &token(json!({"scopes": ["open", "more"], "nbf": NOW.seconds()})),
        NOW,
    );
    let claims = read.expect("a good token");
    assert_eq!(claims.subject(), "alice");
    assert!(claims.has("scopes", "open") && !claims.has("scopes", "other"));
    assert!(
        reader()
            .read(&token(json!({"aud": ["other", "yunmei"]})), NOW)
            .is_ok()
    );
}

#[test]
fn every_claim_is_checked() {
    let now = NOW.seconds();
    for (changes, refusal) in [
        (json!({"exp": null}), TokenRefusal::Expired),
        (json!({"exp": "soon"}), TokenRefusal::Expired),
        (json!({"exp": -1}), TokenRefusal::Expired),
        (json!({"exp": now - 30}), TokenRefusal::Expired),
        (json!({"nbf": now + 31}), TokenRefusal::Early),
        (json!({"nbf": "x"}), TokenRefusal::Early),
        (json!({"iat": now + 31}), TokenRefusal::Early),
        (json!({"iss": null}), TokenRefusal::Issuer),
        (
            json!({"iss": "https://accounts.example.com.example"}),
            TokenRefusal::Issuer,
        ),
        (
            json!({"iss": ["https://accounts.example.com"]}),
            TokenRefusal::Issuer,
        ),
        (json!({"aud": null}), TokenRefusal::Audience),
        (json!({"aud": "another"}), TokenRefusal::Audience),
        (json!({"aud": []}), TokenRefusal::Audience),
        (json!({"sub": null}), TokenRefusal::Subject),
        (json!({"sub": ""}), TokenRefusal::Subject),
        (json!({"sub": 7}), TokenRefusal::Subject),
        (json!({"sub": "a".repeat(129)}), TokenRefusal::Subject),
        (json!({"sub": "alice\r\n{}"}), TokenRefusal::Subject),
        (json!({"sub": "\u{1b}[31malice"}), TokenRefusal::Subject),
        (json!({"sub": "\u{9b}31malice"}), TokenRefusal::Subject),
        (json!({"sub": "a\u{2028}b"}), TokenRefusal::Subject),
        (json!({"sub": "\u{202e}ecila"}), TokenRefusal::Subject),
        (json!({"admin": true}), TokenRefusal::UnknownClaim),
    ] {
        assert_eq!(refused(changes.clone()), Some(refusal), "{changes}");
    }
}

#[test]
fn a_claim_that_stands_there_twice_is_refused() {
    struct Pairs(Vec<(&'static str, Value)>);
    impl Serialize for Pairs {
        fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
            serializer.collect_map(self.0.iter().map(|(name, value)| (name, value)))
        }
    }
    let mut pairs = Pairs(vec![
        ("iss", "https://accounts.example.com".into()),
        ("aud", "yunmei".into()),
        ("exp", (NOW.seconds() + 60).into()),
        ("sub", "alice".into()),
    ]);
    let read = |pairs: &Pairs| {
        let key = EncodingKey::from_secret(KEY.as_bytes());
        let token = jsonwebtoken::encode(&Header::new(Name::HS256), pairs, &key).expect("a token");
        reader()
            .read(&token, NOW)
            .map(|claims| claims.subject().to_owned())
    };
    assert_eq!(read(&pairs), Ok("alice".into()));
    pairs.0.push(("sub", "bob".into()));
    assert_eq!(read(&pairs), Err(TokenRefusal::Malformed));
}

#[test]
fn clocks_may_differ_by_the_leeway_and_no_more() {
    let now = NOW.seconds();
    assert_eq!(refused(json!({"exp": now - 29})), None);
    assert_eq!(refused(json!({"exp": (now as f64) - 28.5})), None);
    assert_eq!(refused(json!({"nbf": now + 30, "iat": now + 30})), None);
    assert_eq!(refused(json!({"exp": u64::MAX})), None);
}

#[test]
fn only_the_one_algorithm_and_key_are_taken() {
    let read = |token: &str| reader().read(token, NOW).err();
    let long = "k".repeat(64);
    assert_eq!(
        read(&signed(json!({}), Name::HS384, &long)),
        Some(TokenRefusal::Algorithm)
    );
    assert_eq!(
        read(&signed(json!({}), Name::HS512, &long)),
        Some(TokenRefusal::Algorithm)
    );
    assert_eq!(
        read(&signed(json!({}), Name::HS256, &long)),
        Some(TokenRefusal::Signature)
    );
    let good = token(json!({}));
    let (front, _) = good.rsplit_once('.').expect("three parts");
    let (_, claims) = front.split_once('.').expect("three parts");
    // `none`, `None`, and none at all, with and without a signature.
    for head in [
        "eyJhbGciOiJub25lIiwidHlwIjoiSldUIn0",
        "eyJhbGciOiJOb25lIn0",
        "eyJ0eXAiOiJKV1QifQ",
    ] {
        for end in ["", "AAAA"] {
            let refusal = read(&format!("{head}.{claims}.{end}"));
            assert_eq!(refusal, Some(TokenRefusal::Malformed), "{head}.{end}");
        }
    }
    assert_eq!(read(&format!("{front}.")), Some(TokenRefusal::Signature));
}

#[test]
fn a_critical_header_is_refused_and_others_are_not_looked_at() {
    let with = |change: &dyn Fn(&mut Header)| {
        let mut header = Header::new(Name::HS256);
        change(&mut header);
        let claims = json!({
            "iss": "https://accounts.example.com", "aud": "yunmei", "sub": "alice",
            "exp": NOW.seconds() + 60,
        });
        let key = EncodingKey::from_secret(KEY.as_bytes());
        let token = jsonwebtoken::encode(&header, &claims, &key).expect("a token");
        reader().read(&token, NOW).err()
    };
    let critical = with(&|header| header.crit = Some(vec!["b64".into()]));
    assert_eq!(critical, Some(TokenRefusal::Critical));
    let pointing = with(&|header| {
        header.kid = Some("../../etc/passwd".into());
        header.jku = Some("https://evil.example.com/keys".into());
    });
    assert_eq!(pointing, None);
}

#[test]
fn what_is_no_token_is_refused() {
    for text in [
        "",
        ".",
        "..",
        "a.b.c",
        "a.b",
        "a.b.c.d",
        "图.图.图",
        &"a".repeat(5000),
    ] {
        let refusal = reader().read(text, NOW).err();
        assert_eq!(refusal, Some(TokenRefusal::Malformed), "{text:.20}");
    }
}

#[test]
fn a_changed_token_is_refused_wherever_it_was_changed() {
    let good = token(json!({}));
    for at in 0..good.len() - 1 {
        let mut bytes = good.clone().into_bytes();
        bytes[at] = if bytes[at] == b'A' { b'B' } else { b'A' };
        let changed = String::from_utf8(bytes).expect("ASCII");
        assert!(reader().read(&changed, NOW).is_err(), "{at}");
    }
}

#[test]
fn unknown_claims_may_be_ignored_where_the_policy_says_so() {
    let rules = TokenRules {
        unknown_claims: UnknownClaims::Ignore,
        ..rules(Algorithm::Hs256)
    };
    let key = VerifyingKey::new(Algorithm::Hs256, &Secret::new(KEY)).expect("a key");
    let reader = TokenReader::new(rules, key);
    assert!(reader.read(&token(json!({"admin": true})), NOW).is_ok());
}

#[test]
fn what_is_made_is_taken_with_both_algorithms() {
    let pair = KeyPair::generate_for(&PKCS_ED25519).expect("a key pair");
    for (algorithm, private, public) in [
        (Algorithm::Hs256, KEY.to_owned(), format!("{KEY}\n")),
        (
            Algorithm::EdDSA,
            pair.serialize_pem(),
            pair.public_key_pem(),
        ),
    ] {
        let maker = TokenMaker::new(rules(algorithm), &Secret::new(private)).expect("a maker");
        let further: Map<_, _> = [("scopes".to_owned(), json!("open"))].into_iter().collect();
        let token = maker
            .make("alice", Duration::from_secs(60), further, NOW)
            .expect("a token");
        let key = VerifyingKey::new(algorithm, &Secret::new(public)).expect("a key");
        let reader = TokenReader::new(rules(algorithm), key);
        let claims = reader.read(token.expose(), NOW).expect("a good token");
        assert!(claims.has("scopes", "open"));
        let later = Timestamp::from_seconds(NOW.seconds() + 90);
        assert_eq!(
            reader.read(token.expose(), later),
            Err(TokenRefusal::Expired)
        );
    }
}

/// The public key is no secret: as the key of an HMAC, it must open nothing.
#[test]
fn the_public_key_of_eddsa_makes_no_token() {
    let pair = KeyPair::generate_for(&PKCS_ED25519).expect("a key pair");
    let public = pair.public_key_pem();
    let key = VerifyingKey::new(Algorithm::EdDSA, &Secret::new(&*public)).expect("a key");
    let reader = TokenReader::new(rules(Algorithm::EdDSA), key);
    let forged = signed(json!({}), Name::HS256, &public);
    assert_eq!(reader.read(&forged, NOW), Err(TokenRefusal::Algorithm));
}

#[test]
fn keys_that_are_none_are_refused_without_being_shown() {
    let new = |algorithm, text: &str| VerifyingKey::new(algorithm, &Secret::new(text)).err();
    assert_eq!(new(Algorithm::Hs256, "short\n"), Some(KeyError::TooShort));
    assert_eq!(new(Algorithm::EdDSA, KEY), Some(KeyError::NotPublic));
    // A policy that says HS256 by mistake: the public key would make tokens for everybody.
    let pair = KeyPair::generate_for(&PKCS_ED25519).expect("a key pair");
    for pem in [pair.public_key_pem(), pair.serialize_pem()] {
        assert_eq!(new(Algorithm::Hs256, &pem), Some(KeyError::NotSecret));
    }
    let private = pair.serialize_pem();
    assert_eq!(new(Algorithm::EdDSA, &private), Some(KeyError::NotPublic));
    let maker = TokenMaker::new(rules(Algorithm::EdDSA), &Secret::new(KEY));
    assert_eq!(maker.err(), Some(KeyError::NotPrivate));
    let shown = format!("{:?}", reader());
    assert!(!shown.contains("thirty"), "{shown}");
}

#[test]
fn a_header_has_one_scheme_and_one_token() {
    let read = |values: &[&'static str]| {
        let mut headers = HeaderMap::new();
        for value in values {
            headers.append(header::AUTHORIZATION, HeaderValue::from_static(value));
        }
        presented(&headers).map(str::to_owned)
    };
    for good in ["JWT a.b.c", "Bearer a.b.c", "bearer a.b.c", "jwt a.b.c"] {
        assert_eq!(read(&[good]).as_deref(), Ok("a.b.c"), "{good}");
    }
    assert_eq!(read(&[]), Err(TokenRefusal::Missing));
    for bad in [
        &["a.b.c"][..],
        &["Basic a"],
        &["JWT"],
        &["JWT a", "JWT a"],
        &["Token a"],
    ] {
        assert_eq!(read(bad), Err(TokenRefusal::Header), "{bad:?}");
    }
}
