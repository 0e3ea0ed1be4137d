//! A query of V2 enhanced, word by word, and what the values in both grammars may be.

use std::str::Split;

use super::unprocessable;
use crate::{codec::Format, value::digits, wanxiang::answer::Refusal};

/// The words between the slashes.
pub(super) struct Words<'a>(Split<'a, char>);

impl<'a> Words<'a> {
    pub(super) fn of(text: &'a str) -> Words<'a> {
        Words(text.split('/'))
    }

    pub(super) fn next(&mut self) -> Option<&'a str> {
        self.0.next()
    }

    /// The value of the word before it.
    pub(super) fn value(&mut self, name: &str) -> Result<&'a str, Refusal> {
        let value = self.next();
        value.ok_or_else(|| unprocessable(format!("{name} has no value")))
    }
}

/// The side of a picture (section 11).
pub(super) fn side(text: &str) -> Option<u32> {
    let side = digits(text).filter(|side| (10..=16_383).contains(side))?;
    u32::try_from(side).ok()
}

/// What has no documented limit, but cannot be nothing.
pub(super) fn positive(text: &str) -> Option<u32> {
    u32::try_from(digits(text)?).ok().filter(|value| *value > 0)
}

pub(super) fn named_side(name: &str, text: &str) -> Result<u32, Refusal> {
    let problem = || unprocessable(format!("{name} is no number from 10 to 16383"));
    side(text).ok_or_else(problem)
}

/// With or without `!`.
pub(super) fn quality(name: &str, text: &str) -> Result<u8, Refusal> {
    let value = digits(text.strip_suffix('!').unwrap_or(text));
    let quality = value.filter(|value| *value <= 100);
    quality
        .and_then(|value| u8::try_from(value).ok())
        .ok_or_else(|| unprocessable(format!("{name} is no number from 0 to 100")))
}

pub(super) fn format(text: &str) -> Result<Format, Refusal> {
    match text {
        "jpg" => Ok(Format::Jpeg),
        "png" => Ok(Format::Png),
        _ => Err(foreign("jpg and png")),
    }
}

/// A format that is not written here.
pub(super) fn foreign(written: &str) -> Refusal {
    unprocessable(format!(
        "the emulator does not know this processing: of the formats it writes {written}"
    ))
}

/// How many quarters of a turn, clockwise, these degrees are.
pub(super) fn quarters(name: &str, text: &str) -> Result<u8, Refusal> {
    match digits(text) {
        Some(0 | 360) => Ok(0),
        Some(90) => Ok(1),
        Some(180) => Ok(2),
        Some(270) => Ok(3),
        Some(1..360) => Err(unprocessable(format!(
            "the emulator does not know this processing: {name} by other than multiples of 90"
        ))),
        _ => Err(unprocessable(format!("{name} is no number from 0 to 360"))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_have_their_ranges() {
        assert_eq!((side("10"), side("16383")), (Some(10), Some(16_383)));
        for bad in ["9", "16384", "", "+10", "1e3", "99999999999999999999"] {
            assert_eq!(side(bad), None, "{bad}");
        }
        assert_eq!(
            (positive("1"), positive("4294967295")),
            (Some(1), Some(u32::MAX))
        );
        assert_eq!((positive("0"), positive("4294967296")), (None, None));
        for (text, expected) in [("0", 0), ("85", 85), ("100!", 100)] {
            assert_eq!(quality("q", text).ok(), Some(expected), "{text}");
        }
        for bad in ["101", "", "!", "85!!", "-1"] {
            assert!(quality("q", bad).is_err(), "{bad}");
        }
        for (text, expected) in [("0", 0), ("90", 1), ("180", 2), ("270", 3), ("360", 0)] {
            assert_eq!(quarters("rotate", text).ok(), Some(expected), "{text}");
        }
        for bad in ["1", "45", "359", "361", "450", "", "-90"] {
            assert!(quarters("rotate", bad).is_err(), "{bad}");
        }
    }
}
