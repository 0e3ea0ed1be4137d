use std::borrow::Cow;

use percent_encoding::percent_decode_str;

use super::PathRefusal;

/// Resolves the escapes of one value of a query, once.
///
/// # Errors
///
/// [`PathRefusal::Plus`] for a plus sign, which is a blank to some and a plus sign to others;
/// [`PathRefusal::Escape`] for a percent sign without two hex digits, and for an escaped dot, which
/// no software writes that means no harm; [`PathRefusal::NotUnicode`] if the result is not UTF-8.
pub fn decode(raw: &str) -> Result<Cow<'_, str>, PathRefusal> {
    if raw.contains('+') {
        return Err(PathRefusal::Plus);
    }
    if !raw.contains('%') {
        return Ok(Cow::Borrowed(raw));
    }
    check(raw.as_bytes())?;
    percent_decode_str(raw)
        .decode_utf8()
        .map_err(|_| PathRefusal::NotUnicode)
}

fn check(raw: &[u8]) -> Result<(), PathRefusal> {
    for (at, byte) in raw.iter().enumerate() {
        if *byte != b'%' {
            continue;
        }
        let digits = raw.get(at + 1..at + 3).unwrap_or_default();
        let is_escape = digits.len() == 2 && digits.iter().all(u8::is_ascii_hexdigit);
        if !is_escape || digits.eq_ignore_ascii_case(b"2e") {
            return Err(PathRefusal::Escape);
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_are_resolved_once() {
        for (raw, text) in [
            ("/users/alice/", "/users/alice/"),
            ("%2Fusers%2falice%2F", "/users/alice/"),
            ("/a%2bb%20c%2B", "/a+b c+"),
            ("/%E5%9B%BE", "/图"),
            ("/%2525", "/%25"),
        ] {
            assert_eq!(decode(raw).as_deref(), Ok(text), "{raw}");
        }
    }

    #[test]
    fn nobody_guesses_what_a_plus_sign_means() {
        for raw in ["/a+b", "+", "/%20+"] {
            assert_eq!(decode(raw), Err(PathRefusal::Plus), "{raw}");
        }
    }

    #[test]
    fn what_is_no_escape_and_what_is_no_text_is_refused() {
        for raw in ["/%", "/%2", "/%zz", "/a%2eb", "/%2E", "/%u002e"] {
            assert_eq!(decode(raw), Err(PathRefusal::Escape), "{raw}");
        }
        for raw in ["/%c0%ae", "/%ff", "/%ed%a0%80", "/%e0%80%af"] {
            assert_eq!(decode(raw), Err(PathRefusal::NotUnicode), "{raw}");
        }
    }
}
