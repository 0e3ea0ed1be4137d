//! The golden vectors of TTVcloud and of its successor.
//!
//! Entries that record a fault of the reference are not followed; each has a test of its own for what
//! is right.

mod exchange;
mod input;
mod keys;
mod services;
mod signatures;
mod vod;
mod wire;

use std::sync::LazyLock;

use serde_json::Value;
use yunmei_fixtures::vectors::TTVCLOUD;

static FILE: LazyLock<Value> =
    LazyLock::new(|| serde_json::from_str(TTVCLOUD).expect("JSON"));

/// Operations that are not about credentials and signatures: see [`vod`].
const ELSEWHERE: [&str; 2] = ["get_poster_url", "crc32"];

/// The entries of both dialects, with the name of their section.
fn entries() -> impl Iterator<Item = &'static Value> {
    ["vectors", "successor_vectors"]
        .into_iter()
        .flat_map(|section| FILE[section].as_array().expect("a list"))
}

fn entry(name: &str) -> &'static Value {
    (entries().find(|entry| entry["name"] == name)).expect("a vector of that name")
}

fn check(entry: &Value) {
    match entry["operation"].as_str() {
        Some("sign") => signatures::headers(entry),
        Some("sign_url") => signatures::query(entry, "query_string"),
        Some("get_redirect_play") => signatures::redirect(entry),
        Some("get_play_auth_token") => signatures::play_token(entry),
        Some("get_upload_auth_token") => signatures::upload_token(entry),
        Some("sign_sts2") => keys::sts2(entry),
        Some("credentials") => keys::credentials(entry),
        other => panic!("{other:?} is not known"),
    }
}

#[test]
fn all_vectors_of_credentials_and_signatures_hold() {
    let (mut checked, mut deviating) = (0, 0);
    for entry in entries() {
        if ELSEWHERE.iter().any(|name| entry["operation"] == *name) {
            continue;
        }
        if entry["deviates"] == true {
            deviating += 1;
            continue;
        }
        named(entry, check);
        checked += 1;
    }
    assert_eq!((checked, deviating), (53, 4));
}

/// Says which vector it was.
fn named(entry: &Value, check: fn(&Value)) {
    let result = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| check(entry)));
    assert!(result.is_ok(), "{} does not hold", entry["name"]);
}
