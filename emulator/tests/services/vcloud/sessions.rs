//! Temporary keys, and what they are good for (sections 6 and 15).

use std::time::Duration;

use crate::support::{
    desk::{Desk, SPACE, account, read, refused},
    raw_call::{NEW, OLD, RawCall, Words},
};
use yunmei_core::{
    Nonce, Stamp,
    vcloud::{
        Credentials,
        sts2::{Issuer, Policy, Statement, TemporaryKeys},
    },
};

const NOTHING: [&str; 0] = [];

fn keys(desk: &Desk, policy: Option<&Policy>, seconds: u64) -> TemporaryKeys {
    let issuer = Issuer::new(account().credentials()).expect("an issuer");
    let keys = issuer.issue(policy, Duration::from_secs(seconds), &desk.stamp());
    keys.expect("keys")
}

fn weights(words: Words, keys: &TemporaryKeys) -> RawCall {
    let query = [
        ("Action", "GetCdnDomainWeights"),
        ("Version", "2019-07-01"),
        ("SpaceName", SPACE),
    ];
    with_keys(RawCall::get(words, &query), keys)
}

fn with_keys(mut call: RawCall, keys: &TemporaryKeys) -> RawCall {
    call.access_key = keys.access_key().to_owned();
    call.secret = keys.secret_key().expose().to_owned();
    call
}

fn in_header(mut call: RawCall, token: &str) -> RawCall {
    let name = format!("{}Security-Token", call.words.prefix);
    call.sign_header(&name, token);
    call.signed_in_header()
}

fn code(desk: &Desk, call: &RawCall) -> String {
    match read(&call.send(desk)) {
        Ok(_) => "ok".into(),
        Err(refusal) => refusal.code,
    }
}

#[test]
fn temporary_keys_sign_like_others_in_headers_and_in_the_query() {
    let desk = Desk::new();
    let keys = keys(&desk, None, 3600);
    let token = keys.session_token().expose();
    for words in [OLD, NEW] {
        assert_eq!(code(&desk, &in_header(weights(words, &keys), token)), "ok");
        let mut listed = weights(words, &keys);
        listed.set(&format!("{}Security-Token", words.prefix), token);
        assert_eq!(code(&desk, &listed.signed_in_query()), "ok");
        // Without their token they are nobody's.
        let bare = weights(words, &keys).signed_in_header();
        assert_eq!(code(&desk, &bare), "InvalidAccessKey");
    }
}

#[test]
fn a_token_that_python_signs_and_does_not_list_is_taken_from_the_successor_only() {
    let desk = Desk::new();
    let keys = keys(&desk, None, 3600);
    for (words, expected) in [(NEW, "ok"), (OLD, "SignatureDoesNotMatch")] {
        // Signed with it among the others, then taken out of the list and signed afresh by hand is
        // what the client does; here the list is made without it, and the query with it.
        let name = format!("{}Security-Token", words.prefix);
        let token = keys.session_token().expose();
        let call = weights(words, &keys).signed_without_listing(&name, token);
        assert_eq!(code(&desk, &call), expected);
    }
}

#[test]
fn a_token_that_was_changed_has_expired_or_is_of_others_is_refused() {
    let desk = Desk::new();
    let own = keys(&desk, None, 60);
    let issuer = Issuer::new(account().credentials()).expect("an issuer");
    let stamp = Stamp::new(desk.stamp().now, Nonce::from_bytes([9; 32]));
    let other = issuer.issue(None, Duration::from_secs(60), &stamp);
    let other = other.expect("keys");
    let token = own.session_token().expose();
    let mut changed = token.to_owned();
    let middle = changed.len() / 2;
    let byte = if &changed[middle..=middle] == "A" {
        "B"
    } else {
        "A"
    };
    changed.replace_range(middle..=middle, byte);
    let strangers = Credentials::new("AKLTOTHER", "other").expect("keys");
    let strangers = Issuer::new(&strangers).expect("an issuer");
    let strangers = strangers
        .issue(None, Duration::from_secs(60), &desk.stamp())
        .expect("keys");
    for bad in [
        changed.as_str(),
        "STS2",
        "STS1abc",
        &token[4..],
        other.session_token().expose(),
        strangers.session_token().expose(),
    ] {
        let response = in_header(weights(OLD, &own), bad).send(&desk);
        let expected = refused(401, Some(100_026), "InvalidSecretToken");
        assert_eq!(read(&response), Err(expected));
    }
    let call = in_header(weights(OLD, &own), token);
    desk.pass(59);
    assert_eq!(code(&desk, &call), "ok");
    desk.pass(1);
    assert_eq!(code(&desk, &call), "InvalidSecretToken");
}

#[test]
fn a_policy_is_enforced_and_a_denial_wins() {
    let desk = Desk::new();
    let space = format!("trn:vod:cn-north-1:*:space/{SPACE}");
    let allow = |actions: &[&str], resources: &[&str]| {
        Statement::allow(actions.iter().copied(), resources.iter().copied())
    };
    for (statements, expected) in [
        (vec![], "AccessDenied"),
        (vec![allow(&["vod:*"], &[])], "ok"),
        (vec![allow(&["*"], &["*"])], "ok"),
        (vec![allow(&["vod:GetCdnDomainWeights"], &[&space])], "ok"),
        (
            vec![allow(
                &["vod:GetCdnDomainWeights"],
                &["trn:vod:*:*:space/other"],
            )],
            "AccessDenied",
        ),
        (vec![allow(&["vod:GetPlayInfo"], &[])], "AccessDenied"),
        (vec![allow(&["iam:*"], &[])], "AccessDenied"),
        (
            vec![
                allow(&["*"], &[]),
                Statement::deny(["vod:Get*Weights"], NOTHING),
            ],
            "AccessDenied",
        ),
        (
            vec![
                Statement::deny(["vod:*"], ["trn:vod:*:*:space/other"]),
                allow(&["*"], &[]),
            ],
            "ok",
        ),
    ] {
        let keys = keys(&desk, Some(&Policy::new(statements.clone())), 60);
        let token = keys.session_token().expose();
        for words in [OLD, NEW] {
            let call = in_header(weights(words, &keys), token);
            assert_eq!(code(&desk, &call), expected, "{statements:?}");
        }
    }
}

#[test]
fn keys_to_play_one_video_play_no_other_and_upload_nothing() {
    let desk = Desk::new();
    let keys = keys(
        &desk,
        Some(&Policy::video_play(&["v0a"], &["normal"], &[])),
        60,
    );
    let token = keys.session_token().expose();
    let ask = |query: &[(&str, &str)]| {
        let call = with_keys(RawCall::get(OLD, query), &keys);
        code(&desk, &in_header(call, token))
    };
    let play = |more: &[(&str, &str)]| {
        let own = [("Action", "GetPlayInfo"), ("Version", "2019-03-15")];
        ask(&[&own[..], more].concat())
    };
    // Let in; there is no such video.
    assert_eq!(play(&[("video_id", "v0a")]), "ResourceNotFound");
    assert_eq!(play(&[("video_id", "v0b")]), "AccessDenied");
    let (video, normal) = (("video_id", "v0a"), ("stream_type", "normal"));
    assert_eq!(play(&[video, normal]), "ResourceNotFound");
    assert_eq!(play(&[video, ("stream_type", "raw")]), "AccessDenied");
    assert_eq!(play(&[video, ("watermark", "w")]), "ResourceNotFound");
    let apply = [
        ("Action", "ApplyUpload"),
        ("Version", "2018-01-01"),
        ("SpaceName", SPACE),
    ];
    assert_eq!(ask(&apply), "AccessDenied");
}

#[test]
fn a_policy_is_asked_about_what_is_done_and_not_about_what_stands_beside_it() {
    let desk = Desk::new();
    let ask = |keys: &TemporaryKeys, mut call: RawCall| {
        call = with_keys(call, keys);
        code(&desk, &in_header(call, keys.session_token().expose()))
    };
    let play = keys(&desk, Some(&Policy::video_play(&["v0a"], &[], &[])), 60);
    for (version, allowed, played) in [
        ("2019-03-15", ("Vid", "v0a"), ("video_id", "v0b")),
        ("2020-08-01", ("video_id", "v0a"), ("Vid", "v0b")),
    ] {
        let query = [
            ("Action", "GetPlayInfo"),
            ("Version", version),
            played,
            allowed,
        ];
        assert_eq!(ask(&play, RawCall::get(NEW, &query)), "AccessDenied");
    }
    // The space of the query is that of the commit, whatever the form says.
    let elsewhere = ["trn:vod:cn-north-1:*:space/other"];
    let elsewhere = Statement::allow(["vod:CommitUploadInfo"], elsewhere);
    let elsewhere = keys(&desk, Some(&Policy::new([elsewhere])), 60);
    let query = [("Action", "CommitUploadInfo"), ("Version", "2022-01-01")];
    for (space, expected) in [
        (Some("other"), "InvalidParameter.SpaceName"),
        (None, "AccessDenied"),
    ] {
        let space = space.map(|space| ("SpaceName", space));
        let query: Vec<_> = query.into_iter().chain(space).collect();
        let mut call = RawCall::get(NEW, &query);
        call.method = "POST".into();
        call.body = format!("SpaceName={SPACE}&SessionKey=none").into_bytes();
        assert_eq!(ask(&elsewhere, call), expected);
    }
}

#[test]
fn no_token_is_shown_to_anybody() {
    let desk = Desk::new();
    let keys = keys(&desk, None, 60);
    let token = keys.session_token().expose();
    let mut call = in_header(weights(OLD, &keys), token);
    call.set("SpaceName", "other");
    let response = call.send(&desk);
    assert_eq!(response.status(), 401);
    let told = response.headers()["x-yunmei-refusal"].to_str();
    let told = format!("{}{}", told.expect("ASCII"), desk.bed.last_refusal());
    assert!(told.contains("(session token)"), "{told}");
    assert!(!told.contains(&token[..20]), "{told}");
}
