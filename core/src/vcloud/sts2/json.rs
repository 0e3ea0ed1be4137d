use std::io;

use serde::Serialize;
use serde_json::{Serializer, ser::Formatter};

/// Writes JSON as the reference does: without blanks between its parts, and all but printable ASCII
/// as `\uXXXX` (section 6.2). Blanks inside texts stay, which the reference removes (section 14, 8).
///
/// Names come in the order in which they are declared. `room` is a guess at the length.
pub(super) fn to_ascii_json(value: &impl Serialize, room: usize) -> String {
    let mut out = Vec::with_capacity(room);
    let mut serializer = Serializer::with_formatter(&mut out, Ascii);
    (value.serialize(&mut serializer)).expect("texts and numbers can be written to memory");
    String::from_utf8(out).expect("ASCII")
}

/// Appends a text as JSON has it, where it is known to be printable ASCII: a fraction of the work.
pub(super) fn push_ascii_text(out: &mut Vec<u8>, text: &str) {
    out.push(b'"');
    for byte in text.bytes() {
        if byte == b'"' || byte == b'\\' {
            out.push(b'\\');
        }
        out.push(byte);
    }
    out.push(b'"');
}

struct Ascii;

impl Formatter for Ascii {
    fn write_string_fragment<W: ?Sized + io::Write>(
        &mut self,
        writer: &mut W,
        fragment: &str,
    ) -> io::Result<()> {
        let printable = |c: char| matches!(c, ' '..='~');
        let mut rest = fragment;
        // Without an early end, this compiles to comparisons of many bytes at a time.
        let plain = |byte: u8| byte.wrapping_sub(b' ') <= b'~' - b' ';
        if fragment.bytes().fold(true, |all, byte| all & plain(byte)) {
            return writer.write_all(fragment.as_bytes());
        }
        while let Some(at) = rest.find(|c| !printable(c)) {
            let (plain, behind) = rest.split_at(at);
            writer.write_all(plain.as_bytes())?;
            let mut characters = behind.chars();
            for unit in characters.next().into_iter().flat_map(utf16) {
                write!(writer, "\\u{unit:04x}")?;
            }
            rest = characters.as_str();
        }
        writer.write_all(rest.as_bytes())
    }
}

/// Surrogates, where one unit does not suffice.
fn utf16(character: char) -> impl Iterator<Item = u16> {
    let mut units = [0; 2];
    let length = character.encode_utf16(&mut units).len();
    units.into_iter().take(length)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_of_printable_ascii_is_written_as_any_other() {
        for text in ["", "plain", "\"", "\\", r#"{"a":["\u5f71\\"]}"#] {
            let mut out = Vec::new();
            push_ascii_text(&mut out, text);
            assert_eq!(out, to_ascii_json(&text, 0).as_bytes());
        }
    }

    #[test]
    fn all_but_printable_ascii_is_escaped_and_blanks_stay() {
        let text = "a b/影\"\\\n\u{1}\u{7f}😀";
        assert_eq!(
            to_ascii_json(&[text], 0),
            r#"["a b/\u5f71\"\\\n\u0001\u007f\ud83d\ude00"]"#
        );
        let read: Vec<String> = serde_json::from_str(&to_ascii_json(&[text], 0)).expect("JSON");
        assert_eq!(read, [text]);
    }
}
