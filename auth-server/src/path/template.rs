use std::fmt;

use serde::Deserialize;

use super::{SafePath, segment};

/// Room for a usual folder, in bytes.
const ROOM: usize = 64;

/// Where the files of whoever has a token are: `/users/{sub}/`.
///
/// A name in braces stands for a claim of the token, and is a segment of its own.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct Template(Vec<Part>);

#[derive(Clone, Debug, PartialEq, Eq)]
enum Part {
    Text(String),
    Claim(String),
}

/// Why a text is no template.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TemplateError(&'static str);

impl Template {
    /// Reads one.
    ///
    /// # Errors
    ///
    /// [`TemplateError`] if it does not begin and end with a slash, names the root, or has a segment
    /// that is neither safe nor a name in braces.
    pub fn new(text: &str) -> Result<Template, TemplateError> {
        let inner = (text.strip_prefix('/'))
            .and_then(|rest| rest.strip_suffix('/'))
            .ok_or(TemplateError(
                "must begin and end with a slash, also where ids have none in front, and not be the \
                 root",
            ))?;
        inner
            .split('/')
            .map(part)
            .collect::<Result<_, _>>()
            .map(Template)
    }

    /// The folder that it stands for, with what the claims say. `None` if a claim is missing, or
    /// cannot be a segment of a path.
    pub fn expand<'a>(&self, claim: impl Fn(&str) -> Option<&'a str>) -> Option<SafePath> {
        let mut path = String::with_capacity(ROOM);
        path.push('/');
        for part in &self.0 {
            path += match part {
                Part::Text(text) => text,
                Part::Claim(name) => claim(name).filter(|value| segment::is_safe_claim(value))?,
            };
            path.push('/');
        }
        SafePath::of_segments(&path)
    }

    /// The names in braces.
    pub fn claims(&self) -> impl Iterator<Item = &str> {
        self.0.iter().filter_map(|part| match part {
            Part::Claim(name) => Some(name.as_str()),
            Part::Text(_) => None,
        })
    }
}

fn part(text: &str) -> Result<Part, TemplateError> {
    if let Some(name) = text
        .strip_prefix('{')
        .and_then(|rest| rest.strip_suffix('}'))
    {
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-');
        return match !name.is_empty() && name.bytes().all(plain) {
            true => Ok(Part::Claim(name.to_owned())),
            false => Err(TemplateError(
                "has braces without the name of a claim in them",
            )),
        };
    }
    match segment::is_safe_claim(text) {
        true => Ok(Part::Text(text.to_owned())),
        false => Err(TemplateError(
            "has a part that is not a plain name, nor one in braces",
        )),
    }
}

impl TryFrom<String> for Template {
    type Error = TemplateError;

    fn try_from(text: String) -> Result<Template, TemplateError> {
        Template::new(&text)
    }
}

impl fmt::Display for Template {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("/")?;
        self.0.iter().try_for_each(|part| match part {
            Part::Text(text) => write!(f, "{text}/"),
            Part::Claim(name) => write!(f, "{{{name}}}/"),
        })
    }
}

impl fmt::Display for TemplateError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the path {}", self.0)
    }
}

impl std::error::Error for TemplateError {}

#[cfg(test)]
mod tests {
    use unicode_normalization::UnicodeNormalization;

    use super::*;

    #[test]
    fn claims_fill_a_template() {
        let template = Template::new("/users/{sub}/in/").expect("a template");
        let folder = template.expand(|name| (name == "sub").then_some("alice"));
        assert_eq!(
            folder.as_ref().map(SafePath::as_str),
            Some("/users/alice/in/")
        );
        assert_eq!(template.to_string(), "/users/{sub}/in/");
        assert_eq!(template.claims().collect::<Vec<_>>(), ["sub"]);
    }

    #[test]
    fn a_claim_cannot_leave_its_segment() {
        let template = Template::new("/users/{sub}/").expect("a template");
        for bad in [
            "", ".", "..", "a/b", "a/../b", "a\u{0}", "．．", "a%2fb", "*",
        ] {
            assert_eq!(template.expand(|_| Some(bad)), None, "{bad:?}");
        }
        assert_eq!(template.expand(|_| None), None);
    }

    #[test]
    fn nothing_composes_with_a_slash_in_front_of_it() {
        for one in '\0'..='\u{10ffff}' {
            let alone: String = std::iter::once(one).nfc().collect();
            let behind: String = ['/', one].into_iter().nfc().collect();
            assert_eq!(behind, format!("/{alone}"), "{one:?}");
        }
    }

    #[test]
    fn what_is_no_template_is_refused() {
        for bad in [
            "", "/", "//", "a/", "/a", "/a//b/", "/../", "/{}/", "/{a b}/", "/x{sub}/", "/*/",
        ] {
            assert!(Template::new(bad).is_err(), "{bad:?}");
        }
    }
}
