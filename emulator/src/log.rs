//! What was asked of the emulator, and what it answered.

use std::{
    collections::VecDeque,
    fmt,
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

/// As one line, in which nothing steers a terminal:
/// `2017-08-29T06:13:53Z GET /cat.jpg op=image.download 404 -6101: why`.
impl fmt::Display for LogEntry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_time(f, self.at.seconds())?;
        write!(f, " {} {}", self.method, Shown(&self.path))?;
        if let Some(op) = &self.op {
            write!(f, " op={}", Shown(op))?;
        }
        match self.status {
            Some(status) => write!(f, " {status}")?,
            None => f.write_str(" dropped")?,
        }
        if let Some(code) = self.code.filter(|code| *code != 0) {
            write!(f, " {code}")?;
        }
        match &self.refusal {
            Some(refusal) => write!(f, ": {}", Shown(refusal)),
            None => Ok(()),
        }
    }
}

/// In UTC; as a number where no calendar reaches.
fn write_time(f: &mut fmt::Formatter<'_>, seconds: u64) -> fmt::Result {
    let time = i64::try_from(seconds)
        .ok()
        .and_then(|seconds| jiff::Timestamp::from_second(seconds).ok());
    match time {
        Some(time) => write!(f, "{time}"),
        None => write!(f, "{seconds}"),
    }
}

/// What came from outside, without characters that would steer a terminal.
struct Shown<'a>(&'a str);

impl fmt::Display for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for c in self.0.chars() {
            fmt::Write::write_char(f, if c.is_control() { '\u{fffd}' } else { c })?;
        }
        Ok(())
    }
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
    fn an_entry_is_one_line_that_steers_no_terminal() {
        let full = LogEntry {
            at: Timestamp::from_seconds(1_503_987_233),
            method: "GET".into(),
            path: "/a\u{1b}[2J图".into(),
            op: Some("image.download".into()),
            status: Some(404),
            code: Some(-6101),
            refusal: Some("nothing is called a\nb".into()),
        };
        assert_eq!(
            full.to_string(),
            "2017-08-29T06:13:53Z GET /a\u{fffd}[2J图 op=image.download 404 -6101: \
             nothing is called a\u{fffd}b"
        );
        let dropped = LogEntry {
            at: Timestamp::from_seconds(u64::MAX),
            op: None,
            status: None,
            code: Some(0),
            refusal: None,
            ..full
        };
        assert_eq!(
            dropped.to_string(),
            "18446744073709551615 GET /a\u{fffd}[2J图 dropped"
        );
    }

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
