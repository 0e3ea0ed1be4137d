//! Which characters a path may have.

use std::borrow::Cow;

use icu_properties::{CodePointSetData, props::DefaultIgnorableCodePoint};
use unicode_normalization::{UnicodeNormalization, is_nfc};

use super::PathRefusal;

/// What the vendor's clients refuse (dossier of COS, section 5), and software gives a meaning.
fn is_forbidden(character: char) -> bool {
    matches!(character, '\\' | '?' | '*' | ':' | '|' | '<' | '>' | '"')
}

/// What looks like a dot, a slash or a percent sign without being a compatible form of it.
const LOOK_ALIKES: &[char] = &[
    '\u{2024}', '\u{2025}', // leaders of one and two dots
    '\u{2044}', '\u{2215}', '\u{29f8}', '\u{2571}', '\u{1735}', // slashes
    '\u{2216}', '\u{29f5}', '\u{29f9}', '\u{2572}', // backslashes
    '\u{ff61}', // an ideographic full stop of half width, which host names take for a dot
    '\u{ff65}', '\u{2052}', '\u{066a}', '\u{2030}',
    '\u{2031}', // percent signs, and a half-width dot
];

/// The composed form of a text, if all of its characters may be in a path.
pub(super) fn normalised(text: &str) -> Result<Cow<'_, str>, PathRefusal> {
    // Most are: they need no tables.
    if text.chars().all(is_plain) {
        return Ok(Cow::Borrowed(text));
    }
    text.chars().try_for_each(check)?;
    let composed = match is_nfc(text) {
        true => Cow::Borrowed(text),
        false => Cow::Owned(text.nfc().collect()),
    };
    // What came out of composing is looked at again, and so is what others may fold it into.
    composed.chars().try_for_each(check)?;
    composed.chars().try_for_each(is_no_disguise)?;
    Ok(composed)
}

/// Whether a text is one line that is seen as it is: nothing in it moves a cursor, hides or turns.
pub(crate) fn is_visible(text: &str) -> bool {
    let mut characters = text.chars();
    characters
        .all(|one| one == ' ' || !(one.is_control() || one.is_whitespace() || is_invisible(one)))
}

/// A character that may stand anywhere in a path, and that neither composing nor folding changes:
/// visible ASCII and unified ideographs.
fn is_plain(character: char) -> bool {
    matches!(character, ' '..='~' | '\u{4e00}'..='\u{9fff}') && !is_forbidden(character)
}

fn check(character: char) -> Result<(), PathRefusal> {
    match character {
        _ if is_forbidden(character) => Err(PathRefusal::Character),
        // Of all blanks, only the plain one; the others are not told apart from it.
        ' ' => Ok(()),
        _ if character.is_control() || character.is_whitespace() || is_invisible(character) => {
            Err(PathRefusal::Invisible)
        }
        _ if LOOK_ALIKES.contains(&character) => Err(PathRefusal::LookAlike),
        _ => Ok(()),
    }
}

/// A character whose compatible form has a meaning in a path: full-width dots and slashes, and signs
/// such as `℀`, which has a slash in it. Full-width brackets and commas, of which Chinese names are
/// full, have none.
fn is_no_disguise(character: char) -> Result<(), PathRefusal> {
    if character.is_ascii() {
        return Ok(());
    }
    let mut folded = std::iter::once(character).nfkd();
    // An ellipsis of three dots is punctuation; alone, it is looked at as a segment of dots.
    let is_ellipsis = character == '\u{2026}';
    match folded.any(|one| matches!(one, '/' | '\\' | '%' | '.') && !is_ellipsis) {
        true => Err(PathRefusal::LookAlike),
        false => Ok(()),
    }
}

/// Characters that change what is seen, or are not seen at all.
fn is_invisible(character: char) -> bool {
    // Which shape the character before it has, as of many emoji.
    let is_selector = matches!(character, '\u{fe00}'..='\u{fe0f}');
    CodePointSetData::new::<DefaultIgnorableCodePoint>().contains(character) && !is_selector
        || matches!(character,
            '\u{fff9}'..='\u{fffd}' | '\u{e000}'..='\u{f8ff}' | '\u{f0000}'..='\u{10ffff}')
        || (character as u32) & 0xfffe == 0xfffe
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_all_scripts_pass() {
        for name in [
            "cat.jpg",
            "猫（一）.jpg",
            "图片，二。png",
            "café",
            "ネコ・写真",
            "кот",
            "a b+c&d=e#f;g'h!",
            "50% off",
            "😀.png",
            "……",
            "❤\u{fe0f}",
        ] {
            assert_eq!(normalised(name).as_deref(), Ok(name), "{name}");
        }
    }

    #[test]
    fn what_is_plain_would_pass_the_whole_check() {
        for character in ('\0'..='\u{10ffff}').filter(|one| is_plain(*one)) {
            let text = character.to_string();
            let folded: String = text.nfkd().collect();
            assert_eq!(check(character), Ok(()), "{character:?}");
            assert!(is_nfc(&text) && folded == text, "{character:?}");
            assert_eq!(is_no_disguise(character), Ok(()), "{character:?}");
        }
    }

    #[test]
    fn two_spellings_of_a_name_become_one() {
        assert_eq!(normalised("cafe\u{301}").as_deref(), Ok("café"));
    }

    #[test]
    fn disguises_are_seen_through() {
        for name in [
            "．", "／", "＼", "％", "℀", "‥", "∕", "⁄", "｡", "﹨", "﹒", "⒈",
        ] {
            assert_eq!(normalised(name), Err(PathRefusal::LookAlike), "{name}");
        }
        for name in [
            "a\u{0}",
            "a\u{7f}",
            "\u{202e}gpj",
            "a\u{200b}",
            "a\u{a0}b",
            "\u{3000}",
            "a\u{1d173}",
            "\u{e0041}",
        ] {
            assert_eq!(normalised(name), Err(PathRefusal::Invisible), "{name:?}");
        }
    }
}
