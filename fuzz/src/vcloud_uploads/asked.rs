//! What a request asks for, as the services read it.

use std::ops::Range;

use http::{Request, header};
use serde_json::Value;
use yunmei_core::{Chunk, Payload, Stamp, describe, vcloud::Dialect};

use crate::wire;

/// Where uploads go, by the honest replies; any other is a machine of the service's own.
pub(super) const HOSTS: [&str; 2] = ["one.example.com", "two.example.com"];

/// What no error shows.
pub(super) const SECRET: &str = "canary";

/// A permission with that in it.
pub(super) const AUTH: &str = "SpaceKey/example/1/:version:v2:canary";

pub(super) struct Asked {
    pub(super) kind: Kind,
    /// Which content, and which bytes of it.
    pub(super) sent: Option<(usize, Range<u64>)>,
    /// What the upload host is told to check.
    pub(super) checksum: String,
    /// What an action is told.
    pub(super) body: Value,
    /// Which content the path names.
    pub(super) store: Option<usize>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Action(String),
    Whole,
    Open,
    Part,
    Merge,
    /// To a signed address.
    Door,
}

impl Asked {
    pub(super) fn read(request: &Request<Payload>, dialect: Dialect, stamp: &Stamp) -> Asked {
        let mut asked = Asked {
            kind: Kind::Door,
            sent: source(request.body()),
            checksum: String::new(),
            body: Value::Null,
            store: None,
        };
        let query = request.uri().query().unwrap_or_default();
        if query.starts_with("Action=") {
            let called = wire::vcloud::check(request, dialect, stamp);
            asked.kind = Kind::Action(called.value("Action").expect("an action").to_owned());
            asked.body = called.body;
            return asked;
        }
        wire::announced(request);
        assert!(!request.headers().contains_key(dialect.session_token_name()));
        if !request.headers().contains_key(header::AUTHORIZATION) {
            return asked;
        }
        assert!(!describe(request).contains(SECRET));
        asked.store = (request.uri().path().rsplit('/').next()).and_then(|name| name.parse().ok());
        asked.checksum = (request.headers().get("content-crc32"))
            .map(|value| value.to_str().expect("text").to_owned())
            .unwrap_or_default();
        asked.kind = match (query, &asked.sent) {
            ("", Some(_)) => Kind::Whole,
            ("uploads", None) => Kind::Open,
            (_, Some(_)) if query.starts_with("partNumber=") => Kind::Part,
            (_, None) if query.starts_with("uploadID=") => Kind::Merge,
            other => panic!("{other:?}"),
        };
        asked
    }

    pub(super) fn is(&self, name: &str) -> bool {
        matches!(&self.kind, Kind::Action(action) if action == name)
    }

    /// The last step of an upload.
    pub(super) fn is_commit(&self) -> bool {
        ["CommitUpload", "CommitUploadInfo", "CommitImageUpload"]
            .iter()
            .any(|name| self.is(name))
    }

    pub(super) fn is_apply(&self) -> bool {
        ["ApplyUpload", "ApplyUploadInfo", "ApplyImageUpload"]
            .iter()
            .any(|name| self.is(name))
    }
}

fn source(payload: &Payload) -> Option<(usize, Range<u64>)> {
    let sources = payload.chunks().iter().filter_map(|chunk| match chunk {
        Chunk::Source { source, range } => Some((*source, range.clone())),
        Chunk::Inline(_) => None,
    });
    let mut sources = sources.collect::<Vec<_>>();
    assert!(sources.len() <= 1, "two contents in one request");
    sources.pop()
}
