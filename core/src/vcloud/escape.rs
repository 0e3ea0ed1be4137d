//! Percent-escapes of queries. A signature is mostly texts that need none: to look for that first takes
//! a fraction of the time of the general encoder.

use percent_encoding::percent_encode_byte;

/// Appends a text as canonical requests have it: all but letters, digits and `-_.~` escaped.
pub(super) fn push_canonical(out: &mut String, text: &str) {
    push(out, text, "%20");
}

/// Appends a text as it stands on the wire: the same, but a blank is `+` (section 3.1). Says whether
/// there was one.
pub(super) fn push_wire(out: &mut String, text: &str) -> bool {
    push(out, text, "+")
}

fn push(out: &mut String, text: &str, blank: &str) -> bool {
    let (mut rest, mut has_blank) = (text, false);
    loop {
        // What is plain is ASCII, so both ends of a run of it are ends of characters.
        let (plain, behind) = rest.split_at(plain_length(rest.as_bytes()));
        out.push_str(plain);
        if behind.is_empty() {
            return has_blank;
        }
        let end = behind.bytes().position(is_plain).unwrap_or(behind.len());
        let (escaped, behind) = behind.split_at(end);
        for byte in escaped.bytes() {
            has_blank |= byte == b' ';
            out.push_str(match byte {
                b' ' => blank,
                byte => percent_encode_byte(byte),
            });
        }
        rest = behind;
    }
}

/// How many bytes there are before the first that needs an escape.
fn plain_length(bytes: &[u8]) -> usize {
    // Eight at a time without a branch between them.
    let (chunks, _) = bytes.as_chunks::<8>();
    let is_all_plain =
        |chunk: &&[u8; 8]| chunk.iter().fold(true, |all, byte| all & is_plain(*byte));
    let start = 8 * chunks.iter().take_while(is_all_plain).count();
    let rest = bytes[start..].iter().take_while(|byte| is_plain(**byte));
    start + rest.count()
}

fn is_plain(byte: u8) -> bool {
    PLAIN[usize::from(byte)]
}

static PLAIN: [bool; 256] = {
    let mut table = [false; 256];
    let mut byte = 0;
    while byte < table.len() {
        let of = byte as u8;
        table[byte] = of.is_ascii_alphanumeric() || matches!(of, b'-' | b'_' | b'.' | b'~');
        byte += 1;
    }
    table
};

#[cfg(test)]
mod tests {
    use super::*;
    use crate::encode;

    #[test]
    fn texts_are_escaped_as_the_general_encoder_does_it() {
        let every: String = (0..0x250).filter_map(char::from_u32).collect();
        for text in ["", "plain-_.~", " ", "a b+c", "影 片😀", "/*=&;%", &every] {
            let (mut canonical, mut wire) = (String::new(), String::new());
            push_canonical(&mut canonical, text);
            let has_blank = push_wire(&mut wire, text);
            assert_eq!(has_blank, text.contains(' '));
            let (mut value, mut form) = (String::new(), String::new());
            encode::push_query_value(&mut value, text);
            encode::push_form_value(&mut form, text);
            assert_eq!((canonical, wire), (value, form));
        }
    }
}
