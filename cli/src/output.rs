//! Standard output: data only, as text for people or as one JSON object a line. Standard error:
//! what else there is to say.

use std::{
    fmt,
    io::{self, Write},
    sync::atomic::{AtomicBool, Ordering},
};

use serde_json::Value;

use crate::exit::Failure;

/// Says something on standard error. If that fails, there is nobody left to tell.
pub(crate) fn say(line: impl fmt::Display) {
    let _ = writeln!(io::stderr(), "{line}");
}

/// Where results go.
pub(crate) struct Output {
    json: bool,
    closed: AtomicBool,
}

impl Output {
    pub(crate) fn new(json: bool) -> Output {
        let closed = AtomicBool::new(false);
        Output { json, closed }
    }

    /// Whether nobody reads any more: a listing may end there, but not what changes something.
    pub(crate) fn is_closed(&self) -> bool {
        self.closed.load(Ordering::Relaxed)
    }

    /// Writes one result: the text, or with `--json` the object.
    pub(crate) fn line(&self, text: &str, object: &Value) -> Result<(), Failure> {
        let mut out = io::stdout().lock();
        let written = match self.json {
            true => writeln!(out, "{object}"),
            false => writeln!(out, "{text}"),
        };
        match written {
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => {
                self.closed.store(true, Ordering::Relaxed);
                Ok(())
            }
            Err(error) => Err(Failure::file("standard output", error)),
            Ok(()) => Ok(()),
        }
    }
}

/// A name from outside as it may be shown: without characters that would steer a terminal.
pub(crate) fn shown(name: &str) -> String {
    name.chars()
        .map(|c| if c.is_control() { '\u{fffd}' } else { c })
        .collect()
}

/// Seconds since 1970 as a date and time in UTC.
pub(crate) fn time(seconds: u64) -> String {
    i64::try_from(seconds)
        .ok()
        .and_then(|seconds| jiff::Timestamp::from_second(seconds).ok())
        .map_or_else(|| seconds.to_string(), |time| time.to_string())
}

/// Names and values, one pair a line; pairs without a value are left out.
pub(crate) fn aligned(lines: &[(&str, String)]) -> String {
    let lines: Vec<String> = lines
        .iter()
        .filter(|(_, value)| !value.is_empty())
        .map(|(name, value)| format!("{name:<10}  {value}"))
        .collect();
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_cannot_steer_the_terminal_and_times_are_readable() {
        assert_eq!(shown("a\u{1b}[2J图"), "a\u{fffd}[2J图");
        assert_eq!(time(1_503_987_233), "2017-08-29T06:13:53Z");
        assert_eq!(time(u64::MAX), u64::MAX.to_string());
    }
}
