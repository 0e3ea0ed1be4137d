use serde_json::{Map, Value};

/// What a token says of whoever has it, once it was checked.
#[derive(Clone, Debug, PartialEq)]
pub struct Claims(pub(super) Map<String, Value>);

impl Claims {
    /// Claims that were checked elsewhere.
    pub fn new(values: Map<String, Value>) -> Claims {
        Claims(values)
    }

    /// Who.
    pub fn subject(&self) -> &str {
        self.text("sub").unwrap_or_default()
    }

    /// A claim that is a text.
    pub fn text(&self, name: &str) -> Option<&str> {
        self.0.get(name)?.as_str()
    }

    /// Whether a claim is this text, or a list that has it.
    pub fn has(&self, name: &str, text: &str) -> bool {
        match self.0.get(name) {
            Some(Value::String(value)) => value == text,
            Some(Value::Array(values)) => values.iter().any(|value| value == text),
            _ => false,
        }
    }

    /// A claim that is a time, in whole seconds.
    pub(super) fn time(&self, name: &str) -> Option<u64> {
        let value = self.0.get(name)?;
        let whole = || {
            let seconds = value.as_f64()?;
            (0.0..=1e15).contains(&seconds).then_some(seconds as u64)
        };
        value.as_u64().or_else(whole)
    }

    /// Whether there is such a claim at all.
    pub(super) fn is_there(&self, name: &str) -> bool {
        self.0.contains_key(name)
    }

    /// The names of all.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }
}
