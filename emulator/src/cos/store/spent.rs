//! Single-use signatures that were used.

use std::{
    collections::HashSet,
    io,
    sync::{Mutex, PoisonError},
};

use sha1::{Digest, Sha1};

use crate::{random, storage::Journal};

/// Remembers by hash: what is written down must not be a signature. They have no end of their own,
/// so none is ever forgotten.
pub(super) struct Spent(Mutex<Inner>);

struct Inner {
    known: HashSet<String>,
    journal: Journal,
}

impl Spent {
    pub(super) fn open((journal, lines): (Journal, Vec<String>)) -> Spent {
        Spent(Mutex::new(Inner {
            known: lines.into_iter().collect(),
            journal,
        }))
    }

    /// Whether it was new. It is not remembered if that cannot be written down.
    pub(super) fn add(&self, signature: &str) -> io::Result<bool> {
        let mut inner = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let hash = hash(signature);
        if inner.known.contains(&hash) {
            return Ok(false);
        }
        inner.journal.add(&hash)?;
        inner.known.insert(hash);
        Ok(true)
    }

    pub(super) fn contains(&self, signature: &str) -> bool {
        let inner = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        inner.known.contains(&hash(signature))
    }
}

fn hash(signature: &str) -> String {
    random::to_hex(&Sha1::digest(signature.as_bytes()))
}
