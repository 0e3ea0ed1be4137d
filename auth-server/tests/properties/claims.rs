//! Who asks.

use proptest::{
    sample::select,
    strategy::{Just, Strategy},
};
use serde_json::{Map, Value, json};
use yunmei_auth_server::token::Claims;

/// The number of the account, which somebody has taken for a name.
pub(crate) const APP: u64 = 1_250_000_000;

/// Who asks, by the claims that rules speak of.
#[derive(Clone, Debug)]
pub(crate) struct Who {
    pub(crate) sub: Named,
    pub(crate) team: Named,
    scopes: Value,
    videos: Value,
}

/// A claim, and whether it could be a folder.
#[derive(Clone, Debug)]
pub(crate) struct Named {
    pub(crate) value: Value,
    is_plain: bool,
}

/// Names that may be folders.
const PLAIN: [&str; 11] = [
    "alice",
    "bob",
    "alice2",
    "ali",
    "图",
    "a b",
    "1250000000",
    "caf\u{e9}",
    "alice&f=bob",
    "a.b",
    "users",
];

/// Names that are meant to lead elsewhere, or that are not in the one form that names have.
const HOSTILE: [&str; 21] = [
    "",
    ".",
    "..",
    "a/b",
    "/",
    "*",
    "alice/..",
    "../bob",
    "．．",
    "alice／..",
    "{sub}",
    "alice%2f..",
    "%2e%2e",
    "alice\\..",
    "cafe\u{301}",
    " alice",
    "alice ",
    "alice\u{200b}",
    "alice\0",
    "\u{2024}\u{2024}",
    "alice?x",
];

/// Teams are small: so that two people often share one.
const TEAMS: [&str; 5] = ["red", "blue", "alice", "红", "bob"];

/// Lists of what somebody may play; `*` is the id of no video.
const VIDEOS: [&[&str]; 5] = [
    &["v1", "v2"],
    &["v3"],
    &["*", "v1"],
    &[],
    &["v1/../v9", "V1"],
];

impl Named {
    fn plain(text: &str) -> Named {
        Named {
            value: text.into(),
            is_plain: true,
        }
    }

    fn hostile(value: impl Into<Value>) -> Named {
        Named {
            value: value.into(),
            is_plain: false,
        }
    }

    /// The folder that it is.
    pub(crate) fn folder(&self) -> Option<&str> {
        self.value.as_str().filter(|_| self.is_plain)
    }

    /// What it would be as a part of a path, whatever that led to.
    pub(crate) fn text(&self) -> &str {
        self.value.as_str().unwrap_or("x")
    }
}

impl Who {
    pub(crate) fn claims(&self) -> Claims {
        Claims::new(self.map())
    }

    /// As they stand in a token; what is missing is not there.
    pub(crate) fn map(&self) -> Map<String, Value> {
        let claims = [
            ("sub", &self.sub.value),
            ("team", &self.team.value),
            ("scopes", &self.scopes),
            ("videos", &self.videos),
        ];
        let claims = claims.into_iter().filter(|(_, value)| !value.is_null());
        claims
            .map(|(name, value)| (name.to_owned(), value.clone()))
            .collect()
    }

    /// Whether it is said of them.
    pub(crate) fn has_scope(&self, scope: &str) -> bool {
        says(&self.scopes, scope)
    }

    /// Whether they may play it, by their claim.
    pub(crate) fn has_video(&self, video: &str) -> bool {
        says(&self.videos, video)
    }
}

fn says(claim: &Value, text: &str) -> bool {
    match claim {
        Value::String(one) => one == text,
        Value::Array(all) => all.contains(&text.into()),
        _ => false,
    }
}

/// Somebody: mostly with names that may be folders.
pub(crate) fn who() -> impl Strategy<Value = Who> {
    let scopes = [
        json!(["open"]),
        json!("open"),
        json!(["shut", "open"]),
        json!(["open"]),
        json!("openly"),
        json!(["open "]),
        Value::Null,
    ];
    let videos: Vec<Value> = (VIDEOS.iter().map(|list| json!(list)))
        .chain([json!("v1"), json!({"v1": true})])
        .collect();
    (subject(), team(), select(scopes.to_vec()), select(videos)).prop_map(
        |(sub, team, scopes, videos)| Who {
            sub,
            team,
            scopes,
            videos,
        },
    )
}

fn subject() -> impl Strategy<Value = Named> {
    let long = "a".repeat(129);
    proptest::prop_oneof![
        16 => select(&PLAIN[..]).prop_map(Named::plain),
        2 => select(&HOSTILE[..]).prop_map(Named::hostile),
        // A subject that is no text is none, also where it looks like somebody else's list.
        1 => select(vec![json!(null), json!(1_250_000_000), json!(["alice"]), json!(long)])
            .prop_map(Named::hostile),
    ]
}

fn team() -> impl Strategy<Value = Named> {
    proptest::prop_oneof![
        12 => select(&TEAMS[..]).prop_map(Named::plain),
        1 => select(&HOSTILE[..]).prop_map(Named::hostile),
        1 => Just(Named::hostile(Value::Null)),
    ]
}
