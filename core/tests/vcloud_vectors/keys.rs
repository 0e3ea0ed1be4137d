//! Credentials, and temporary keys.

use std::time::Duration;

use base64::{Engine, prelude::BASE64_STANDARD};
use serde_json::Value;
use yunmei_core::vcloud::{
    Dialect, UtcOffset,
    chain::{Found, Source},
    sts2::{Chance, Issuer, Policy, SessionToken, TemporaryKeys},
};

use crate::{entry, input};

pub(crate) fn credentials(entry: &Value) {
    let (input, expected) = (&entry["input"], &entry["expected"]);
    let names = Dialect::TtvCloud.credential_places().variables;
    let found = Found {
        access_key: input["explicit"]["ak"].as_str(),
        secret_key: input["explicit"]["sk"].as_str(),
        variables: names.map(|name| input["env"][name].as_str()),
        json_file: input["home_config"].as_str(),
        ..Found::default()
    };
    let chosen = found.choose().expect("credentials");
    assert_eq!(chosen.credentials.access_key(), expected["ak"]);
    assert_eq!(chosen.credentials.secret_key().expose(), expected["sk"]);
    let source = match input::text(expected, "ak") {
        "ak-explicit" => Source::Explicit,
        "ak-from-env" => Source::Environment,
        _ => Source::JsonFile,
    };
    assert_eq!(chosen.access_key_from, source);
}

pub(crate) fn sts2(entry: &Value) {
    let (keys, expected) = (issue(entry), &entry["expected"]);
    same_keys(&keys, expected);
    let input = &entry["input"];
    let offset = offset(input);
    assert_eq!(keys.issued_text(offset), expected["current_time"]);
    assert_eq!(keys.expires_text(offset), expected["expired_time"]);
    let json = keys.to_json(input::dialect(entry), offset);
    assert_eq!(json.expose(), expected["security_token2_json"]);

    let token = SessionToken::decode(keys.session_token().expose()).expect("a token");
    same_token(&token, expected);
    assert_eq!(inner(&keys), expected["inner_token_json"]);

    let issuer = Issuer::new(&input::credentials(input)).expect("an issuer");
    let secret = token.verify(&issuer, keys.access_key(), input::now(input));
    assert!(
        keys.secret_key()
            .matches(secret.expect("a secret").expose())
    );
    assert_eq!(token.policy(), Ok(policy(input)));
}

/// The keys that a vector asks for.
fn issue(entry: &Value) -> TemporaryKeys {
    let input = &entry["input"];
    let issuer = Issuer::new(&input::credentials(input)).expect("an issuer");
    let lifetime = Duration::from_secs(input["expire"].as_u64().expect("seconds"));
    let made = call(entry);
    let policy = policy(input);
    if let Some(made) = made {
        assert_eq!(Some(made), policy, "what the call makes");
    }
    let keys = issuer.issue_with(policy.as_ref(), lifetime, input::now(input), &chance(input));
    keys.expect("keys")
}

fn policy(input: &Value) -> Option<Policy> {
    serde_json::from_value(input["policy"].clone()).expect("a policy, or none")
}

/// The policy of the function that a vector is about.
fn call(entry: &Value) -> Option<Policy> {
    let input = &entry["input"];
    let list = |name: &str| -> Vec<String> {
        serde_json::from_value(input[name].clone()).expect("a list of texts")
    };
    Some(match (input["call"].as_str()?, input::dialect(entry)) {
        ("get_video_play_auth" | "get_video_play_auth_with_expired_time", _) => {
            let lists = ["vid_list", "stream_type_list", "watermark_list"].map(list);
            Policy::video_play(&lists[0], &lists[1], &lists[2])
        }
        ("imagex.get_upload_auth", Dialect::TtvCloud) => Policy::image_upload(&list("service_ids")),
        ("imagex.get_upload_auth", Dialect::Volcengine) => {
            let tags = [(
                "UploadOverwrite",
                input::text(&input["tag"], "UploadOverwrite"),
            )];
            let pattern = input["key_ptn"].as_str();
            Policy::image_upload_volcengine(&list("service_ids"), pattern, &tags)
        }
        ("get_upload_sts2", _) => Policy::video_upload_volcengine(),
        (other, _) => panic!("{other} is not known"),
    })
}

fn chance(input: &Value) -> Chance {
    let hex = input::text(input, "uuid4").replace('-', "");
    let uuid = u128::from_str_radix(&hex, 16).expect("hex");
    let letters = input::text(input, "random_letters").as_bytes();
    let letters = letters.try_into().expect("32 letters");
    Chance::from_parts(uuid.to_be_bytes(), letters).expect("letters")
}

fn offset(input: &Value) -> UtcOffset {
    let seconds = input["utc_offset_seconds"].as_i64().expect("seconds");
    UtcOffset::from_seconds(seconds.try_into().expect("less than a day")).expect("an offset")
}

fn same_keys(keys: &TemporaryKeys, expected: &Value) {
    assert_eq!(keys.access_key(), expected["access_key_id"]);
    assert_eq!(keys.secret_key().expose(), expected["secret_access_key"]);
    assert_eq!(keys.session_token().expose(), expected["token"]);
}

fn same_token(token: &SessionToken, expected: &Value) {
    assert_eq!(token.policy_text(), expected["policy_string"]);
    assert_eq!(token.signed_secret(), expected["signed_secret_access_key"]);
    assert_eq!(token.signed_text(), expected["string_to_sign"]);
    assert_eq!(token.signature(), expected["signature"]);
}

/// The JSON inside the token.
fn inner(keys: &TemporaryKeys) -> String {
    let token = keys.session_token().expose();
    let inner = token.strip_prefix("STS2").expect("the prefix");
    String::from_utf8(BASE64_STANDARD.decode(inner).expect("base64")).expect("text")
}

/// The reference cuts these times at the first hyphen.
#[test]
fn times_west_of_utc_are_whole() {
    let entry = entry("sts2/negative-offset-reference-bug");
    let (keys, expected) = (issue(entry), &entry["expected"]);
    same_keys(&keys, expected);
    let offset = offset(&entry["input"]);
    assert_eq!(keys.issued_text(offset), "2020-03-04T00:06:07-05:00");
    assert_eq!(keys.expires_text(offset), "2020-03-04T01:06:07-05:00");
    let json = keys.to_json(Dialect::TtvCloud, offset);
    let json: Value = serde_json::from_str(json.expose()).expect("JSON");
    assert_eq!(json["CurrentTime"], "2020-03-04T00:06:07-05:00");
    assert_eq!(json["ExpiredTime"], "2020-03-04T01:06:07-05:00");
    assert_eq!(inner(&keys), expected["inner_token_json"]);
}

/// The reference takes them out.
#[test]
fn blanks_inside_a_policy_stay() {
    let entry = entry("sts2/spaces-and-cjk-in-policy");
    let (keys, expected) = (issue(entry), &entry["expected"]);
    assert_eq!(keys.access_key(), expected["access_key_id"]);
    assert_eq!(keys.secret_key().expose(), expected["secret_access_key"]);
    let token = SessionToken::decode(keys.session_token().expose()).expect("a token");
    assert_eq!(token.signed_secret(), expected["signed_secret_access_key"]);
    assert_eq!(
        token.policy_text(),
        r#"{"Statement":[{"Action":["vod:Get PlayInfo"],"Effect":"Allow","Resource":["trn:vod::*:video_id/\u5f71 \u7247\ud83d\ude00\"\\"]},{"Action":["iam:*"],"Effect":"Deny","Resource":["*"]}]}"#
    );
    let without = token.policy_text().replace(' ', "");
    assert_eq!(without, expected["policy_string"]);
    assert_eq!(token.policy(), Ok(policy(&entry["input"])));
    assert_eq!(
        token.allows("vod:Get PlayInfo", "trn:vod::*:video_id/影 片😀\"\\"),
        Ok(())
    );
}
