//! How both grammars are written, and what a value may be.

use std::{
    fmt::{Display, Write},
    ops::RangeInclusive,
};

use base64::{Engine, engine::general_purpose::URL_SAFE};
use http::Uri;

use super::Processing;
use crate::{encode, error::InputError};

/// The side of a picture, in pixels (section 11).
pub(super) const SIDE: RangeInclusive<u32> = 10..=16383;
/// From useless to lossless.
pub(super) const QUALITY: RangeInclusive<u32> = 0..=100;
/// Clockwise.
pub(super) const DEGREES: RangeInclusive<u32> = 0..=360;
/// The frames of an animation.
pub(super) const FRAMES: RangeInclusive<u32> = 1..=100;
/// How opaque a text is.
pub(super) const DISSOLVE: RangeInclusive<u32> = 1..=100;
/// What has no documented limit, but cannot be nothing.
pub(super) const POSITIVE: RangeInclusive<u32> = 1..=u32::MAX;

/// A query of V2 enhanced: `head/name/value/name/value`.
pub(super) struct PathQuery(String);

impl PathQuery {
    pub(super) fn new(head: &str) -> PathQuery {
        PathQuery(head.to_owned())
    }

    /// Adds a word without value.
    pub(super) fn word(&mut self, word: &str) {
        self.0.push('/');
        self.0.push_str(word);
    }

    /// Adds a name and a value made of characters that a query may hold.
    pub(super) fn value(&mut self, name: &str, value: impl Display) {
        write!(self.0, "/{name}/{value}").expect("a string takes all that is written");
    }

    /// Adds a name and a text of any characters.
    pub(super) fn text(&mut self, name: &str, text: &str) {
        self.value(name, base64_url(text));
    }

    pub(super) fn finish(self) -> Result<Processing, InputError> {
        Processing::new(&self.0)
    }
}

/// A query of V1 and V2: `name=value&name=value`.
#[derive(Default)]
pub(super) struct ParameterQuery(String);

impl ParameterQuery {
    /// Adds a name and a value of any characters.
    pub(super) fn value(&mut self, name: &str, value: impl Display) {
        if !self.0.is_empty() {
            self.0.push('&');
        }
        self.0.push_str(name);
        self.0.push('=');
        encode::push_query_value(&mut self.0, &value.to_string());
    }

    /// Adds a value that must be in a range, if there is one.
    pub(super) fn number(
        &mut self,
        name: &'static str,
        value: Option<u32>,
        range: RangeInclusive<u32>,
    ) -> Result<(), InputError> {
        if let Some(value) = value {
            self.value(name, within(name, value, range)?);
        }
        Ok(())
    }

    /// Adds `1` or `0`, if either was asked for.
    pub(super) fn switch(&mut self, name: &str, on: Option<bool>) {
        if let Some(on) = on {
            self.value(name, u8::from(on));
        }
    }

    pub(super) fn finish(self) -> Result<Processing, InputError> {
        Processing::new(&self.0)
    }
}

/// URL-safe, with padding, as the vendor's own samples have it.
pub(super) fn base64_url(text: &str) -> String {
    URL_SAFE.encode(text)
}

pub(super) fn refused(name: &'static str) -> InputError {
    InputError::Processing { name }
}

/// The value, if it is in the range.
pub(super) fn within(
    name: &'static str,
    value: u32,
    range: RangeInclusive<u32>,
) -> Result<u32, InputError> {
    match range.contains(&value) {
        true => Ok(value),
        false => Err(refused(name)),
    }
}

/// The text, if there is something to draw.
pub(super) fn visible<'a>(name: &'static str, text: &'a str) -> Result<&'a str, InputError> {
    match text.is_empty() || text.chars().any(char::is_control) {
        true => Err(refused(name)),
        false => Ok(text),
    }
}

/// The colour, if it is `#` and six digits, or a name.
pub(super) fn colour<'a>(name: &'static str, text: &'a str) -> Result<&'a str, InputError> {
    let known = match text.strip_prefix('#') {
        Some(digits) => digits.len() == 6 && digits.bytes().all(|byte| byte.is_ascii_hexdigit()),
        None => !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphabetic()),
    };
    match known {
        true => Ok(text),
        false => Err(refused(name)),
    }
}

/// Whether a URI may have this query: RFC 3986, section 3.4. `http` takes some more.
pub(super) fn is_query_text(text: &str) -> bool {
    let mut bytes = text.bytes();
    while let Some(byte) = bytes.next() {
        let fits = match byte {
            b'%' => [bytes.next(), bytes.next()]
                .iter()
                .all(|digit| digit.is_some_and(|digit| digit.is_ascii_hexdigit())),
            _ => byte.is_ascii_alphanumeric() || b"-._~!$&'()*+,;=:@/?".contains(&byte),
        };
        if !fits {
            return false;
        }
    }
    true
}

/// Whether one of the parameters is a signature, however it is written.
///
/// Some servers take `;` for `&`.
pub(super) fn holds_signature(query: &str) -> bool {
    query.split(['&', ';']).any(|parameter| {
        let name = parameter.split('=').next().unwrap_or_default();
        percent_encoding::percent_decode_str(name)
            .map(|byte| byte.to_ascii_lowercase())
            .eq(*b"sign")
    })
}

/// Whether this is the address of something that everybody may read.
pub(super) fn is_public_address(address: &str) -> bool {
    let Ok(uri) = address.parse::<Uri>() else {
        return false;
    };
    matches!(uri.scheme_str(), Some("http" | "https"))
        && uri.host().is_some_and(|host| !host.is_empty())
        && !uri.query().is_some_and(holds_signature)
}
