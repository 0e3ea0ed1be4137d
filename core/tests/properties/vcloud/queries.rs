//! Signatures in queries.

use http::{HeaderMap, Method};
use proptest::{prelude::*, sample::Index};
use yunmei_core::{
    Secret,
    error::InputError,
    vcloud::{
        Credentials, Dialect, Parameters, Scope,
        sign::{BodyDigest, Claim, QUERY_LIFETIME_LIMIT, Received, Refusal, Signer, TokenPlace},
    },
};

use super::{
    reference::{self, Pairs, Reference},
    samples::{at, credentials, listable_pairs, methods, parameters, paths, scopes, texts, times},
};
use crate::tries;

/// Where the session token goes, by the client whose form this is.
fn place(scope: &Scope, unlisted: bool) -> TokenPlace {
    match scope.dialect() {
        Dialect::Volcengine if unlisted => TokenPlace::Unlisted,
        _ => TokenPlace::Listed,
    }
}

fn signer(scope: &Scope, keys: &Credentials, unlisted: bool) -> Signer {
    Signer::new(scope.clone(), keys.clone()).with_token_place(place(scope, unlisted))
}

/// A signed query as it arrived, decoded.
fn arrived(signer: &Signer, method: &str, path: &str, pairs: &Pairs, seconds: u64) -> Pairs {
    let method: Method = method.parse().expect("a method");
    let token = signer.sign_query(&method, path, &parameters(pairs), at(seconds));
    read(token.expect("a signature").expose())
}

fn read(wire: &str) -> Pairs {
    let query = Parameters::decode(wire).expect("UTF-8");
    let pairs = query.iter();
    pairs
        .map(|(name, value)| (name.into(), value.into()))
        .collect()
}

fn verify(method: &str, path: &str, pairs: &Pairs, secret: &str) -> Result<Claim, Refusal> {
    let (query, headers) = (parameters(pairs), HeaderMap::new());
    let claim = Claim::read(&headers, &query)?;
    let received = Received {
        method: &method.parse().expect("a method"),
        path,
        query: &query,
        headers: &headers,
        // No body is signed.
        body: BodyDigest::of(b"any"),
    };
    claim
        .verify(&Secret::new(secret), &received)
        .map(|()| claim)
}

/// What somebody who has the query may change.
#[derive(Clone, Debug)]
enum Change {
    Method(String),
    Path(String),
    Name(Index, String),
    Value(Index, String),
    Byte(Index, Index, char),
    Doubled(Index, String),
    Dropped(Index),
    Key(String),
}

fn changes() -> impl Strategy<Value = Change> {
    let index = any::<Index>;
    prop_oneof![
        methods().prop_map(Change::Method),
        paths().prop_map(Change::Path),
        (index(), texts()).prop_map(|(at, text)| Change::Name(at, text)),
        (index(), texts()).prop_map(|(at, text)| Change::Value(at, text)),
        (index(), index(), any::<char>()).prop_map(|(at, place, new)| Change::Byte(at, place, new)),
        (index(), texts()).prop_map(|(at, text)| Change::Doubled(at, text)),
        index().prop_map(Change::Dropped),
        "\\PC{1,20}".prop_map(Change::Key),
    ]
}

proptest! {
    #![proptest_config(tries(256))]

    #[test]
    fn a_signed_query_is_the_one_of_the_dossier(
        (method, path, pairs) in (methods(), paths(), listable_pairs()),
        (scope, unlisted) in (scopes(), any::<bool>()),
        keys in credentials(),
        seconds in times(),
    ) {
        let method_of: Method = method.parse().expect("a method");
        let signed = signer(&scope, &keys, unlisted)
            .sign_query(&method_of, &path, &parameters(&pairs), at(seconds));
        let reference = Reference { scope: &scope, credentials: &keys, seconds };
        let expected = reference.signed_query(&method, &path, &pairs, place(&scope, unlisted));
        let signed = signed.expect("a signature");
        prop_assert_eq!(signed.expose(), expected);
    }

    #[test]
    fn a_signed_query_is_verified_in_any_order_and_with_either_spelling_of_blanks(
        (method, path, pairs) in (methods(), paths(), listable_pairs()),
        (scope, unlisted) in (scopes(), any::<bool>()),
        keys in credentials(),
        seconds in times(),
        turn in any::<Index>(),
    ) {
        let secret = keys.secret_key().expose();
        let signer = signer(&scope, &keys, unlisted);
        let mut query = arrived(&signer, &method, &path, &pairs, seconds);
        let claim = verify(&method, &path, &query, secret).expect("verified");
        prop_assert!(claim.is_in_query());
        prop_assert_eq!(claim.access_key(), keys.access_key());
        prop_assert_eq!(claim.time(), at(seconds));
        prop_assert!(pairs.iter().all(|(name, _)| claim.covers(name)));
        prop_assert_eq!(
            claim.session_token().map(Secret::expose),
            keys.session_token().map(|token| token.expose())
        );
        let length = query.len();
        query.rotate_left(turn.index(length));
        prop_assert!(verify(&method, &path, &query, secret).is_ok());
        let wire = parameters(&query).encode();
        prop_assert_eq!(&read(&wire.replace('+', "%20")), &query);
        query.reverse();
        // What is added is not covered, and does not pass for covered.
        query.push(("added".into(), "1".into()));
        let claim = verify(&method, &path, &query, secret);
        let added = pairs.iter().any(|(name, _)| name == "added");
        prop_assert!(added || !claim.expect("verified").covers("added"));
    }

    #[test]
    fn nothing_in_a_signed_query_can_be_changed(
        (method, path, pairs) in (methods(), paths(), listable_pairs()),
        (scope, unlisted) in (scopes(), any::<bool>()),
        keys in credentials(),
        seconds in times(),
        change in changes(),
    ) {
        let signer = signer(&scope, &keys, unlisted);
        let query = arrived(&signer, &method, &path, &pairs, seconds);
        let mut other = query.clone();
        let (mut to, mut at) = (method.clone(), path.clone());
        let mut secret = keys.secret_key().expose().to_owned();
        match &change {
            Change::Method(method) => to = method.clone(),
            Change::Path(path) => at = path.clone(),
            Change::Name(at, name) => other[at.index(query.len())].0 = name.clone(),
            Change::Value(at, value) => other[at.index(query.len())].1 = value.clone(),
            Change::Byte(at, place, new) => {
                let value = &mut other[at.index(query.len())].1;
                let mut characters: Vec<char> = value.chars().collect();
                prop_assume!(!characters.is_empty());
                let length = characters.len();
                characters[place.index(length)] = *new;
                *value = characters.into_iter().collect();
            }
            Change::Doubled(at, value) => {
                let (name, _) = query[at.index(query.len())].clone();
                other.push((name, value.clone()));
            }
            Change::Dropped(at) => drop(other.remove(at.index(query.len()))),
            Change::Key(key) => secret = key.clone(),
        }
        let is_same = to == method
            && reference::path(&at) == reference::path(&path)
            && reference::query(&other) == reference::query(&query)
            && secret == keys.secret_key().expose();
        prop_assume!(!is_same);
        prop_assert!(verify(&to, &at, &other, &secret).is_err(), "{:?}", other);
    }

    #[test]
    fn a_signed_query_lives_as_long_as_it_says(
        scope in scopes(),
        keys in credentials(),
        seconds in 0..4_102_444_800_u64,
        lifetime in prop_oneof![1..=QUERY_LIFETIME_LIMIT, 1..2_000_u64],
        without in any::<bool>(),
    ) {
        let name = scope.dialect().expires_name();
        let pairs = match without {
            true => vec![],
            false => vec![(name.to_owned(), lifetime.to_string())],
        };
        let lifetime = if without { 900 } else { lifetime };
        let query = arrived(&signer(&scope, &keys, false), "GET", "/", &pairs, seconds);
        let claim = verify("GET", "/", &query, keys.secret_key().expose()).expect("verified");
        prop_assert_eq!(claim.check_time(at(seconds + lifetime)), Ok(()));
        prop_assert_eq!(claim.check_time(at(seconds + lifetime + 1)), Err(Refusal::Expired));
        // Whoever has it cannot make it live longer, nor say how long it lives where it does not.
        let mut longer = query.clone();
        longer.retain(|(known, _)| known != name);
        longer.push((name.to_owned(), QUERY_LIFETIME_LIMIT.to_string()));
        let judged = verify("GET", "/", &longer, keys.secret_key().expose());
        match judged {
            Ok(claim) => {
                prop_assert!(without || lifetime == QUERY_LIFETIME_LIMIT);
                let late = claim.check_time(at(seconds + lifetime + 1));
                prop_assert_eq!(late, Err(Refusal::Expired));
            }
            Err(refusal) => prop_assert_eq!(refusal, Refusal::Digest),
        }
    }

    #[test]
    fn a_life_out_of_bounds_is_not_signed(
        scope in scopes(),
        keys in credentials(),
        text in prop_oneof![
            Just("0".to_owned()),
            (QUERY_LIFETIME_LIMIT + 1..).prop_map(|seconds| seconds.to_string()),
            "[+ -][0-9]{1,3}",
            "[a-z.]{0,4}",
        ],
    ) {
        let query = Parameters::new().with(scope.dialect().expires_name(), text);
        let refused = signer(&scope, &keys, false).sign_query(&Method::GET, "/", &query, at(0));
        let is_refused = matches!(refused, Err(InputError::QueryExpiry { .. }));
        prop_assert!(is_refused);
    }

    #[test]
    fn whatever_arrives_in_a_query_is_refused_and_makes_nothing_panic(
        pairs in proptest::collection::vec((
            proptest::sample::select(vec![
                "X-Amz-Date", "X-Amz-Credential", "X-Amz-Algorithm", "X-Amz-SignedQueries",
                "X-Amz-Signature", "X-Amz-Security-Token", "X-Amz-Expires", "X-Date",
                "X-Credential", "X-Algorithm", "X-SignedQueries", "X-Signature", "X-Expires", "a",
            ]).prop_map(str::to_owned),
            prop_oneof![
                Just("20200304T050607Z".to_owned()),
                Just("AWS4-HMAC-SHA256".to_owned()),
                Just("HMAC-SHA256".to_owned()),
                Just("ak/20200304/cn-north-1/vod/aws4_request".to_owned()),
                Just("ak/20200304/cn-north-1/vod/request".to_owned()),
                "[0-9a-f]{64}",
                texts(),
            ],
        ), 0..14),
    ) {
        prop_assert!(verify("GET", "/", &pairs, "EXAMPLEKEY").is_err());
    }
}
