//! Whatever somebody may want to have signed.

use http::{HeaderMap, HeaderName, HeaderValue, header};
use proptest::{prelude::*, sample};
use yunmei_core::{
    Timestamp, Token,
    vcloud::{Credentials, Dialect, Parameters, Region, Scope, Service},
};

use super::reference::{Pairs, Plain};

/// The first second of the year 10 000, which cannot be written.
const END: u64 = 253_402_300_800;

const REGIONS: [&str; 6] = [
    "cn-north-1",
    "ap-singapore-1",
    "us-east-1",
    "us-east-2",
    "ap-southeast-1",
    "eu-new-7",
];

/// In every spelling that decides about being signed; no two are the same in lower case.
const HEADERS: [&str; 14] = [
    "Accept",
    "Content-Disposition",
    "Content-Md5",
    "Content-Type",
    "User-Agent",
    "X-",
    "X-Amz-",
    "X-Amz-A_b",
    "X-Amz-Meta",
    "X-Amz-meta-B",
    "X-TT-LOGID",
    "X-zeta",
    "x-amz-lower",
    "x-lower",
];

/// Texts with what means something in a query, a header or a signature, and with what does not.
pub(super) fn texts() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        3 => "[A-Za-z0-9_.~-]{0,12}",
        2 => "[ +/%&=;,:*|]{1,3}",
        1 => "[ -~]{0,8}",
        1 => "[影片é😀\u{7f}\u{1}]{1,3}",
        1 => any::<String>(),
    ];
    proptest::collection::vec(piece, 0..4).prop_map(|pieces| pieces.concat())
}

pub(super) fn times() -> impl Strategy<Value = u64> {
    prop_oneof![4 => 0..4_102_444_800_u64, 1 => 0..END, 1 => Just(END - 1)]
}

pub(super) fn scopes() -> impl Strategy<Value = Scope> {
    let mut scopes = Vec::new();
    for (dialect, service) in Dialect::ALL
        .into_iter()
        .flat_map(|dialect| Service::ALL.map(|service| (dialect, service)))
    {
        let regions = REGIONS.map(|region| Region::new(region).expect("a region"));
        scopes.extend(
            regions
                .into_iter()
                .filter_map(|region| Scope::new(dialect, service, region).ok()),
        );
    }
    sample::select(scopes)
}

/// Keys of an account, or temporary ones.
pub(super) fn credentials() -> impl Strategy<Value = Credentials> {
    let token = proptest::option::of("STS2[!-~]{0,60}");
    (account_keys(), token).prop_map(|(keys, token)| match token {
        Some(token) => keys.with_session_token(Token::new(token)).expect("a token"),
        None => keys,
    })
}

pub(super) fn account_keys() -> impl Strategy<Value = Credentials> {
    let secret = prop_oneof![3 => "[A-Za-z0-9=]{1,64}", 1 => "\\PC{1,200}"];
    ("[A-Za-z0-9_.=+\"\\\\-]{1,47}", secret)
        .prop_map(|(access_key, secret)| Credentials::new(access_key, secret).expect("a pair"))
}

/// Parameters that may be there twice, in an order of their own.
pub(super) fn pairs() -> impl Strategy<Value = Pairs> {
    let name = prop_oneof![
        2 => sample::select(vec!["Action", "Version", "a", "A", "_", "0"]).prop_map(str::to_owned),
        1 => texts(),
    ];
    proptest::collection::vec((name, texts()), 0..7)
}

/// Parameters whose names can stand in a list: each once, and without a semicolon.
pub(super) fn listable_pairs() -> impl Strategy<Value = Pairs> {
    pairs().prop_map(|pairs| {
        let mut kept: Pairs = Vec::new();
        for (name, value) in pairs {
            let name = name.replace(';', ":");
            if !name.is_empty() && kept.iter().all(|(known, _)| *known != name) {
                kept.push((name, value));
            }
        }
        kept
    })
}

pub(super) fn methods() -> impl Strategy<Value = String> {
    sample::select(vec!["GET", "POST", "PUT", "DELETE"]).prop_map(str::to_owned)
}

pub(super) fn paths() -> impl Strategy<Value = String> {
    prop_oneof![3 => Just("/".to_owned()), 1 => Just(String::new()), 3 => texts()]
}

pub(super) fn hosts() -> impl Strategy<Value = String> {
    let port = prop_oneof![Just(80_u16), Just(443), Just(8080), any::<u16>()];
    let name = prop_oneof![
        4 => "[a-z0-9.-]{1,20}",
        1 => Just("[2001:80::1]".to_owned()),
    ];
    (name, proptest::option::of(port)).prop_map(|(name, port)| match port {
        Some(port) => format!("{name}:{port}"),
        None => name,
    })
}

/// Headers in an order of their own.
fn headers() -> impl Strategy<Value = Pairs> {
    let names = sample::subsequence(HEADERS.to_vec(), 0..6).prop_shuffle();
    names.prop_flat_map(|names| {
        let values = proptest::collection::vec("[ -~\t]{0,16}", names.len());
        values.prop_map(move |values| {
            let names = names.iter().map(|name| (*name).to_owned());
            names.zip(values).collect()
        })
    })
}

pub(super) fn requests() -> impl Strategy<Value = Plain> {
    let body = proptest::collection::vec(any::<u8>(), 0..40);
    (methods(), paths(), pairs(), hosts(), headers(), body).prop_map(
        |(method, path, query, host, headers, body)| Plain {
            method,
            path,
            query,
            host,
            headers,
            body,
        },
    )
}

pub(super) fn at(seconds: u64) -> Timestamp {
    Timestamp::from_seconds(seconds)
}

pub(super) fn parameters(pairs: &Pairs) -> Parameters {
    pairs.iter().fold(Parameters::new(), |all, (name, value)| {
        all.with_repeated(name.clone(), value.clone())
    })
}

/// What a server sees of the headers, before those of the signature.
pub(super) fn header_map(plain: &Plain) -> HeaderMap {
    let mut map = HeaderMap::new();
    let value = |text| HeaderValue::from_str(text).expect("printable");
    for (name, text) in &plain.headers {
        let name = HeaderName::from_bytes(name.as_bytes()).expect("a name");
        map.insert(name, value(text));
    }
    map.insert(header::HOST, value(&plain.host));
    map
}
