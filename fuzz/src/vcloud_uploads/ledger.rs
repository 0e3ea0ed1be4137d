//! What the services may have by now, and what may therefore follow.

use std::collections::BTreeSet;

use bytes::Bytes;
use http::Response;
use serde_json::Value;
use yunmei_core::{
    Error,
    error::Delivery,
    vcloud::{Content, Dialect},
};

use super::{
    asked::{Asked, Kind, SECRET},
    is_of_the_service,
};
use crate::answer::number;

pub(super) struct Ledger {
    dialect: Dialect,
    sizes: Vec<u64>,
    /// Whole contents that are stored.
    stored: BTreeSet<usize>,
    /// Bytes of the parts that are stored.
    parts: BTreeSet<u64>,
    /// Whether the service may have it without being sent it.
    is_known: bool,
    /// Whether a commit may have been carried out although nobody said so.
    is_over: bool,
}

impl Ledger {
    pub(super) fn new(contents: &[Content], dialect: Dialect) -> Ledger {
        Ledger {
            dialect,
            sizes: contents.iter().map(Content::size).collect(),
            stored: BTreeSet::new(),
            parts: BTreeSet::new(),
            is_known: false,
            is_over: false,
        }
    }

    pub(super) fn dialect(&self) -> Dialect {
        self.dialect
    }

    pub(super) fn asked(&mut self, asked: &Asked) {
        assert!(!self.is_over, "it may have been committed before");
        if let Some((source, range)) = &asked.sent {
            assert!(range.start < range.end && range.end <= self.sizes[*source]);
            assert!(asked.store.is_none_or(|store| store == *source));
            let is_all = *range == (0..self.sizes[*source]);
            assert!(asked.kind != Kind::Whole || is_all);
        }
        match asked.kind {
            Kind::Merge => {
                let all = self.sizes[asked.store.unwrap_or_default()];
                assert!(self.parts.contains(&all), "the last part is not there");
                assert!(self.parts.len() > 1 || all < 2 * super::PART_SIZE);
            }
            _ if asked.is_commit() && !self.is_known => self.check_commit(asked),
            Kind::Action(_) if asked.is("ModifyVideoInfo") || asked.is("UpdateMediaInfo") => {
                assert!(
                    self.is_known || self.stored.contains(&0),
                    "a poster that is not there"
                );
            }
            _ => {}
        }
    }

    fn check_commit(&self, asked: &Asked) {
        assert!(!self.stored.is_empty(), "nothing is stored");
        let names = asked.body.get("SuccessOids").and_then(Value::as_array);
        for name in names.into_iter().flatten().filter_map(Value::as_str) {
            let at = name.rsplit('/').next().and_then(|at| at.parse().ok());
            assert!(at.is_none_or(|at| self.stored.contains(&at)), "{name}");
        }
    }

    pub(super) fn replied(&mut self, asked: &Asked, reply: &Result<Response<Bytes>, Error>) {
        if asked.is_commit() && !asked.is("CommitImageUpload") {
            self.is_over = leaves_open(reply);
        }
        let Ok(response) = reply else { return };
        let body = String::from_utf8_lossy(response.body());
        self.is_known |= asked.is_apply() && (body.contains("Quick") || body.contains('\\'));
        if !response.status().is_success() {
            return;
        }
        let document: Value = serde_json::from_slice(response.body()).unwrap_or_default();
        let success = document.get("success").unwrap_or(&Value::Null);
        let is_stored = success.is_null() || number(success) == Some(0);
        match (&asked.kind, &asked.sent) {
            (Kind::Whole, Some((source, _))) if is_stored => {
                self.stored.insert(*source);
            }
            (Kind::Part, Some((_, range))) if is_stored => {
                self.parts.insert(range.end);
            }
            (Kind::Merge, None) if is_stored => {
                self.stored.insert(asked.store.unwrap_or_default());
            }
            (Kind::Door, _) => {
                self.stored.insert(0);
            }
            _ => {}
        }
    }

    pub(super) fn ended(&self, result: Result<(), &Error>, is_repeated: bool) {
        if let Err(error) = result {
            assert!(is_of_the_service(error), "{error}");
            assert!(!self.is_over || error.is_in_doubt(), "{error}");
            for shown in [error.to_string(), format!("{error:?}")] {
                assert!(is_repeated || !shown.contains(SECRET), "{shown}");
            }
        }
    }
}

/// Whether after this reply nobody can know if a commit was carried out: it was lost, or comes from
/// somebody who does not know.
fn leaves_open(reply: &Result<Response<Bytes>, Error>) -> bool {
    match reply {
        Ok(response) => {
            let status = response.status();
            let body = String::from_utf8_lossy(response.body());
            let may_tell = body.contains("ResponseMetadata") || body.contains(['\\', '[']);
            !may_tell && (status.is_server_error() || status.is_success())
        }
        Err(Error::Transport(error)) => error.delivery() == Delivery::Unknown,
        Err(_) => false,
    }
}
