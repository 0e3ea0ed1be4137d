use std::fmt;

use super::sign::is_header;
use crate::error::InputError;

/// Headers that a caller wants to have sent with its requests (section 1).
///
/// Whether they are signed depends on how they are spelled: see
/// [`Unsigned::headers`](super::sign::Unsigned::headers).
#[derive(Clone, Default, PartialEq, Eq)]
pub struct CustomHeaders(Vec<(String, String)>);

impl CustomHeaders {
    /// None yet.
    pub fn new() -> CustomHeaders {
        CustomHeaders::default()
    }

    /// With this one.
    ///
    /// # Errors
    ///
    /// [`InputError::Header`] if it is there already, in whatever spelling; if its name or value
    /// cannot stand in a header; or if there are blanks around the value: some of the vendor's
    /// servers and clients would sign it with them, and others without (section 4).
    pub fn with(
        mut self,
        name: impl Into<String>,
        value: impl Into<String>,
    ) -> Result<CustomHeaders, InputError> {
        let (name, value) = (name.into(), value.into());
        let mut known = self.0.iter();
        let doubled = known.any(|(other, _)| other.eq_ignore_ascii_case(&name));
        if doubled || !is_header(&name, &value) || value.trim() != value {
            return Err(InputError::Header { name });
        }
        self.0.push((name, value));
        Ok(self)
    }

    /// Names and values, in order.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (&**name, &**value))
    }
}

/// Names only: there may be a token among the values.
impl fmt::Debug for CustomHeaders {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("CustomHeaders")?;
        f.debug_list()
            .entries(self.iter().map(|(name, _)| name))
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_header_that_would_be_signed_otherwise_than_it_arrives_is_refused() {
        let headers = CustomHeaders::new()
            .with("X-TT-LOGID", "a b\tc")
            .expect("a header");
        assert_eq!(
            headers.iter().collect::<Vec<_>>(),
            [("X-TT-LOGID", "a b\tc")]
        );
        for (name, value) in [
            ("", "a"),
            ("X A", "a"),
            ("X-A:", "a"),
            ("X-影", "a"),
            ("X-A", " a"),
            ("X-A", "a "),
            ("X-A", "a\t"),
            ("X-A", "a\r\nX-B: b"),
            ("X-A", "a\nb"),
            ("X-A", "影"),
            ("x-tt-logid", "twice"),
        ] {
            let refused = headers.clone().with(name, value);
            assert_eq!(
                refused,
                Err(InputError::Header { name: name.into() }),
                "{name:?} {value:?}"
            );
        }
    }
}
