//! What the signatures of TTVcloud and its temporary keys cost.

use std::hint::black_box;

use base64::{Engine, prelude::BASE64_STANDARD};
use http::{HeaderMap, HeaderValue, Method, header};
use yunmei_benches::{interleaved::Effort, sample::vcloud as samples};
use yunmei_core::{
    Secret, Token,
    vcloud::{
        Parameters,
        sign::{BodyDigest, Claim, Received, SignedTexts, Signer, Unsigned},
        sts2::{Chance, Issuer, SessionToken},
    },
};

use crate::{
    bare::{Hashes, Temporary},
    row::{Row, compare},
};

/// With the key kept.
const KEPT: f64 = 1.8;

/// With the key derived each time.
const DERIVED: f64 = 1.4;

/// The same of texts that are mostly escapes.
const ESCAPED: [f64; 2] = [2.0, 1.6];

/// Of temporary keys.
const TEMPORARY: f64 = 1.6;

pub(crate) fn signatures(effort: Effort) -> Vec<Row> {
    let mut rows = Vec::new();
    let play = samples::play();
    rows.extend(headers(
        ["vcloud headers", "vcloud headers, derived"],
        effort,
        || samples::get(black_box(&play), &samples::HEADERS),
        b"",
    ));
    let (commit, body) = (samples::commit(), samples::COMMIT.as_bytes());
    rows.extend(headers(
        ["vcloud headers, JSON", "vcloud JSON, derived"],
        effort,
        || {
            samples::post(
                black_box(&commit),
                &samples::HEADERS_OF_JSON,
                black_box(body),
            )
        },
        body,
    ));
    let names = ["vcloud query", "vcloud query, derived"];
    rows.extend(queries(names, [KEPT, DERIVED], effort, &play));
    let names = ["vcloud query, CJK", "vcloud CJK, derived"];
    rows.extend(queries(names, ESCAPED, effort, &samples::fetch()));
    rows.push(verification(effort));
    rows
}

/// Signatures in headers, with the key kept and derived.
fn headers<'a>(
    [kept, derived]: [&'static str; 2],
    effort: Effort,
    request: impl Fn() -> Unsigned<'a>,
    body: &[u8],
) -> [Row; 2] {
    let (signer, now) = (samples::signer(), samples::now());
    let texts = signer.header_texts(&request(), now).expect("texts");
    let limit = limit(&texts, body);
    let signed = signer.sign_headers(&request(), now).expect("a signature");
    fits(&limit, signed.authorization());
    let parts = (samples::scope(), samples::credentials());
    [
        compare(
            kept,
            effort,
            || drop(black_box(signer.sign_headers(&request(), black_box(now)))),
            || _ = black_box(limit.sign()),
        )
        .within(KEPT)
        .allocating(4),
        compare(
            derived,
            effort,
            || {
                let (scope, credentials) = black_box(&parts).clone();
                let signer = Signer::new(scope, credentials);
                drop(black_box(signer.sign_headers(&request(), black_box(now))));
            },
            || _ = black_box(limit.derive_and_sign()),
        )
        .within(DERIVED),
    ]
}

/// The same of signatures in a query.
fn queries(
    [kept, derived]: [&'static str; 2],
    [kept_bound, derived_bound]: [f64; 2],
    effort: Effort,
    query: &Parameters,
) -> [Row; 2] {
    let (signer, now) = (samples::signer(), samples::now());
    let sign =
        |signer: &Signer| signer.sign_query(&Method::GET, "/", black_box(query), black_box(now));
    let texts = signer
        .query_texts(&Method::GET, "/", query, now)
        .expect("texts");
    let limit = limit(&texts, b"");
    fits(&limit, &sign(&signer).expect("a signature"));
    let parts = (samples::scope(), samples::credentials());
    [
        compare(
            kept,
            effort,
            || drop(black_box(sign(&signer))),
            || _ = black_box(limit.sign()),
        )
        .within(kept_bound)
        .allocating(4),
        compare(
            derived,
            effort,
            || {
                let (scope, credentials) = black_box(&parts).clone();
                drop(black_box(sign(&Signer::new(scope, credentials))));
            },
            || _ = black_box(limit.derive_and_sign()),
        )
        .within(derived_bound),
    ]
}

/// Taking a signature apart and verifying it, for which the key is derived.
fn verification(effort: Effort) -> Row {
    let (signer, now, query) = (samples::signer(), samples::now(), samples::play());
    let request = samples::get(&query, &samples::HEADERS);
    let signed = signer.sign_headers(&request, now).expect("a signature");
    let mut headers = HeaderMap::new();
    headers.insert(header::HOST, HeaderValue::from_static(samples::HOST));
    signed.insert_into(&mut headers);
    let secret = Secret::new(samples::SECRET_KEY);
    let verify = || {
        let received = Received {
            method: &Method::GET,
            path: "/",
            query: black_box(&query),
            headers: black_box(&headers),
            body: BodyDigest::EMPTY,
        };
        let claim = Claim::read(received.headers, received.query)?;
        claim.check_time(now)?;
        claim.verify(&secret, &received)
    };
    assert_eq!(verify(), Ok(()));
    let texts = signer.header_texts(&request, now).expect("texts");
    let limit = limit(&texts, b"");
    compare(
        "vcloud verify",
        effort,
        || _ = black_box(verify()),
        || _ = black_box(limit.derive_and_sign()),
    )
    .within(2.5)
}

fn limit(texts: &SignedTexts, body: &[u8]) -> Hashes {
    Hashes::new(
        (samples::SECRET_KEY, samples::STEPS),
        body,
        texts.canonical_request.clone(),
        texts.string_to_sign.clone(),
    )
}

/// The limit signs the same.
fn fits(limit: &Hashes, signed: &Token) {
    let hex = |digest: [u8; 32]| digest.map(|byte| format!("{byte:02x}")).concat();
    for digest in [limit.sign(), limit.derive_and_sign()] {
        assert!(signed.expose().ends_with(&hex(digest)));
    }
}

pub(crate) fn temporary_keys(effort: Effort) -> Vec<Row> {
    let (issuer, policy, stamp) = (samples::issuer(), samples::policy(), samples::stamp());
    let issue = |issuer: &Issuer| {
        issuer.issue(
            black_box(Some(&policy)),
            samples::LIFETIME,
            black_box(&stamp),
        )
    };
    let limit = temporary_limit(&issuer);
    let credentials = samples::credentials();
    vec![
        compare(
            "vcloud sts2",
            effort,
            || drop(black_box(issue(&issuer))),
            || drop(black_box(limit.make())),
        )
        .within(TEMPORARY)
        .allocating(6),
        compare(
            "vcloud sts2, from keys",
            effort,
            || {
                let issuer = Issuer::new(black_box(&credentials)).expect("an account's keys");
                drop(black_box(issue(&issuer)));
            },
            || drop(black_box(limit.hash_and_make())),
        )
        .within(TEMPORARY),
    ]
}

/// The primitives over the same bytes.
fn temporary_limit(issuer: &Issuer) -> Temporary {
    let chance = Chance::from_parts([7; 16], [b'x'; 32]).expect("letters");
    let keys = issuer
        .issue_with(
            Some(&samples::policy()),
            samples::LIFETIME,
            samples::now(),
            &chance,
        )
        .expect("temporary keys");
    let token = keys.session_token().expose();
    let inner = BASE64_STANDARD.decode(&token[4..]).expect("base64");
    let read = SessionToken::decode(token).expect("a token");
    let uuid = [7_u8; 16].map(|byte| format!("{byte:02x}")).concat();
    let limit = Temporary::new(
        samples::SECRET_KEY,
        (uuid, &[b'x'; 32]),
        read.signed_text(),
        inner,
    );
    for made in [limit.make(), limit.hash_and_make()] {
        let access_key = format!("AKTP{}", made.access_key.trim_end_matches('='));
        assert_eq!(access_key, keys.access_key(), "the limit makes the same");
        assert_eq!(made.secret_key, keys.secret_key().expose());
        assert_eq!(made.signed_secret, read.signed_secret());
        let signature = made.signature.map(|byte| format!("{byte:02x}")).concat();
        assert_eq!(signature, read.signature());
        assert_eq!(made.token, token[4..]);
    }
    limit
}
