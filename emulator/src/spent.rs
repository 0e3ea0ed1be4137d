//! Single-use signatures that were used.

use std::{
    collections::HashSet,
    io,
    sync::{Mutex, PoisonError},
};

use sha1::{Digest, Sha1};

use crate::{random, storage::Journal};

/// The length of a hash, in hex.
const HASH: usize = 40;

/// Remembers by hash: what is written down must not be a signature. They have no end of their own,
/// so none is ever forgotten.
pub(crate) struct Spent(Mutex<Inner>);

struct Inner {
    known: HashSet<String>,
    journal: Journal,
}

impl Spent {
    pub(crate) fn open((journal, lines): (Journal, Vec<String>)) -> Spent {
        Spent(Mutex::new(Inner {
            known: lines.iter().map(|line| hash_of(line).to_owned()).collect(),
            journal,
        }))
    }

    /// Whether it was new. It is not remembered if that cannot be written down.
    pub(crate) fn add(&self, signature: &str) -> io::Result<bool> {
        let mut inner = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let hash = hash(signature);
        if inner.known.contains(&hash) {
            return Ok(false);
        }
        inner.journal.add(&hash)?;
        inner.known.insert(hash);
        Ok(true)
    }

    pub(crate) fn contains(&self, signature: &str) -> bool {
        let inner = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        inner.known.contains(&hash(signature))
    }
}

/// The hash at the end of a line: power that failed may have left a torn one before it.
fn hash_of(line: &str) -> &str {
    let start = line.len().saturating_sub(HASH);
    line.get(start..).unwrap_or(line)
}

fn hash(signature: &str) -> String {
    random::to_hex(&Sha1::digest(signature.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::storage::tight::Tight;

    #[test]
    fn a_signature_that_cannot_be_written_down_is_not_spent_and_the_next_one_stays_so() {
        let file = Tight::with_room(60);
        let spent = Spent::open((Journal::to(file.clone()), Vec::new()));
        assert!(spent.add("first").expect("room"));
        spent.add("second").expect_err("no room");
        assert!(!spent.contains("second"));
        file.disk().room = 1000;
        assert!(spent.add("third").expect("room"));
        let lines = file.text().lines().map(str::to_owned).collect();
        let spent = Spent::open((Journal::nowhere(), lines));
        assert!(spent.contains("first") && spent.contains("third"));
        assert!(!spent.contains("second"));
    }

    #[test]
    fn a_torn_line_does_not_hide_the_one_behind_it() {
        let lines = vec![format!("{}{}", &hash("torn")[..17], hash("whole"))];
        let spent = Spent::open((Journal::nowhere(), lines));
        assert!(spent.contains("whole"));
    }
}
