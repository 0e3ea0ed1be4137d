//! The arguments of a request, from wherever they came.

use std::{borrow::Cow, collections::BTreeMap};

use serde::de::DeserializeOwned;
use serde_json::Value;
use yunmei_core::cos::ATTRIBUTE_LIMIT;

use super::answer::Refusal;
use crate::{
    form::Received,
    value::{digits, hex},
};

/// The length of a SHA-1 in hex.
pub(super) const SHA1_DIGITS: usize = 40;

/// Arguments by name, in lower case: clients write `filecontent` and `fileContent`, `filesize` and
/// `fileSize` (section 3.1).
#[derive(Default)]
pub(super) struct Arguments {
    fields: BTreeMap<String, Value>,
    /// The field `filecontent`.
    pub(super) content: Option<Received>,
}

impl Arguments {
    /// Adds an argument; the first of a name stays, as the query comes before the body.
    pub(super) fn add(&mut self, name: &str, value: Value) {
        if !value.is_null() {
            let name = name.to_ascii_lowercase();
            self.fields.entry(name).or_insert(value);
        }
    }

    /// How many there are.
    pub(super) fn len(&self) -> usize {
        self.fields.len()
    }

    /// An argument as a text. In a JSON body it may be a number as well.
    pub(super) fn text(&self, name: &str) -> Option<Cow<'_, str>> {
        match self.fields.get(name)? {
            Value::String(text) => Some(text.into()),
            other => Some(other.to_string().into()),
        }
    }

    /// An argument that is JSON: either as it is, or as a text that holds it (section 3.1).
    pub(super) fn json<T: DeserializeOwned>(
        &self,
        name: &str,
        code: i64,
    ) -> Result<Option<T>, Refusal> {
        let result = match self.fields.get(name) {
            None => return Ok(None),
            Some(Value::String(text)) => serde_json::from_str(text),
            Some(value) => T::deserialize(value),
        };
        result
            .map(Some)
            .map_err(|problem| Refusal::new(code, format!("{name}: {problem}")))
    }

    /// A number in decimal digits; `code` if it is none.
    pub(super) fn number(&self, name: &str, code: i64) -> Result<Option<u64>, Refusal> {
        let Some(text) = self.text(name) else {
            return Ok(None);
        };
        match digits(&text) {
            Some(number) => Ok(Some(number)),
            None => Err(Refusal::new(code, format!("{name} is no number"))),
        }
    }

    /// A switch that is `0` or `1`.
    pub(super) fn switch(&self, name: &str, default: bool) -> Result<bool, Refusal> {
        match self.text(name).as_deref() {
            None | Some("") => Ok(default),
            Some("0" | "false") => Ok(false),
            Some("1" | "true") => Ok(true),
            Some(_) => Err(Refusal::new(-5992, format!("{name} is neither 0 nor 1"))),
        }
    }

    /// The digest `sha`, in lower case.
    pub(super) fn sha(&self) -> Result<Option<String>, Refusal> {
        match self.text("sha").as_deref() {
            None | Some("") => Ok(None),
            Some(text) => match hex(text, SHA1_DIGITS) {
                Some(sha) => Ok(Some(sha)),
                None => Err(Refusal::new(-168, "sha is not 40 hex digits")),
            },
        }
    }

    /// The caller's own text (section 6.1); of the three codes for one that is too long, the
    /// gateway's own.
    pub(super) fn biz_attr(&self) -> Result<Option<String>, Refusal> {
        match self.text("biz_attr") {
            Some(text) if text.len() > ATTRIBUTE_LIMIT => {
                let problem = format!("biz_attr has {} bytes", text.len());
                Err(Refusal::new(-5947, problem))
            }
            text => Ok(text.map(Cow::into_owned)),
        }
    }

    /// The content.
    pub(super) fn take_content(&mut self) -> Result<Received, Refusal> {
        self.content
            .take()
            .ok_or_else(|| Refusal::new(-5990, "there is no field filecontent in a multipart body"))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn names_have_no_case_values_may_be_texts_and_the_first_stays() {
        let mut arguments = Arguments::default();
        for (name, value) in [
            ("fileSize", json!("12")),
            ("filesize", json!(13)),
            ("offset", json!(7)),
            ("nothing", Value::Null),
            ("insertOnly", json!("0")),
            ("custom_headers", json!(r#"{"a":"b"}"#)),
            ("sign", json!("+1")),
        ] {
            arguments.add(name, value);
        }
        assert_eq!(arguments.number("filesize", -1).ok(), Some(Some(12)));
        assert_eq!(arguments.number("offset", -1).ok(), Some(Some(7)));
        assert_eq!(arguments.number("nothing", -1).ok(), Some(None));
        assert!(arguments.number("sign", -1).is_err());
        assert_eq!(arguments.switch("insertonly", true).ok(), Some(false));
        assert_eq!(
            arguments.json::<Value>("custom_headers", -1).ok(),
            Some(Some(json!({"a": "b"})))
        );
    }
}
