//! Who asks, for what, and what they may try with what they get.

use std::{env, thread};

use proptest::{
    strategy::{Strategy, ValueTree},
    test_runner::{Config, TestRng, TestRunner},
};
use serde_json::Value;
use yunmei_auth_server::{policy::Policy, token::Claims};
use yunmei_core::{Nonce, Stamp, Timestamp};

/// When everything happens.
pub(crate) const NOW: Timestamp = Timestamp::from_seconds(1_795_325_332);

/// The number of the account, which somebody has taken for a name.
pub(crate) const APP: u64 = 1_250_000_000;

pub(crate) const BUCKET: &str = "examplebucket";

/// Who asks. Some have names that are meant to lead elsewhere.
const SUBJECTS: [&str; 14] = [
    "alice",
    "bob",
    "alice2",
    "ali",
    "图",
    "a b",
    "1250000000",
    "..",
    "a/b",
    "*",
    "alice/..",
    "．．",
    "{sub}",
    "alice&f=bob",
];

/// What paths are put together from.
const PIECES: [&str; 28] = [
    "/",
    "users",
    "alice",
    "bob",
    "alice2",
    "x.jpg",
    "图片（一）.jpg",
    "..",
    ".",
    "//",
    "%2e%2e",
    "%2F",
    "%252e",
    "%00",
    "\\",
    "．．",
    "／",
    " ",
    "1250000000",
    "examplebucket",
    "*",
    "&b=other",
    "&e=0",
    "+",
    "~",
    "a%20b",
    "shared",
    "cafe\u{301}",
];

/// How many requests are made up.
pub(crate) fn count() -> usize {
    let said = env::var("YUNMEI_PROPERTY_REQUESTS").ok();
    said.and_then(|text| text.parse().ok()).unwrap_or(100_000)
}

/// Runs a check for made-up values on two threads; `check` says whether something was signed.
/// Gives how often it was.
pub(crate) fn run<S: Strategy, J>(
    count: usize,
    strategy: impl Fn() -> S + Sync,
    judge: impl Fn() -> J + Sync,
    check: impl Fn(&J, S::Value, usize) -> bool + Sync,
) -> usize {
    let half = |thread: u8| {
        let seed = [thread + 1; 32];
        let rng = TestRng::from_seed(Config::default().rng_algorithm, &seed);
        let mut runner = TestRunner::new_with_rng(Config::default(), rng);
        let (strategy, judge) = (strategy(), judge());
        let signed = (0..count / 2).filter(|number| {
            let value = strategy.new_tree(&mut runner).expect("a value").current();
            check(&judge, value, *number)
        });
        signed.count()
    };
    thread::scope(|scope| {
        let other = scope.spawn(|| half(1));
        half(0) + other.join().expect("no panic")
    })
}

/// Who asks, and a path as it may come in a query: mostly one in a folder of whoever asks, or near it.
pub(crate) fn request() -> impl Strategy<Value = (&'static str, String)> {
    let piece = || proptest::sample::select(&PIECES[..]);
    let plain = || proptest::sample::select(&["x.jpg", "图片（一）.jpg", "a b/c", "", "d/"][..]);
    let honest = plain().prop_map(|rest| format!("/users/{WHO}/{rest}"));
    let top = plain().prop_map(|rest| format!("/{WHO}/{rest}"));
    let tricky = proptest::collection::vec(piece(), 0..3)
        .prop_map(|rest| format!("/users/{WHO}/{}", rest.concat()));
    let tricky_top = proptest::collection::vec(piece(), 0..4)
        .prop_map(|rest| format!("/{WHO}/{}", rest.join("/")));
    let others = (subject(), plain()).prop_map(|(other, rest)| format!("/users/{other}/{rest}"));
    let pieces = proptest::collection::vec(piece(), 1..8).prop_map(|pieces| pieces.concat());
    let path = proptest::prop_oneof![
        3 => honest, 2 => top, 3 => tricky, 2 => tricky_top, 1 => others, 1 => pieces, 1 => ".{0,24}",
    ];
    (subject(), path).prop_map(|(who, path)| (who, path.replace(WHO, who)))
}

/// Stands for who asks until that is known.
const WHO: &str = "@@";

fn subject() -> impl Strategy<Value = &'static str> {
    proptest::sample::select(&SUBJECTS[..])
}

pub(crate) fn claims(subject: &str) -> Claims {
    let list = |values: &[&str]| {
        values
            .iter()
            .map(|one| Value::from(*one))
            .collect::<Value>()
    };
    let claims = [
        ("sub", Value::from(subject)),
        ("scopes", list(&["open"])),
        ("videos", list(&["v1", "v2", "*"])),
    ];
    Claims::new(
        claims
            .into_iter()
            .map(|(name, value)| (name.to_owned(), value))
            .collect(),
    )
}

/// A time, and bits that were not used before.
pub(crate) fn stamp(number: usize) -> Stamp {
    let mut bytes = [0; 32];
    bytes[..8].copy_from_slice(&number.to_le_bytes());
    bytes[16..24].copy_from_slice(&number.to_le_bytes());
    Stamp::new(NOW, Nonce::from_bytes(bytes))
}

pub(crate) fn policy(rules: &str) -> Policy {
    let token = "[token]\nalgorithm = \"HS256\"\nissuer = \"i\"\naudience = \"a\"\n\
                 claims = [\"scopes\", \"videos\"]\n";
    Policy::parse(&format!("{token}{rules}")).expect("a policy")
}
