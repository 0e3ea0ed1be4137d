use clap::{Args, ValueEnum};
use yunmei_core::wanxiang::{
    PhotoAddress, StyleSeparator,
    processing::{LENGTH_LIMIT, Processing},
};

use crate::exit::Failure;

/// What is downloaded: the original, or what the service makes of it.
#[derive(Args, Debug)]
pub(super) struct Variant {
    /// The picture in this style of the service's console
    #[arg(long, value_name = "NAME")]
    style: Option<String>,
    /// What stands between id and style, in a bucket of V2 enhanced
    #[arg(
        long,
        value_enum,
        value_name = "WORD",
        default_value = "exclamation",
        requires = "style"
    )]
    separator: Separator,
    /// Have the picture processed, such as by imageView2/1/w/200/h/200
    #[arg(long, value_name = "QUERY", value_parser = query)]
    process: Option<Processing>,
}

#[derive(ValueEnum, Clone, Copy, Debug)]
enum Separator {
    /// !
    Exclamation,
    /// -
    Hyphen,
    /// _
    Underscore,
    /// /
    Slash,
}

impl From<Separator> for StyleSeparator {
    fn from(separator: Separator) -> StyleSeparator {
        match separator {
            Separator::Exclamation => StyleSeparator::Exclamation,
            Separator::Hyphen => StyleSeparator::Hyphen,
            Separator::Underscore => StyleSeparator::Underscore,
            Separator::Slash => StyleSeparator::Slash,
        }
    }
}

fn query(text: &str) -> Result<Processing, String> {
    Processing::raw(text).map_err(|_| problem(text))
}

/// Why a text is not taken.
fn problem(text: &str) -> String {
    if text.is_empty() {
        return "it is empty".into();
    }
    if text.starts_with('?') {
        return "leave out the ? at its beginning".into();
    }
    if text.len() > LENGTH_LIMIT {
        return format!(
            "it has {} bytes; up to {LENGTH_LIMIT} are taken",
            text.len()
        );
    }
    match text
        .char_indices()
        .find(|(at, _)| !begins_well(&text[*at..]))
    {
        Some((_, '%')) => "a % stands before two hex digits; a lone one is written %25".into(),
        Some((_, character)) => {
            let escaped = escaped(character);
            format!("a query cannot hold {character:?}: write it as {escaped}")
        }
        None => "leave out the parameter sign: the query is signed where that is needed".into(),
    }
}

/// Whether the character that a text begins with may stand in a query, with what belongs to it.
fn begins_well(text: &str) -> bool {
    let length = match text.chars().next() {
        Some('%') => 3,
        Some(character) => character.len_utf8(),
        None => 0,
    };
    // At the beginning, ? would be refused.
    let character = text.get(..length).map(|text| format!("-{text}"));
    character.is_some_and(|text| Processing::raw(text).is_ok())
}

fn escaped(character: char) -> String {
    let mut bytes = [0; 4];
    let bytes = character.encode_utf8(&mut bytes).bytes();
    bytes.map(|byte| format!("%{byte:02X}")).collect()
}

impl Variant {
    /// Whether it is what was uploaded.
    pub(super) fn is_original(&self) -> bool {
        self.style.is_none() && self.process.is_none()
    }

    /// Whether a style was asked for.
    pub(super) fn has_style(&self) -> bool {
        self.style.is_some()
    }

    /// The address of this variant of a picture.
    pub(super) fn of(&self, mut photo: PhotoAddress) -> Result<PhotoAddress, Failure> {
        if let Some(name) = &self.style {
            photo = photo
                .style_after(self.separator.into(), name)
                .map_err(|error| Failure::Usage(format!("--style: {error}")))?;
        }
        Ok(match &self.process {
            Some(processing) => photo.processed(processing.clone()),
            None => photo,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_query_that_is_not_taken_is_told_what_is_wrong_with_it() {
        for (text, told) in [
            ("imageView2/1|imageInfo", "'|': write it as %7C"),
            ("a b", "' ': write it as %20"),
            ("text/图", "'图': write it as %E5%9B%BE"),
            ("a\u{1b}", "'\\u{1b}': write it as %1B"),
            ("a#b", "'#': write it as %23"),
            ("q/85%", "%25"),
            ("q/8%5", "%25"),
            ("q/%图", "%25"),
            ("?imageInfo", "leave out the ?"),
            ("", "empty"),
            ("imageInfo&sign=x", "sign"),
            ("imageInfo&%53ign=x", "sign"),
            (&"a".repeat(LENGTH_LIMIT + 1), "4097 bytes"),
        ] {
            let problem = query(text).expect_err("refused");
            assert!(problem.contains(told), "{text}: {problem}");
        }
        for text in [
            "imageMogr2/thumbnail/200x%3E",
            "a?b",
            "imageInfo%7CimageAve",
        ] {
            assert!(query(text).is_ok(), "{text}");
        }
    }

    #[test]
    fn each_character_can_be_written_as_it_is_told() {
        for character in [' ', '|', '"', '<', '图', '\n'] {
            assert!(query(&escaped(character)).is_ok(), "{character:?}");
        }
    }
}
