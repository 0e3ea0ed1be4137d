//! Standard output: data only, as text for people or as one JSON object a line.

use std::io::{self, Write};

use serde_json::Value;

use crate::exit::Failure;

/// Where results go.
pub(crate) struct Output {
    json: bool,
}

impl Output {
    pub(crate) fn new(json: bool) -> Output {
        Output { json }
    }

    /// Writes one result: the text, or with `--json` the object.
    pub(crate) fn line(&self, text: &str, object: &Value) -> Result<(), Failure> {
        let mut out = io::stdout().lock();
        let written = match self.json {
            true => writeln!(out, "{object}"),
            false => writeln!(out, "{text}"),
        };
        match written {
            // Whoever reads us has read enough.
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => std::process::exit(0),
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
