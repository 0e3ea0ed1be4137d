//! Standard output: data only, as text for people or as one JSON object a line. Standard error:
//! what else there is to say.

use std::{
    fmt,
    io::{self, Write},
    sync::atomic::{AtomicBool, Ordering},
};

use icu_properties::{
    CodePointSetData,
    props::{BidiControl, DefaultIgnorableCodePoint},
};
use serde_json::Value;

use crate::exit::Failure;

/// Says something on standard error. If that fails, there is nobody left to tell.
pub(crate) fn say(line: impl fmt::Display) {
    let _ = writeln!(io::stderr(), "{}", shown_lines(&line.to_string()));
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

    /// Whether results are objects, for programs.
    pub(crate) fn is_json(&self) -> bool {
        self.json
    }

    /// Whether nobody reads any more: a listing may end there, but not what changes something.
    pub(crate) fn is_closed(&self) -> bool {
        self.closed.load(Ordering::Relaxed)
    }

    /// Writes one result: the text, or with `--json` the object.
    pub(crate) fn line(&self, text: &str, object: &Value) -> Result<(), Failure> {
        let mut out = io::stdout().lock();
        let written = match self.json {
            true => writeln!(out, "{}", plain_json(&object.to_string())),
            false => writeln!(out, "{}", shown_lines(text)),
        };
        match written {
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => {
                self.closed.store(true, Ordering::Relaxed);
                Ok(())
            }
            Err(error) => Err(Failure::Untold(format!("standard output: {error}"))),
            Ok(()) => Ok(()),
        }
    }
}

/// A name from outside as it may be shown: without characters that would steer a terminal.
pub(crate) fn shown(name: &str) -> String {
    let mut text = String::with_capacity(name.len());
    let mut before = None;
    for character in name.chars() {
        let is_kept = match joins(character) {
            true => before.is_some_and(can_be_joined),
            false => !steers(character) && !hides(character),
        };
        text.push(if is_kept { character } else { '\u{fffd}' });
        before = text.chars().next_back();
    }
    text
}

/// Whether a character shows nothing: by that a name can look like another, or like none.
fn hides(character: char) -> bool {
    CodePointSetData::new::<DefaultIgnorableCodePoint>().contains(character)
        || matches!(character, '\u{2028}' | '\u{2029}' | '\u{fff9}'..='\u{fffb}')
}

/// Whether a character changes or joins what it stands behind: emoji and words are made of them.
fn joins(character: char) -> bool {
    matches!(character,
        '\u{180b}'..='\u{180d}' | '\u{180f}' | '\u{200c}' | '\u{200d}' | '\u{fe00}'..='\u{fe0f}'
        | '\u{e0020}'..='\u{e007f}' | '\u{e0100}'..='\u{e01ef}')
}

/// Words and emoji, of which a digit may be the first; behind all else, what joins shows nothing.
fn can_be_joined(before: char) -> bool {
    match before.is_ascii() {
        true => before.is_ascii_digit(),
        false => !before.is_whitespace(),
    }
}

/// Whether a character steers a terminal, or the direction of the text after it: by that a name can
/// look like another.
fn steers(character: char) -> bool {
    character.is_control() || CodePointSetData::new::<BidiControl>().contains(character)
}

/// Several lines as they may be shown.
fn shown_lines(text: &str) -> String {
    let lines: Vec<String> = text.split('\n').map(shown).collect();
    lines.join("\n")
}

/// JSON that says the same without characters that would steer a terminal: they can only stand in
/// its texts, and JSON itself escapes but those of ASCII.
pub(crate) fn plain_json(json: &str) -> String {
    let mut plain = String::with_capacity(json.len());
    for character in json.chars() {
        match character {
            '\u{7f}'.. if steers(character) => {
                plain.push_str(&format!("\\u{:04x}", u32::from(character)));
            }
            _ => plain.push(character),
        }
    }
    plain
}

/// A name as a shell takes it.
pub(crate) fn quoted(name: &str) -> String {
    let text = shown(name);
    let plain = |c: char| c.is_alphanumeric() || "/._-+=:@%,".contains(c);
    match !text.is_empty() && text.chars().all(plain) {
        true => text,
        false => format!("'{}'", text.replace('\'', r"'\''")),
    }
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
        assert_eq!(
            shown("a\u{202e}gnp.exe\u{2066}"),
            "a\u{fffd}gnp.exe\u{fffd}"
        );
        // Of which some names are made.
        assert_eq!(shown("👩\u{200d}💻"), "👩\u{200d}💻");
        for whole in [
            "1\u{fe0f}\u{20e3}",
            "❤\u{fe0f}\u{200d}🔥",
            "می\u{200c}خواهم",
        ] {
            assert_eq!(shown(whole), whole);
        }
        assert_eq!(time(1_503_987_233), "2017-08-29T06:13:53Z");
        assert_eq!(time(u64::MAX), u64::MAX.to_string());
    }

    #[test]
    fn a_name_that_shows_nothing_is_seen() {
        for nothing in ["\u{200b}", "\u{200d}", "\u{feff}", "\u{3164}", "\u{e0041}"] {
            assert_eq!(shown(nothing), "\u{fffd}", "{nothing:?}");
            let within = format!("cos:///x/{nothing}");
            assert_eq!(shown(&within), "cos:///x/\u{fffd}", "{nothing:?}");
        }
        for behind in ["\u{ad}", "\u{200d}", "\u{e0062}"] {
            assert_eq!(shown(&format!("a{behind}")), "a\u{fffd}", "{behind:?}");
        }
    }

    #[test]
    fn json_cannot_steer_the_terminal_and_says_the_same() {
        let object = serde_json::json!({ "url": "a\u{1b}\u{7f}\u{9b}2J\u{202e}图" });
        let plain = plain_json(&object.to_string());
        assert!(!plain.contains(steers), "{plain}");
        let again: Value = serde_json::from_str(&plain).expect("JSON");
        assert_eq!(again, object);
    }

    #[test]
    fn a_name_is_quoted_where_a_shell_would_split_it() {
        assert_eq!(quoted("a/图.json"), "a/图.json");
        assert_eq!(quoted("my job"), "'my job'");
        assert_eq!(quoted("it's"), r"'it'\''s'");
    }
}
