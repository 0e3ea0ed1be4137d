//! What is signed, and how the headers and parameters come out.

use super::*;
use crate::error::InputError;

/// The names that a request's signature covers.
fn signed_names(dialect: Dialect, method: &Method, headers: &[(&str, &str)]) -> String {
    let signer = signer(dialect);
    let signed = signer.sign_headers(
        &Unsigned {
            method,
            path: "/",
            query: &query(),
            host: HOST,
            headers,
            body: BodyDigest::EMPTY,
        },
        NOW,
    );
    let signed = signed.expect("a signature");
    let (_, names) = (signed.authorization().expose())
        .split_once("SignedHeaders=")
        .expect("names");
    names.split_once(',').expect("an end").0.to_owned()
}

#[test]
fn how_a_header_is_spelled_decides_whether_it_is_signed() {
    let headers = [
        ("Accept", "a"),
        ("Content-Type", "a"),
        ("Content-Md5", "a"),
        ("X-Amz-Zeta", "a"),
        ("X-Top-Account-Id", "a"),
        ("x-amz-lower", "a"),
        ("x-lower", "a"),
        ("X-AMZ-UPPER", "a"),
    ];
    let names = |dialect| signed_names(dialect, &Method::GET, &headers);
    assert_eq!(
        names(Dialect::TtvCloud),
        "content-md5;content-type;host;x-amz-content-sha256;x-amz-date;x-amz-zeta"
    );
    assert_eq!(
        names(Dialect::Volcengine),
        "content-md5;content-type;host;x-amz-upper;x-amz-zeta;x-content-sha256;x-date;\
         x-top-account-id"
    );
    let other = signed_names(Dialect::TtvCloud, &Method::GET, &[("Content-MD5", "a")]);
    assert_eq!(other, "host;x-amz-content-sha256;x-amz-date");
}

#[test]
fn only_what_is_not_get_is_given_a_content_type() {
    let names = |method| signed_names(Dialect::TtvCloud, &method, &[]);
    assert_eq!(names(Method::GET), "host;x-amz-content-sha256;x-amz-date");
    for method in [Method::POST, Method::PUT, Method::DELETE] {
        assert_eq!(
            names(method),
            "content-type;host;x-amz-content-sha256;x-amz-date"
        );
    }
}

#[test]
fn the_added_headers_come_in_the_vendors_order_and_the_private_ones_are_marked() {
    let signer = Signer::new(scope(Dialect::Volcengine), temporary());
    let request = Unsigned {
        method: &Method::POST,
        path: "/",
        query: &query(),
        host: HOST,
        headers: &[],
        body: BodyDigest::of(b"{}"),
    };
    let signed = signer.sign_headers(&request, NOW).expect("a signature");
    let names: Vec<_> = signed.iter().map(|(name, _)| name).collect();
    assert_eq!(
        names,
        [
            "Content-Type",
            "X-Date",
            "X-Security-Token",
            "X-Content-Sha256",
            "Authorization"
        ]
    );
    let mut headers = HeaderMap::new();
    signed.insert_into(&mut headers);
    let sensitive: Vec<_> = (headers.iter())
        .filter(|(_, value)| value.is_sensitive())
        .map(|(name, _)| name.as_str())
        .collect();
    assert_eq!(sensitive, ["x-security-token", "authorization"]);
    let shown = format!("{signed:?} {signer:?} {headers:?}");
    assert!(!shown.contains("STS2"), "{shown}");
    assert!(!shown.contains("Signature="), "{shown}");
}

#[test]
fn a_kept_key_signs_as_a_new_one_does_whatever_day_was_before() {
    let kept = signer(Dialect::TtvCloud);
    let clone = kept.clone();
    for seconds in [0, 86_399, 86_400, 86_399, 1_583_298_367, 0] {
        let now = Timestamp::from_seconds(seconds);
        let sign = |signer: &Signer| {
            let token = signer.sign_query(&Method::GET, "/", &query(), now);
            token.expect("a signature").expose().to_owned()
        };
        let fresh = sign(&signer(Dialect::TtvCloud));
        assert_eq!(sign(&kept), fresh);
        assert_eq!(sign(&clone), fresh);
    }
}

#[test]
fn signers_of_several_accounts_and_regions_do_not_know_of_each_other() {
    let region = Region::new("us-east-1").expect("a region");
    let scope = Scope::new(Dialect::TtvCloud, Service::Vod, region).expect("a scope");
    let other = Credentials::new("AKLTOTHER", "another key").expect("a pair");
    let (one, other) = (signer(Dialect::TtvCloud), Signer::new(scope, other));
    let before = Sent::with_headers(&one, &[], b"");
    let between = Sent::with_headers(&other, &[], b"");
    let after = Sent::with_headers(&one, &[], b"");
    assert_eq!(before.headers, after.headers);
    assert_eq!(between.verify_with("another key"), Ok(()));
    let claim = between.claim().expect("a claim");
    assert_eq!(
        (claim.access_key(), claim.region()),
        ("AKLTOTHER", "us-east-1")
    );
}

#[test]
fn a_session_token_of_ttv_cloud_is_listed_in_a_signed_query() {
    let signer = Signer::new(scope(Dialect::TtvCloud), temporary());
    let sent = Sent::with_query(&signer, &query());
    assert_eq!(
        sent.query.value("X-Amz-Security-Token"),
        Some("STS2eyJ9+/==")
    );
    assert!(
        sent.claim()
            .expect("a claim")
            .covers("X-Amz-Security-Token")
    );
    assert_eq!(sent.verify(), Ok(()));
}

#[test]
fn names_with_blanks_and_other_scripts_are_signed_as_they_are_sent() {
    let odd = query().with("a b", "c d").with("影 片", "").with("*~", "é");
    let sent = Sent::with_query(&signer(Dialect::TtvCloud), &odd);
    assert_eq!(sent.verify(), Ok(()));
    assert_eq!(sent.parameter("a b", "c e").verify(), Err(Refusal::Digest));
}

#[test]
fn an_address_is_made_for_the_scheme_that_was_asked_for() {
    let signer = signer(Dialect::TtvCloud);
    let url = signer.sign_url(&signer.scope().endpoint(), &query(), NOW);
    let url = url.expect("a signature");
    assert_eq!(url.without_query(), "https://vod.bytedanceapi.com/");
    let token = signer.sign_query(&Method::GET, "/", &query(), NOW);
    let (_, behind) = url.expose().split_once('?').expect("a query");
    assert_eq!(token.expect("a signature").expose(), behind);
}

#[test]
fn a_time_that_cannot_be_written_is_not_signed() {
    let late = Timestamp::from_seconds(u64::MAX);
    let token = signer(Dialect::TtvCloud).sign_query(&Method::GET, "/", &query(), late);
    assert_eq!(token.err(), Some(InputError::Time));
}
