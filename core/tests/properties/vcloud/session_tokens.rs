//! Temporary keys, which are made without asking the service (section 6).

use std::time::Duration;

use aes::{
    Aes128,
    cipher::{BlockCipherEncrypt, KeyInit},
};
use base64::{Engine, prelude::BASE64_STANDARD};
use hmac::{Hmac, Mac};
use md5::{Digest, Md5};
use proptest::{prelude::*, sample::Index};
use serde_json::Value;
use sha2::Sha256;
use yunmei_core::{
    Nonce, Stamp,
    vcloud::{
        Credentials,
        sign::Refusal,
        sts2::{Chance, Issuer, Policy, SessionToken, TemporaryKeys},
    },
};

use super::{
    policies::policies,
    reference::hex,
    samples::{account_keys, at},
};
use crate::tries;

const DAY: u64 = 86_400;

/// What section 6.1 makes, step by step: the temporary id, the temporary secret, the token.
fn reference(
    keys: &Credentials,
    uuid: [u8; 16],
    letters: [u8; 32],
    expires: u64,
    policy: &str,
) -> [String; 3] {
    let key: [u8; 16] = Md5::digest(keys.secret_key().expose()).into();
    let id = BASE64_STANDARD.encode(hex(&uuid));
    let id = format!("AKTP{}", id.replace(['=', '/', '+', '-'], ""));
    let secret = BASE64_STANDARD.encode(encrypt(b"bytedance-isgood", &letters));
    let signed_secret = BASE64_STANDARD.encode(encrypt(&key, secret.as_bytes()));
    let own = keys.access_key();
    let text = format!("{own}|{id}|{expires}|{signed_secret}|{policy}");
    let mut mac = Hmac::<Sha256>::new_from_slice(&key).expect("any length will do");
    mac.update(text.as_bytes());
    let inner = format!(
        "{{\"AccessKeyId\":{},\"ExpiredTime\":{expires},\"LTAccessKeyId\":{},\
         \"PolicyString\":{},\"Signature\":{},\"SignedSecretAccessKey\":{}}}",
        json(&id),
        json(own),
        json(policy),
        json(&hex(&mac.finalize().into_bytes())),
        json(&signed_secret),
    );
    [id, secret, format!("STS2{}", BASE64_STANDARD.encode(inner))]
}

/// AES-128-CBC, block by block, with 1 to 16 zeros behind the text.
fn encrypt(key: &[u8; 16], text: &[u8]) -> Vec<u8> {
    let cipher = Aes128::new(key.into());
    let mut padded = text.to_vec();
    padded.resize((text.len() / 16 + 1) * 16, 0);
    let (mut out, mut before) = (Vec::new(), *key);
    for block in padded.chunks(16) {
        let mixed: Vec<u8> = block
            .iter()
            .zip(before)
            .map(|(one, other)| one ^ other)
            .collect();
        let mixed: [u8; 16] = mixed.try_into().expect("a block");
        let mut block = mixed.into();
        cipher.encrypt_block(&mut block);
        before = block.into();
        out.extend(before);
    }
    out
}

/// A text as Python's writer has it (section 6.2), character by character.
pub(super) fn json(text: &str) -> String {
    let mut out = String::from('"');
    for character in text.chars() {
        match character {
            '"' => out += "\\\"",
            '\\' => out += "\\\\",
            '\n' => out += "\\n",
            '\r' => out += "\\r",
            '\t' => out += "\\t",
            '\u{8}' => out += "\\b",
            '\u{c}' => out += "\\f",
            ' '..='~' => out.push(character),
            _ => {
                let mut units = [0; 2];
                for unit in character.encode_utf16(&mut units) {
                    out += &format!("\\u{unit:04x}");
                }
            }
        }
    }
    out + "\""
}

fn letters() -> impl Strategy<Value = [u8; 32]> {
    let letter = prop_oneof![b'a'..=b'z', b'A'..=b'Z'];
    proptest::collection::vec(letter, 32).prop_map(|all| all.try_into().expect("32 letters"))
}

fn issued(keys: &Credentials, policy: Option<&Policy>, lifetime: u64, now: u64) -> TemporaryKeys {
    let issuer = Issuer::new(keys).expect("an account's keys");
    let stamp = Stamp::new(at(now), Nonce::from_bytes([7; 32]));
    let keys = issuer.issue(policy, Duration::from_secs(lifetime), &stamp);
    keys.expect("temporary keys")
}

fn verify(token: &str, issuer: &Issuer, access_key: &str, now: u64) -> Result<String, Refusal> {
    let secret = SessionToken::decode(token)?.verify(issuer, access_key, at(now))?;
    Ok(secret.expose().to_owned())
}

/// What a token says, so far as it counts; `None` if it cannot be read.
fn said(token: &str) -> Option<[Value; 6]> {
    let inner = BASE64_STANDARD.decode(token.strip_prefix("STS2")?).ok()?;
    let inner: Value = serde_json::from_slice(&inner).ok()?;
    let names = [
        "AccessKeyId",
        "ExpiredTime",
        "LTAccessKeyId",
        "PolicyString",
        "Signature",
        "SignedSecretAccessKey",
    ];
    Some(names.map(|name| match inner.get(name) {
        // Without a policy is as good as with an empty one.
        None if name == "PolicyString" => Value::from(""),
        value => value.cloned().unwrap_or_default(),
    }))
}

proptest! {
    #![proptest_config(tries(128))]

    #[test]
    fn temporary_keys_are_the_ones_of_the_dossier(
        keys in account_keys(),
        uuid in any::<[u8; 16]>(),
        letters in letters(),
        policy in proptest::option::of(policies()),
        lifetime in 0..100 * DAY,
        now in 0..4_102_444_800_u64,
    ) {
        let issuer = Issuer::new(&keys).expect("an account's keys");
        let chance = Chance::from_parts(uuid, letters).expect("letters");
        let lifetime_of = Duration::from_secs(lifetime);
        let made = issuer.issue_with(policy.as_ref(), lifetime_of, at(now), &chance);
        let made = made.expect("temporary keys");
        let expires = now + lifetime.max(60);
        let policy = policy.map(|policy| policy.to_json()).unwrap_or_default();
        let [id, secret, token] = reference(&keys, uuid, letters, expires, &policy);
        prop_assert_eq!(made.access_key(), id);
        prop_assert_eq!(made.secret_key().expose(), secret);
        prop_assert_eq!(made.session_token().expose(), token);
        prop_assert_eq!(made.expires(), at(expires));
    }

    #[test]
    fn a_session_token_brings_the_secret_back_to_its_issuer_only(
        keys in account_keys(),
        other in account_keys(),
        policy in proptest::option::of(policies()),
        lifetime in 60..100 * DAY,
        now in 0..4_102_444_800_u64,
    ) {
        let made = issued(&keys, policy.as_ref(), lifetime, now);
        let (token, id) = (made.session_token().expose(), made.access_key());
        let issuer = Issuer::new(&keys).expect("an account's keys");
        let end = now + lifetime;
        let secret = made.secret_key().expose().to_owned();
        prop_assert_eq!(verify(token, &issuer, id, end - 1), Ok(secret));
        prop_assert_eq!(verify(token, &issuer, id, end), Err(Refusal::TokenExpired));
        prop_assert_eq!(verify(token, &issuer, "AKTPother", now), Err(Refusal::TokenAccessKey));
        let stranger = Issuer::new(&other).expect("an account's keys");
        prop_assert_eq!(verify(token, &stranger, id, now), Err(Refusal::TokenDigest));
        let read = SessionToken::decode(token).expect("a token");
        prop_assert_eq!(read.policy().expect("a policy"), policy);
        prop_assert_eq!(read.long_term_access_key(), keys.access_key());
    }

    #[test]
    fn no_byte_of_a_session_token_can_be_changed(
        keys in account_keys(),
        policy in proptest::option::of(policies()),
        now in 0..4_102_444_800_u64,
        at in any::<Index>(),
        byte in any::<u8>(),
        inside in any::<bool>(),
    ) {
        let made = issued(&keys, policy.as_ref(), 3600, now);
        let token = made.session_token().expose();
        let changed = match inside {
            true => {
                let mut inner = BASE64_STANDARD.decode(&token[4..]).expect("base64");
                let length = inner.len();
                inner[at.index(length)] = byte;
                format!("STS2{}", BASE64_STANDARD.encode(inner))
            }
            false => {
                let mut text = token.as_bytes().to_vec();
                text[at.index(token.len())] = byte & 0x7f;
                String::from_utf8(text).expect("ASCII")
            }
        };
        // The digits of an escape may be capitals.
        prop_assume!(said(&changed) != said(token));
        let issuer = Issuer::new(&keys).expect("an account's keys");
        prop_assert!(verify(&changed, &issuer, made.access_key(), now).is_err(), "{}", changed);
    }

    #[test]
    fn no_text_makes_decoding_panic(text in ".*", inner in ".*") {
        let issuer = Issuer::new(&Credentials::new("AKLT", "key").expect("a pair"));
        let issuer = issuer.expect("an account's keys");
        for token in [text.clone(), format!("STS2{text}"), format!("STS2{}", BASE64_STANDARD.encode(inner))] {
            prop_assert!(verify(&token, &issuer, "AKTP", 0).is_err());
        }
    }

    #[test]
    fn what_is_drawn_is_letters_and_a_random_uuid(nonce in any::<[u8; 32]>(), keys in account_keys()) {
        let issuer = Issuer::new(&keys).expect("an account's keys");
        let stamp = Stamp::new(at(0), Nonce::from_bytes(nonce));
        let made = issuer.issue(None, Duration::ZERO, &stamp).expect("temporary keys");
        let id = made.access_key();
        prop_assert_eq!((&id[..4], id.len()), ("AKTP", 47));
        prop_assert!(id.bytes().all(|byte| byte.is_ascii_alphanumeric()));
        // The padding was cut off.
        let uuid = BASE64_STANDARD.decode(format!("{}=", &id[4..])).expect("base64");
        prop_assert_eq!((uuid.len(), uuid[12]), (32, b'4'));
        prop_assert!(b"89ab".contains(&uuid[16]));
        prop_assert_eq!(made.secret_key().expose().len(), 64);
        let again = issuer.issue(None, Duration::ZERO, &stamp).expect("temporary keys");
        prop_assert_eq!(again.session_token().expose(), made.session_token().expose());
    }
}
