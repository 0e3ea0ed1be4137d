//! What was asked of the emulator, and what it answered.

use std::{
    collections::VecDeque,
    sync::{Mutex, PoisonError},
};

use yunmei_core::Timestamp;

/// How many requests the emulator remembers.
const ENTRIES: usize = 1000;
/// How much it remembers of what may be long, in bytes: a head may have 64 KiB.
const TEXT_LIMIT: usize = 4096;

/// A request and its answer, without anything that was signed.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct LogEntry {
    /// When it was answered, by the emulator's clock.
    pub at: Timestamp,
    /// `GET`, `POST` and so on.
    pub method: String,
    /// The path as it stood in the request, without the query.
    pub path: String,
    /// Which operation was asked for, where that could be read.
    pub op: Option<String>,
    /// The HTTP status; none if the connection was dropped by a fault.
    pub status: Option<u16>,
    /// The service's code, 0 for success; none where the answer has none.
    pub code: Option<i64>,
    /// Why it was refused.
    pub refusal: Option<String>,
}

/// Who is told of each request.
pub(crate) type Watcher = Box<dyn Fn(&LogEntry) + Send + Sync>;

/// The last requests, and somebody who is told of each.
#[derive(Default)]
pub(crate) struct Log {
    entries: Mutex<VecDeque<LogEntry>>,
    watcher: Option<Watcher>,
}

impl Log {
    pub(crate) fn new(watcher: Option<Watcher>) -> Log {
        Log {
            entries: Mutex::default(),
            watcher,
        }
    }

    pub(crate) fn add(&self, mut entry: LogEntry) {
        cut(&mut entry.path);
        entry.refusal.iter_mut().for_each(cut);
        if let Some(watcher) = &self.watcher {
            watcher(&entry);
        }
        let mut entries = self.entries.lock().unwrap_or_else(PoisonError::into_inner);
        if entries.len() == ENTRIES {
            entries.pop_front();
        }
        entries.push_back(entry);
    }

    pub(crate) fn entries(&self) -> Vec<LogEntry> {
        let entries = self.entries.lock().unwrap_or_else(PoisonError::into_inner);
        entries.iter().cloned().collect()
    }
}

fn cut(text: &mut String) {
    let mut end = TEXT_LIMIT.min(text.len());
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    text.truncate(end);
    // What was cut off would be kept as room.
    text.shrink_to_fit();
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_text_is_cut_between_characters() {
        let mut text = "图".repeat(3000);
        cut(&mut text);
        assert_eq!(text, "图".repeat(TEXT_LIMIT / 3));
        assert!(text.capacity() <= TEXT_LIMIT);
    }

    #[test]
    fn the_oldest_entries_give_way() {
        let log = Log::default();
        for second in 0..1500 {
            log.add(LogEntry {
                at: Timestamp::from_seconds(second),
                method: "GET".into(),
                path: "/".into(),
                op: None,
                status: Some(200),
                code: None,
                refusal: None,
            });
        }
        let entries = log.entries();
        assert_eq!(entries.len(), ENTRIES);
        assert_eq!(entries[0].at, Timestamp::from_seconds(500));
    }
}
