//! JSON as the reference writes it: without blanks between its parts, and all but printable ASCII as
//! `\uXXXX` (section 6.2). Blanks inside texts stay, which the reference removes (section 14, 8).

/// Appends a text.
pub(super) fn push_text(out: &mut Vec<u8>, text: &str) {
    out.push(b'"');
    // Without an early end, this compiles to comparisons of many bytes at a time.
    let printable = |byte: u8| byte.wrapping_sub(b' ') <= b'~' - b' ';
    match text.bytes().fold(true, |all, byte| all & printable(byte)) {
        true => push_printable(out, text),
        false => text
            .chars()
            .for_each(|character| push_escaped(out, character)),
    }
    out.push(b'"');
}

/// Appends an array of texts.
pub(super) fn push_texts(out: &mut Vec<u8>, texts: &[String]) {
    out.push(b'[');
    for (index, text) in texts.iter().enumerate() {
        if index > 0 {
            out.push(b',');
        }
        push_text(out, text);
    }
    out.push(b']');
}

fn push_printable(out: &mut Vec<u8>, text: &str) {
    let start = out.len();
    // Each place that is passed over keeps its backslash.
    out.resize(start + 2 * text.len(), b'\\');
    let mut length = 0;
    let places = &mut out[start..];
    for byte in text.bytes() {
        length += usize::from((byte == b'"') | (byte == b'\\'));
        places[length] = byte;
        length += 1;
    }
    out.truncate(start + length);
}

fn push_escaped(out: &mut Vec<u8>, character: char) {
    match character {
        '"' | '\\' => out.extend([b'\\', character as u8]),
        ' '..='~' => out.push(character as u8),
        '\n' => out.extend(br"\n"),
        '\r' => out.extend(br"\r"),
        '\t' => out.extend(br"\t"),
        '\u{8}' => out.extend(br"\b"),
        '\u{c}' => out.extend(br"\f"),
        _ => {
            // Two surrogates, where one unit does not suffice.
            for unit in character.encode_utf16(&mut [0; 2]) {
                out.extend(format!("\\u{unit:04x}").bytes());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(text: &str) -> String {
        let mut out = b"before".to_vec();
        push_text(&mut out, text);
        let out = String::from_utf8(out).expect("ASCII");
        out.strip_prefix("before")
            .expect("the front stays")
            .to_owned()
    }

    #[test]
    fn a_text_of_printable_ascii_is_written_as_any_other_writer_does() {
        for text in ["", "plain", "\"", "\\", r#"{"a":["\u5f71\\"]}"#, "a/b <c>"] {
            assert_eq!(written(text), serde_json::Value::from(text).to_string());
        }
    }

    #[test]
    fn all_but_printable_ascii_is_escaped_and_blanks_stay() {
        let text = "a b/影\"\\\n\r\t\u{8}\u{c}\u{1}\u{7f}😀";
        let json = r#""a b/\u5f71\"\\\n\r\t\b\f\u0001\u007f\ud83d\ude00""#;
        assert_eq!(written(text), json);
        let read: String = serde_json::from_str(json).expect("JSON");
        assert_eq!(read, text);
    }

    #[test]
    fn texts_stand_in_an_array() {
        for (texts, json) in [
            (&[][..], "[]"),
            (&["a".to_owned()][..], r#"["a"]"#),
            (&["a".to_owned(), String::new()][..], r#"["a",""]"#),
        ] {
            let mut out = Vec::new();
            push_texts(&mut out, texts);
            assert_eq!(out, json.as_bytes());
        }
    }
}
