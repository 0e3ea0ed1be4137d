//! Where clients put their signature.

use http::{HeaderMap, header};
use percent_encoding::percent_decode_str;

/// The signature in the header, or in the query.
pub(crate) fn signature(headers: &HeaderMap, query: &str) -> Option<String> {
    // An empty header says nothing, and hides nothing.
    let header = headers.get(header::AUTHORIZATION);
    if let Some(value) = header.filter(|value| !value.is_empty()) {
        return Some(String::from_utf8_lossy(value.as_bytes()).into_owned());
    }
    let pairs = query.split('&').filter_map(|pair| pair.split_once('='));
    let (_, value) = pairs.into_iter().find(|(name, _)| *name == "sign")?;
    let value = percent_decode_str(value).decode_utf8_lossy();
    // Links with a raw plus sign are about, and read as a blank on the way (dossier of COS, section
    // 4.6; of Wanxiang, section 3.6).
    Some(value.replace(' ', "+"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_signature_is_found_in_the_header_or_in_the_query_with_its_plus_signs() {
        let mut headers = HeaderMap::new();
        assert_eq!(signature(&headers, "op=stat"), None);
        assert_eq!(
            signature(&headers, "op=stat&sign=a%2Bb+c%20d%3D&x").as_deref(),
            Some("a+b+c+d=")
        );
        headers.insert(header::AUTHORIZATION, "".parse().expect("a value"));
        assert_eq!(signature(&headers, "sign=x").as_deref(), Some("x"));
        headers.insert(header::AUTHORIZATION, "abc=".parse().expect("a value"));
        assert_eq!(signature(&headers, "sign=x").as_deref(), Some("abc="));
    }
}
