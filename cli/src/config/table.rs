use std::{fmt, str::FromStr};

use toml::Value;

use crate::exit::Failure;

/// What is longer is no misspelt key: it may be a secret in the wrong place.
const KEY_LIMIT: usize = 20;

/// A table of the configuration, read key by key.
///
/// By hand, because messages must not quote values: any of them may be a secret in the wrong place.
pub(super) struct Table {
    place: String,
    values: toml::Table,
}

impl Table {
    /// The table of a service; `None` if the profile has none.
    pub(super) fn find(
        profile: Option<&toml::Table>,
        name: &str,
        place: &str,
    ) -> Result<Option<Table>, Failure> {
        let place = format!("{place}, table {name}");
        match profile.and_then(|profile| profile.get(name)) {
            None => Ok(None),
            Some(Value::Table(values)) => Ok(Some(Table {
                place,
                values: values.clone(),
            })),
            Some(_) => Err(Failure::Usage(format!("{place}: is not a table"))),
        }
    }

    /// A text, or a number as its digits.
    pub(super) fn text(&mut self, key: &str) -> Result<String, Failure> {
        match self.values.remove(key) {
            Some(Value::String(text)) => Ok(text),
            Some(Value::Integer(number)) => Ok(number.to_string()),
            Some(_) => Err(self.wrong(key, "must be a text")),
            None => Err(self.wrong(key, "is missing")),
        }
    }

    /// A text that means something.
    pub(super) fn parsed<T: FromStr<Err: fmt::Display>>(
        &mut self,
        key: &str,
    ) -> Result<T, Failure> {
        let text = self.text(key)?;
        text.parse().map_err(|error| self.wrong(key, error))
    }

    /// The same, where there is one.
    pub(super) fn optional<T: FromStr<Err: fmt::Display>>(
        &mut self,
        key: &str,
    ) -> Result<Option<T>, Failure> {
        match self.values.contains_key(key) {
            true => self.parsed(key).map(Some),
            false => Ok(None),
        }
    }

    /// Refuses keys that nobody asked for: most likely misspelt.
    pub(super) fn end(self) -> Result<(), Failure> {
        match self.values.keys().next() {
            Some(key) if key.len() <= KEY_LIMIT => {
                Err(self.wrong(key, "is not a key of this table"))
            }
            Some(_) => Err(self.wrong("a long key", "is not one of this table")),
            None => Ok(()),
        }
    }

    /// What is wrong with a key.
    pub(super) fn wrong(&self, key: &str, problem: impl fmt::Display) -> Failure {
        Failure::Usage(format!("{}: {key}: {problem}", self.place))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(text: &str) -> Table {
        let profile: toml::Table = text.parse().expect("TOML");
        Table::find(Some(&profile), "cos", "here")
            .expect("a table")
            .expect("a table")
    }

    #[test]
    fn a_message_names_place_and_key_and_never_the_value() {
        let failure = table("[cos]\nappid = [\"canary\"]")
            .text("appid")
            .expect_err("refused");
        assert_eq!(
            failure.to_string(),
            "here, table cos: appid: must be a text"
        );
        let mut wrong = table("[cos]\nappid = \"canary\"");
        let failure = wrong
            .parsed::<yunmei_core::cos::AppId>("appid")
            .expect_err("refused");
        assert!(!failure.to_string().contains("canary"), "{failure}");
    }

    #[test]
    fn a_secret_in_the_place_of_a_key_is_not_named() {
        let failure = table("[cos]\nAKIDcanarycanarycanarycanarycanary12 = 1")
            .end()
            .expect_err("refused");
        assert!(!failure.to_string().contains("canary"), "{failure}");
    }

    #[test]
    fn a_misspelt_key_is_named() {
        let failure = table("[cos]\nsecretkey = \"canary\"")
            .end()
            .expect_err("refused");
        assert_eq!(
            failure.to_string(),
            "here, table cos: secretkey: is not a key of this table"
        );
    }
}
