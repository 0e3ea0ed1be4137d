//! What may stand between two slashes.

use super::{PathRefusal, characters};

/// The longest claim that may be part of a path, in bytes.
const CLAIM_LIMIT: usize = 128;

/// Checks one part of a path; its characters were looked at.
pub(super) fn check(segment: &str) -> Result<(), PathRefusal> {
    if segment.is_empty() {
        return Err(PathRefusal::EmptySegment);
    }
    let only_dots = segment.chars().all(|one| matches!(one, '.' | '\u{2026}'));
    // The ellipsis of Chinese, which is two of them, is a name like any other.
    if only_dots && segment != "\u{2026}\u{2026}" {
        return Err(PathRefusal::Dots);
    }
    match segment.as_bytes() {
        [b'.', b'.', ..] => return Err(PathRefusal::Dots),
        [b' ', ..] | [.., b' '] => return Err(PathRefusal::Blank),
        _ => {}
    }
    match segment.contains('%') && is_escaped_twice(segment.as_bytes()) {
        true => Err(PathRefusal::EscapedTwice),
        false => Ok(()),
    }
}

/// Whether a claim may stand in a path as it is: one segment, in the one form that it has.
pub(super) fn is_safe_claim(value: &str) -> bool {
    let in_one_form = characters::normalised(value).is_ok_and(|composed| composed == value);
    let plain = !value.contains(['/', '%', '{', '}', '*']);
    in_one_form && plain && value.len() <= CLAIM_LIMIT && check(value).is_ok()
}

/// Whether decoding once more would change it.
fn is_escaped_twice(text: &[u8]) -> bool {
    text.windows(2).enumerate().any(|(at, pair)| {
        let next = text.get(at + 2);
        let two = pair[1].is_ascii_hexdigit() && next.is_some_and(u8::is_ascii_hexdigit);
        pair[0] == b'%' && (two || matches!(pair[1], b'u' | b'U' | b'%'))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn segments_of_dots_and_blanks_are_refused() {
        for (segment, refusal) in [
            ("", PathRefusal::EmptySegment),
            (".", PathRefusal::Dots),
            ("..", PathRefusal::Dots),
            ("...", PathRefusal::Dots),
            ("..;", PathRefusal::Dots),
            ("…", PathRefusal::Dots),
            (" ", PathRefusal::Blank),
            ("a ", PathRefusal::Blank),
            ("%2e", PathRefusal::EscapedTwice),
            ("%u002e", PathRefusal::EscapedTwice),
            ("%%32%65", PathRefusal::EscapedTwice),
        ] {
            assert_eq!(check(segment), Err(refusal), "{segment:?}");
        }
        for segment in [".hidden", "a..b", "100%", "50% off", "……", "a.b."] {
            assert_eq!(check(segment), Ok(()), "{segment:?}");
        }
    }

    #[test]
    fn a_claim_is_one_plain_segment_or_none_at_all() {
        assert!(is_safe_claim("alice"));
        assert!(is_safe_claim("用户-1@example.com"));
        for bad in [
            "",
            "..",
            "a/b",
            "a\\b",
            "a*",
            "{sub}",
            "a%2f",
            "cafe\u{301}",
            "a\u{0}",
            " a",
        ] {
            assert!(!is_safe_claim(bad), "{bad:?}");
        }
        assert!(!is_safe_claim(&"a".repeat(129)));
    }
}
