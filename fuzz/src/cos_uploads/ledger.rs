//! What the service said it has.

use std::collections::BTreeMap;

use bytes::Bytes;
use http::Response;
use serde_json::Value;

use super::Asked;

/// Which bytes of the content the service said it has, in which session.
pub(super) struct Ledger {
    size: u64,
    /// Ends by offset, by session.
    sessions: BTreeMap<Vec<u8>, BTreeMap<u64, u64>>,
}

impl Ledger {
    pub(super) fn new(size: u64) -> Ledger {
        Ledger {
            size,
            sessions: BTreeMap::new(),
        }
    }

    /// An upload may be closed only when all of it is there.
    pub(super) fn asked(&self, asked: &Asked) {
        if asked.op == "upload_slice_finish" {
            assert!(self.is_complete(&asked.session), "closed too early");
        }
    }

    /// Notes what a reply says is there.
    pub(super) fn replied(&mut self, asked: &Asked, response: &Response<Bytes>) {
        let Ok(document) = serde_json::from_slice::<Value>(response.body()) else {
            return;
        };
        let data = &document["data"];
        match asked.op.as_str() {
            "upload_slice_data" if number(&document["code"]) == Some(0) => {
                self.note(&asked.session, asked.offset, asked.length);
            }
            "upload_slice_list" => {
                let session = data["session"].as_str().unwrap_or_default().as_bytes();
                for part in parts(&data["listparts"]) {
                    if let (Some(offset), Some(length)) =
                        (number(&part["offset"]), number(&part["datalen"]))
                    {
                        self.note(session, offset, length);
                    }
                }
            }
            _ => {}
        }
    }

    fn note(&mut self, session: &[u8], offset: u64, length: u64) {
        let slices = self.sessions.entry(session.to_vec()).or_default();
        let end = slices.entry(offset).or_default();
        *end = (*end).max(offset.saturating_add(length));
    }

    fn is_complete(&self, session: &[u8]) -> bool {
        let mut end = 0;
        for (&start, &slice_end) in self.sessions.get(session).into_iter().flatten() {
            if start > end {
                return false;
            }
            end = end.max(slice_end);
        }
        end >= self.size
    }
}

fn number(value: &Value) -> Option<u64> {
    match value {
        Value::String(text) => text.trim().parse().ok(),
        number => number.as_u64(),
    }
}

fn parts(value: &Value) -> Vec<Value> {
    match value {
        Value::Array(parts) => parts.clone(),
        Value::String(text) => serde_json::from_str(text).unwrap_or_default(),
        _ => Vec::new(),
    }
}
