//! Percent-escapes of queries. A signature is mostly texts that need none: to look for that first takes
//! a fraction of the time of the general encoder.

/// Appends a text as canonical requests have it: all but letters, digits and `-_.~` escaped.
pub(super) fn push_canonical(out: &mut String, text: &str) {
    push(out, text, "%20");
}

/// Appends a text as it stands on the wire: the same, but a blank is `+` (section 3.1). Says whether
/// there was one.
pub(super) fn push_wire(out: &mut String, text: &str) -> bool {
    push(out, text, "+")
}

/// A guess at how long a text will be: escapes are rare, but for texts that are no ASCII.
pub(super) fn length(text: &str) -> usize {
    match text.is_ascii() {
        true => text.len(),
        false => 3 * text.len(),
    }
}

fn push(out: &mut String, text: &str, blank: &str) -> bool {
    if is_all_plain(text.as_bytes()) {
        out.push_str(text);
        return false;
    }
    let (mut rest, mut has_blank) = (text, false);
    while !rest.is_empty() {
        // What is plain is ASCII, and so is a blank: both ends of a run of it are ends of characters.
        let (plain, behind) = split(rest, is_plain);
        out.push_str(plain);
        let (escaped, behind) = split(behind, |byte| !is_plain(byte) && byte != b' ');
        push_escapes(out, escaped.as_bytes());
        rest = behind;
        if let Some(behind) = rest.strip_prefix(' ') {
            out.push_str(blank);
            (rest, has_blank) = (behind, true);
        }
    }
    has_blank
}

/// The bytes at the beginning of which this is so, and the others.
fn split(text: &str, is_so: impl Fn(u8) -> bool) -> (&str, &str) {
    let end = text.bytes().position(|byte| !is_so(byte));
    text.split_at(end.unwrap_or(text.len()))
}

/// Many at a time: each appended by itself would ask for room each time.
fn push_escapes(out: &mut String, bytes: &[u8]) {
    let mut escapes = [[0; 3]; 32];
    for bytes in bytes.chunks(escapes.len()) {
        let escapes = &mut escapes[..bytes.len()];
        for (escape, byte) in escapes.iter_mut().zip(bytes) {
            *escape = ESCAPES[usize::from(*byte)];
        }
        out.push_str(str::from_utf8(escapes.as_flattened()).expect("ASCII"));
    }
}

/// Without an early end, so that there is no branch to be guessed.
fn is_all_plain(bytes: &[u8]) -> bool {
    let (chunks, rest) = bytes.as_chunks::<16>();
    let chunks = chunks
        .iter()
        .fold(true, |all, chunk| all & is_plain_chunk(chunk));
    rest.iter().fold(chunks, |all, byte| all & is_plain(*byte))
}

/// Compiles to comparisons of all bytes at once, as a table does not.
fn is_plain_chunk(chunk: &[u8; 16]) -> bool {
    chunk.iter().fold(true, |all, &byte| {
        let letter = (byte | 0x20).wrapping_sub(b'a') < 26;
        let digit = byte.wrapping_sub(b'0') < 10;
        let mark = (byte == b'-') | (byte == b'_') | (byte == b'.') | (byte == b'~');
        all & (letter | digit | mark)
    })
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

static ESCAPES: [[u8; 3]; 256] = {
    const DIGITS: &[u8; 16] = b"0123456789ABCDEF";
    let mut table = [[b'%'; 3]; 256];
    let mut byte = 0;
    while byte < table.len() {
        table[byte] = [b'%', DIGITS[byte >> 4], DIGITS[byte & 15]];
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
        let long = "0123456789-_.~abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
        let marked = [0, 15, 16, 17, 40].map(|at| format!("{}/{}", &long[..at], &long[at..]));
        let texts = [
            "",
            "plain-_.~",
            " ",
            "  a b+c  ",
            "影 片😀",
            "/*=&;%",
            long,
            &every,
        ];
        for text in texts.into_iter().chain(marked.iter().map(String::as_str)) {
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

    #[test]
    fn both_ways_to_look_for_plain_bytes_agree() {
        for byte in 0..=u8::MAX {
            assert_eq!(is_plain_chunk(&[byte; 16]), is_plain(byte), "{byte}");
        }
    }
}
