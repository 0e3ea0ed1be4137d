//! Bits from the system's generator.

use std::io;

/// `N` fresh random bytes.
pub(crate) fn bytes<const N: usize>() -> io::Result<[u8; N]> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(|problem| io::Error::other(problem.to_string()))?;
    Ok(bytes)
}

/// `N` fresh random bytes, in hex.
pub(crate) fn hex<const N: usize>() -> io::Result<String> {
    Ok(to_hex(&bytes::<N>()?))
}

/// A random name in the usual form (UUID, version 4).
pub(crate) fn uuid() -> io::Result<String> {
    let mut bytes = bytes::<16>()?;
    bytes[6] = bytes[6] & 0x0f | 0x40;
    bytes[8] = bytes[8] & 0x3f | 0x80;
    let hex = to_hex(&bytes);
    let (a, b, c, d, e) = (
        &hex[..8],
        &hex[8..12],
        &hex[12..16],
        &hex[16..20],
        &hex[20..],
    );
    Ok(format!("{a}-{b}-{c}-{d}-{e}"))
}

/// `N` letters and digits that cannot be mistaken for one another.
pub(crate) fn word<const N: usize>() -> io::Result<String> {
    const ALPHABET: &[u8; 32] = b"ABCDEFGHJKLMNPQRSTUVWXYZ23456789";
    let word = bytes::<N>()?.map(|byte| ALPHABET[usize::from(byte % 32)] as char);
    Ok(word.iter().collect())
}

/// Lower-case hex.
pub(crate) fn to_hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let mut text = String::with_capacity(bytes.len() * 2);
    for byte in bytes {
        text.push(DIGITS[usize::from(byte >> 4)] as char);
        text.push(DIGITS[usize::from(byte & 15)] as char);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hex_is_lower_case_and_keeps_leading_zeros() {
        assert_eq!(to_hex(&[0x00, 0x0f, 0xa5, 0xff]), "000fa5ff");
    }

    #[test]
    fn a_uuid_has_its_version_and_variant() {
        let uuid = uuid().expect("random bits");
        let lengths: Vec<_> = uuid.split('-').map(str::len).collect();
        assert_eq!(lengths, [8, 4, 4, 4, 12]);
        assert_eq!(&uuid[14..15], "4");
        assert!("89ab".contains(&uuid[19..20]), "{uuid}");
    }

    #[test]
    fn two_words_differ() {
        assert_ne!(
            word::<32>().expect("random bits"),
            word::<32>().expect("random bits")
        );
    }
}
