//! Percent-escapes of queries. A signature is mostly texts that need none: to look for that first takes
//! a fraction of the time of the general encoder.

/// Below this, a look at a text costs more than the room that it might save.
const SHORT: usize = 32;

/// How many bytes are escaped at a time: each appended by itself would ask for room each time.
const STEP: usize = 32;

/// Appends a text as canonical requests have it: all but letters, digits and `-_.~` escaped.
pub(super) fn push_canonical(out: &mut String, text: &str) {
    match is_all_plain(text.as_bytes()) {
        true => out.push_str(text),
        false => push_escaped(out, text, &CANONICAL),
    }
}

/// Appends a text as it stands on the wire: the same, but a blank is `+` (section 3.1). Says whether
/// there was one.
pub(super) fn push_wire(out: &mut String, text: &str) -> bool {
    if is_all_plain(text.as_bytes()) {
        out.push_str(text);
        return false;
    }
    push_escaped(out, text, &WIRE);
    text.as_bytes().contains(&b' ')
}

/// A guess at how long a text will be: escapes are rare, but for texts that are no ASCII.
pub(super) fn length(text: &str) -> usize {
    match text.len() > SHORT && text.is_ascii() {
        true => text.len(),
        false => 3 * text.len(),
    }
}

/// Without a branch for each byte: which ones need an escape is not to be guessed.
fn push_escaped(out: &mut String, text: &str, table: &[Escape; 256]) {
    for bytes in text.as_bytes().chunks(STEP) {
        let (mut escaped, mut end) = ([0; 3 * STEP], 0);
        for byte in bytes {
            let Escape { text, length } = table[usize::from(*byte)];
            escaped[end..end + 3].copy_from_slice(&text);
            end += usize::from(length);
        }
        out.push_str(str::from_utf8(&escaped[..end]).expect("ASCII"));
    }
}

fn is_all_plain(bytes: &[u8]) -> bool {
    are_all(bytes, is_plain)
}

/// Whether all bytes are such. The test should be arithmetic without an early end: that compiles to
/// comparisons of many bytes at once, as a table does not.
#[inline]
pub(super) fn are_all(bytes: &[u8], is_such: impl Fn(u8) -> bool) -> bool {
    are_chunks::<16>(bytes, &is_such)
        .or_else(|| are_chunks::<8>(bytes, &is_such))
        .unwrap_or_else(|| bytes.iter().all(|byte| is_such(*byte)))
}

/// The last chunk may begin within the one before it: one by one, the rest would take longer. `None` of
/// what is shorter than one.
#[inline]
fn are_chunks<const LENGTH: usize>(bytes: &[u8], is_such: impl Fn(u8) -> bool) -> Option<bool> {
    let is_chunk = |chunk: &[u8; LENGTH]| chunk.iter().fold(true, |all, byte| all & is_such(*byte));
    let last = is_chunk(bytes.last_chunk()?);
    let chunks = bytes.as_chunks().0.iter();
    Some(chunks.fold(last, |all, chunk| all & is_chunk(chunk)))
}

const fn is_plain(byte: u8) -> bool {
    let letter = (byte | 0x20).wrapping_sub(b'a') < 26;
    let digit = byte.wrapping_sub(b'0') < 10;
    let mark = (byte == b'-') | (byte == b'_') | (byte == b'.') | (byte == b'~');
    letter | digit | mark
}

/// What stands for a byte.
#[derive(Clone, Copy)]
struct Escape {
    text: [u8; 3],
    /// How much of it.
    length: u8,
}

static CANONICAL: [Escape; 256] = CANONICAL_ESCAPES;

static WIRE: [Escape; 256] = {
    let mut table = CANONICAL_ESCAPES;
    table[b' ' as usize] = Escape::plain(b'+');
    table
};

const CANONICAL_ESCAPES: [Escape; 256] = {
    let mut table = [Escape::plain(0); 256];
    let mut byte = 0;
    while byte < table.len() {
        let of = byte as u8;
        table[byte] = match is_plain(of) {
            true => Escape::plain(of),
            false => Escape::of(of),
        };
        byte += 1;
    }
    table
};

impl Escape {
    const fn plain(byte: u8) -> Escape {
        Escape {
            text: [byte, 0, 0],
            length: 1,
        }
    }

    const fn of(byte: u8) -> Escape {
        const DIGITS: &[u8; 16] = b"0123456789ABCDEF";
        Escape {
            text: [b'%', DIGITS[byte as usize >> 4], DIGITS[byte as usize & 15]],
            length: 3,
        }
    }
}

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
    fn one_byte_that_is_not_plain_is_found_wherever_it_stands() {
        for byte in 0..=u8::MAX {
            let plain = byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte);
            assert_eq!(is_plain(byte), plain, "{byte}");
        }
        let plain = [b'a'; 50];
        for end in 0..plain.len() {
            assert!(is_all_plain(&plain[..end]));
            for at in 0..end {
                let mut text = plain;
                text[at] = b'%';
                assert!(!is_all_plain(&text[..end]), "{at} {end}");
            }
        }
    }
}
