use std::{fmt, mem};

use subtle::ConstantTimeEq;

/// A key or password: wiped when dropped, and never printed or serialised.
///
/// There is no `Display`, no `Serialize`, and `Debug` says only that there is one.
#[derive(Clone)]
pub struct Secret(String);

impl Secret {
    /// Takes over `text`.
    pub fn new(text: impl Into<String>) -> Secret {
        Secret(text.into())
    }

    /// The value itself, for the one place that needs it.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// Whether there is nothing in it.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Compares in a time that does not depend on where the texts differ.
    pub fn matches(&self, other: &str) -> bool {
        self.0.as_bytes().ct_eq(other.as_bytes()).into()
    }
}

/// Overwrites all at once: `Zeroizing` goes byte by byte, which for a signature takes a quarter of
/// the time of making it.
impl Drop for Secret {
    fn drop(&mut self) {
        let mut bytes = mem::take(&mut self.0).into_bytes();
        bytes.clear();
        bytes.resize(bytes.capacity(), 0);
        // Without this, what is about to be freed need not be written.
        zeroize::optimization_barrier(bytes.as_slice());
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(..)")
    }
}

/// A signed text that lets its holder do something for a while: a signature, a token.
///
/// Treated like a secret: hidden from `Debug`, wiped when dropped. To hand it out, call
/// [`Token::expose`].
#[derive(Clone)]
pub struct Token(Secret);

impl Token {
    /// Takes over a signed text.
    pub fn new(text: impl Into<String>) -> Token {
        Token(Secret::new(text))
    }

    /// The text itself, to be handed to the program that may use it.
    pub fn expose(&self) -> &str {
        self.0.expose()
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token(..)")
    }
}

/// An address that carries its own permission in the query.
///
/// `Debug` shows scheme, host and path, never the query.
#[derive(Clone)]
pub struct SignedUrl(Token);

impl SignedUrl {
    /// Takes over an address.
    pub fn new(url: impl Into<String>) -> SignedUrl {
        SignedUrl(Token::new(url))
    }

    /// The whole address, to be handed to whoever may follow it.
    pub fn expose(&self) -> &str {
        self.0.expose()
    }

    /// The address up to the query: safe to show.
    pub fn without_query(&self) -> &str {
        let url = self.expose();
        url.split_once('?').map_or(url, |(front, _)| front)
    }
}

impl fmt::Debug for SignedUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SignedUrl({}?..)", self.without_query())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_of_a_secret_is_printed() {
        let shown = format!(
            "{:?} {:?} {:?}",
            Secret::new("canary-1"),
            Token::new("canary-2"),
            SignedUrl::new("https://host/path?sign=canary-3"),
        );
        assert!(!shown.contains("canary"), "{shown}");
        assert!(shown.contains("https://host/path"), "{shown}");
    }

    #[test]
    fn secrets_compare_by_value() {
        assert!(Secret::new("same").matches("same"));
        assert!(!Secret::new("same").matches("sane"));
        assert!(!Secret::new("same").matches("sam"));
    }
}
