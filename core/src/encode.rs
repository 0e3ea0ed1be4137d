//! Texts made of bytes: hex, base64, percent-escapes. Each scheme has one set, used both for the
//! signature and for the wire.

use std::sync::LazyLock;

use base64::engine::{GeneralPurposeConfig, Simd};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC};

/// A path of COS v4: every byte but letters, digits and `-_.~/` (dossier 4.2).
pub(crate) const COS_PATH: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'_')
    .remove(b'.')
    .remove(b'~')
    .remove(b'/');

/// A value in a query: every byte but the unreserved ones of RFC 3986.
pub(crate) const QUERY_VALUE: &AsciiSet = &COS_PATH.add(b'/');

/// The standard alphabet, padded, by the fastest instructions the processor has.
///
/// The engine of base64's prelude is the scalar one; this has to be asked for by name. Made once:
/// its tables take a third as long as encoding a signature.
pub(crate) fn base64() -> &'static Simd {
    static ENGINE: LazyLock<Simd> = LazyLock::new(|| Simd::standard(GeneralPurposeConfig::new()));
    &ENGINE
}

/// Lower-case hex.
pub(crate) fn hex(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len() * 2);
    push_hex(&mut text, bytes);
    text
}

/// Appends lower-case hex.
pub(crate) fn push_hex(out: &mut String, bytes: &[u8]) {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    for byte in bytes {
        out.push(DIGITS[usize::from(byte >> 4)] as char);
        out.push(DIGITS[usize::from(byte & 15)] as char);
    }
}

/// Appends `value` as a query value.
pub(crate) fn push_query_value(out: &mut String, value: &str) {
    out.extend(percent_encoding::utf8_percent_encode(value, QUERY_VALUE));
}

/// Appends `value` as form encoding has it: as in a query, but a space becomes `+`.
pub(crate) fn push_form_value(out: &mut String, value: &str) {
    let mut words = value.split(' ');
    if let Some(first) = words.next() {
        push_query_value(out, first);
    }
    for word in words {
        out.push('+');
        push_query_value(out, word);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_value_writes_blanks_as_plus_and_plus_as_an_escape() {
        let mut out = String::new();
        push_form_value(&mut out, "/archive/a b+c~.txt");
        assert_eq!(out, "%2Farchive%2Fa+b%2Bc~.txt");
    }

    #[test]
    fn hex_is_lower_case_and_keeps_leading_zeros() {
        assert_eq!(hex(&[0x00, 0x0f, 0xa5, 0xff]), "000fa5ff");
    }
}
