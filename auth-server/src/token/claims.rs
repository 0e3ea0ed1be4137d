use std::fmt;

use serde::{
    Deserialize, Deserializer,
    de::{Error, MapAccess, Visitor},
};
use serde_json::{Map, Value};

/// How many claims a token usually has.
const USUAL: usize = 8;

/// What a token says of whoever has it, once it was checked.
///
/// They are few, and looked for one after the other.
#[derive(Clone, Debug, PartialEq)]
pub struct Claims(Vec<(String, Value)>);

impl Claims {
    /// Claims that were checked elsewhere.
    pub fn new(values: Map<String, Value>) -> Claims {
        Claims(values.into_iter().collect())
    }

    /// Who.
    pub fn subject(&self) -> &str {
        self.text("sub").unwrap_or_default()
    }

    /// A claim that is a text.
    pub fn text(&self, name: &str) -> Option<&str> {
        self.find(name)?.as_str()
    }

    /// Whether a claim is this text, or a list that has it.
    pub fn has(&self, name: &str, text: &str) -> bool {
        match self.find(name) {
            Some(Value::String(value)) => value == text,
            Some(Value::Array(values)) => values.iter().any(|value| value == text),
            _ => false,
        }
    }

    /// A claim that is a time, in whole seconds.
    pub(super) fn time(&self, name: &str) -> Option<u64> {
        let value = self.find(name)?;
        let whole = || {
            let seconds = value.as_f64()?;
            (0.0..=1e15).contains(&seconds).then_some(seconds as u64)
        };
        value.as_u64().or_else(whole)
    }

    /// Whether there is such a claim at all.
    pub(super) fn is_there(&self, name: &str) -> bool {
        self.find(name).is_some()
    }

    /// The names of all.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|(name, _)| name.as_str())
    }

    fn find(&self, name: &str) -> Option<&Value> {
        let claim = self.0.iter().find(|(there, _)| there == name);
        claim.map(|(_, value)| value)
    }
}

impl<'de> Deserialize<'de> for Claims {
    /// A claim that stands there twice is refused: of two subjects, nobody knows which one is meant.
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Claims, D::Error> {
        struct Object;
        impl<'de> Visitor<'de> for Object {
            type Value = Claims;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object of claims")
            }

            fn visit_map<M: MapAccess<'de>>(self, mut object: M) -> Result<Claims, M::Error> {
                let mut claims = Claims(Vec::with_capacity(USUAL));
                while let Some((name, value)) = object.next_entry::<String, Value>()? {
                    if claims.is_there(&name) {
                        return Err(M::Error::custom("a claim stands there twice"));
                    }
                    claims.0.push((name, value));
                }
                Ok(claims)
            }
        }
        deserializer.deserialize_map(Object)
    }
}
