use std::collections::BTreeMap;

use http::{HeaderName, HeaderValue};

use super::ATTRIBUTE_LIMIT;
use crate::error::InputError;

/// The headers that a file is served with (section 6.3).
///
/// Setting them replaces the whole group: what is not named may vanish. The vendor's manual and
/// its API page disagree on that, so name all that shall stay.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CustomHeaders(BTreeMap<String, String>);

impl CustomHeaders {
    /// No headers.
    pub fn new() -> CustomHeaders {
        CustomHeaders::default()
    }

    /// How long, and by whom, it may be cached.
    pub fn cache_control(self, value: impl Into<String>) -> CustomHeaders {
        self.set("Cache-Control", value)
    }

    /// The media type.
    pub fn content_type(self, value: impl Into<String>) -> CustomHeaders {
        self.set("Content-Type", value)
    }

    /// Whether to show or to save it, and under which name.
    pub fn content_disposition(self, value: impl Into<String>) -> CustomHeaders {
        self.set("Content-Disposition", value)
    }

    /// The language.
    pub fn content_language(self, value: impl Into<String>) -> CustomHeaders {
        self.set("Content-Language", value)
    }

    /// How the content is compressed.
    pub fn content_encoding(self, value: impl Into<String>) -> CustomHeaders {
        self.set("Content-Encoding", value)
    }

    /// A header of one's own: `x-cos-meta-{name}`; capitals mean nothing in a header's name.
    pub fn meta(self, name: &str, value: impl Into<String>) -> CustomHeaders {
        self.set(&format!("x-cos-meta-{}", name.to_ascii_lowercase()), value)
    }

    fn set(mut self, name: &str, value: impl Into<String>) -> CustomHeaders {
        self.0.insert(name.to_owned(), value.into());
        self
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Names and values.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// The group as it is sent.
    pub(super) fn map(&self) -> &BTreeMap<String, String> {
        &self.0
    }

    /// Values that cannot come back as response headers, empty ones, and more than 4 KB are
    /// refused here: the service would take the first and serve a broken answer.
    pub(super) fn check(&self) -> Result<(), InputError> {
        let mut size = 0;
        for (name, value) in &self.0 {
            let sendable = HeaderName::try_from(name).is_ok()
                && name != "x-cos-meta-"
                && HeaderValue::try_from(value).is_ok()
                && !value.trim().is_empty();
            size += name.len() + value.len();
            if !sendable || size > ATTRIBUTE_LIMIT {
                return Err(InputError::Attribute { name: name.clone() });
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_could_not_come_back_as_a_header_is_refused() {
        for bad in [
            CustomHeaders::new().meta("", "value"),
            CustomHeaders::new().meta("a b", "value"),
            CustomHeaders::new().meta("owner", ""),
            CustomHeaders::new().meta("owner", "a\r\nSet-Cookie: b"),
            CustomHeaders::new().cache_control(" "),
            CustomHeaders::new().meta("owner", "a".repeat(4096)),
        ] {
            assert!(bad.check().is_err(), "{bad:?}");
        }
        assert!(
            CustomHeaders::new()
                .content_disposition("attachment; filename=\"图.txt\"")
                .check()
                .is_ok()
        );
    }
}
