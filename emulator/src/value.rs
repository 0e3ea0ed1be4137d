//! Values as they come in texts.

/// A whole number without sign or blanks.
pub(crate) fn digits(text: &str) -> Option<u64> {
    let plain = text.bytes().all(|byte| byte.is_ascii_digit());
    text.parse().ok().filter(|_| plain)
}

/// This many hex digits, in lower case.
pub(crate) fn hex(text: &str, length: usize) -> Option<String> {
    let hex = text.len() == length && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    hex.then(|| text.to_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_digests_have_nothing_around_them() {
        assert_eq!(digits("0012"), Some(12));
        assert_eq!(hex("0aF9", 4).as_deref(), Some("0af9"));
        for bad in ["", "+1", " 1", "1x", "99999999999999999999"] {
            assert_eq!(digits(bad), None, "{bad}");
        }
        for bad in ["0aF", "0aF9b", "0aFg", "图a"] {
            assert_eq!(hex(bad, 4), None, "{bad}");
        }
    }
}
