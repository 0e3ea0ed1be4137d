//! Numbers that may come as texts, and texts that may come as numbers: every one of these services
//! sends both (dossier of COS, section 3.3).

use std::{collections::BTreeMap, fmt, marker::PhantomData, num::NonZeroU64, str::FromStr};

use serde::{Deserialize, Deserializer, de};
use serde_json::Value;

/// A number, or its decimal digits in a text.
pub(crate) fn number<'de, D: Deserializer<'de>, N: Number>(deserializer: D) -> Result<N, D::Error> {
    deserializer.deserialize_any(NumberVisitor(PhantomData))
}

/// The same, or `null`, or an empty text; absent needs `#[serde(default)]` beside it.
pub(crate) fn optional_number<'de, D: Deserializer<'de>, N: Number>(
    deserializer: D,
) -> Result<Option<N>, D::Error> {
    deserializer.deserialize_any(OptionalNumberVisitor(PhantomData))
}

/// A number above zero: a size by which one can go forward.
pub(crate) fn positive<'de, D: Deserializer<'de>>(deserializer: D) -> Result<NonZeroU64, D::Error> {
    let number: u64 = number(deserializer)?;
    NonZeroU64::new(number).ok_or_else(|| de::Error::custom("a size of zero"))
}

/// A number with a fraction, or a text of one.
pub(crate) fn decimal<'de, D: Deserializer<'de>>(deserializer: D) -> Result<f64, D::Error> {
    optional_decimal(deserializer)?.ok_or_else(|| de::Error::custom("no number"))
}

/// The same, or `null`, or an empty text; absent needs `#[serde(default)]` beside it.
pub(crate) fn optional_decimal<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<f64>, D::Error> {
    let number = match Value::deserialize(deserializer)? {
        Value::Null => return Ok(None),
        Value::String(text) if text.trim().is_empty() => return Ok(None),
        Value::String(text) => text.trim().parse().ok(),
        Value::Number(number) => number.as_f64(),
        _ => None,
    };
    match number.filter(|number| number.is_finite()) {
        Some(number) => Ok(Some(number)),
        None => Err(de::Error::custom("no number, nor a text of one")),
    }
}

/// A text, or a number as its decimal digits.
pub(crate) fn text<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    deserializer.deserialize_any(TextVisitor)
}

/// The same, or `null`; absent needs `#[serde(default)]` beside it.
pub(crate) fn optional_text<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<String>, D::Error> {
    deserializer.deserialize_any(OptionalTextVisitor)
}

/// A text or a number, or `null` for an empty text.
pub(crate) fn text_or_empty<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<String, D::Error> {
    optional_text(deserializer).map(Option::unwrap_or_default)
}

/// A text that nothing depends on: whatever else is there counts as absent.
pub(crate) fn any_text<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<String>, D::Error> {
    Ok(match Value::deserialize(deserializer)? {
        Value::String(text) => Some(text),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    })
}

/// An object of texts or numbers, or a text with such an object in it, or `null`.
pub(crate) fn text_map<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<BTreeMap<String, String>, D::Error> {
    let object = match Value::deserialize(deserializer)? {
        Value::String(text) if text.trim().is_empty() => Value::Null,
        Value::String(text) => serde_json::from_str(&text).map_err(de::Error::custom)?,
        other => other,
    };
    match object {
        Value::Null => Ok(BTreeMap::new()),
        Value::Object(pairs) => pairs
            .into_iter()
            .map(|(name, value)| Ok((name, text(value).map_err(de::Error::custom)?)))
            .collect(),
        _ => Err(de::Error::custom("no object of texts")),
    }
}

/// Yes or no, also as a number or as a text of either; whatever else is there counts as absent.
pub(crate) fn flag<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<bool>, D::Error> {
    Ok(match Value::deserialize(deserializer)? {
        Value::Bool(flag) => Some(flag),
        Value::Number(number) => number.as_i64().map(|number| number != 0),
        Value::String(text) => match text.trim() {
            "true" | "True" | "1" => Some(true),
            "false" | "False" | "0" => Some(false),
            _ => None,
        },
        _ => None,
    })
}

/// An array, or `null` for one without elements; absent needs `#[serde(default)]` beside it.
pub(crate) fn list<'de, D: Deserializer<'de>, T: Deserialize<'de>>(
    deserializer: D,
) -> Result<Vec<T>, D::Error> {
    Option::deserialize(deserializer).map(Option::unwrap_or_default)
}

/// Integers that an envelope may hold.
pub(crate) trait Number: Sized + FromStr + TryFrom<u64> + TryFrom<i64> {}

impl Number for u64 {}
impl Number for i64 {}

struct NumberVisitor<N>(PhantomData<N>);

impl<N: Number> de::Visitor<'_> for NumberVisitor<N> {
    type Value = N;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an integer, as a number or as a text of digits")
    }

    fn visit_u64<E: de::Error>(self, value: u64) -> Result<N, E> {
        N::try_from(value).map_err(|_| E::invalid_value(de::Unexpected::Unsigned(value), &self))
    }

    fn visit_i64<E: de::Error>(self, value: i64) -> Result<N, E> {
        N::try_from(value).map_err(|_| E::invalid_value(de::Unexpected::Signed(value), &self))
    }

    fn visit_str<E: de::Error>(self, value: &str) -> Result<N, E> {
        // `parse` alone would take a plus sign.
        let digits = Some(value.trim())
            .filter(|digits| !digits.starts_with('+'))
            .unwrap_or_default();
        digits
            .parse()
            .map_err(|_| E::invalid_value(de::Unexpected::Str(value), &self))
    }
}

struct OptionalNumberVisitor<N>(PhantomData<N>);

impl<N: Number> de::Visitor<'_> for OptionalNumberVisitor<N> {
    type Value = Option<N>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        NumberVisitor::<N>(PhantomData).expecting(f)
    }

    fn visit_u64<E: de::Error>(self, value: u64) -> Result<Option<N>, E> {
        NumberVisitor(PhantomData).visit_u64(value).map(Some)
    }

    fn visit_i64<E: de::Error>(self, value: i64) -> Result<Option<N>, E> {
        NumberVisitor(PhantomData).visit_i64(value).map(Some)
    }

    fn visit_str<E: de::Error>(self, value: &str) -> Result<Option<N>, E> {
        match value.trim() {
            "" => Ok(None),
            _ => NumberVisitor(PhantomData).visit_str(value).map(Some),
        }
    }

    fn visit_unit<E: de::Error>(self) -> Result<Option<N>, E> {
        Ok(None)
    }
}

struct TextVisitor;

impl de::Visitor<'_> for TextVisitor {
    type Value = String;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a text, or a number in its place")
    }

    fn visit_str<E: de::Error>(self, value: &str) -> Result<String, E> {
        Ok(value.to_owned())
    }

    fn visit_string<E: de::Error>(self, value: String) -> Result<String, E> {
        Ok(value)
    }

    fn visit_u64<E: de::Error>(self, value: u64) -> Result<String, E> {
        Ok(value.to_string())
    }

    fn visit_i64<E: de::Error>(self, value: i64) -> Result<String, E> {
        Ok(value.to_string())
    }
}

struct OptionalTextVisitor;

impl de::Visitor<'_> for OptionalTextVisitor {
    type Value = Option<String>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        TextVisitor.expecting(f)
    }

    fn visit_str<E: de::Error>(self, value: &str) -> Result<Option<String>, E> {
        TextVisitor.visit_str(value).map(Some)
    }

    fn visit_u64<E: de::Error>(self, value: u64) -> Result<Option<String>, E> {
        TextVisitor.visit_u64(value).map(Some)
    }

    fn visit_i64<E: de::Error>(self, value: i64) -> Result<Option<String>, E> {
        TextVisitor.visit_i64(value).map(Some)
    }

    fn visit_unit<E: de::Error>(self) -> Result<Option<String>, E> {
        Ok(None)
    }
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;

    #[derive(Deserialize, Debug, PartialEq)]
    struct Sample {
        #[serde(deserialize_with = "number")]
        size: u64,
        #[serde(default, deserialize_with = "optional_number")]
        time: Option<u64>,
        #[serde(default, deserialize_with = "optional_text")]
        note: Option<String>,
    }

    fn read(json: &str) -> Result<Sample, serde_json::Error> {
        serde_json::from_str(json)
    }

    #[test]
    fn numbers_come_as_numbers_or_texts_and_may_be_absent() {
        let sample = Sample {
            size: 14,
            time: Some(1465875372),
            note: Some("7".into()),
        };
        assert_eq!(
            read(r#"{"size":14,"time":1465875372,"note":7}"#).ok(),
            Some(sample)
        );
        let bare = Sample {
            size: 14,
            time: None,
            note: None,
        };
        assert_eq!(read(r#"{"size":"14"}"#).ok(), Some(bare));
        let empty = Sample {
            size: 0,
            time: None,
            note: None,
        };
        assert_eq!(
            read(r#"{"size":0,"time":"","note":null}"#).ok(),
            Some(empty)
        );
    }

    #[test]
    fn flags_and_lists_come_in_several_forms() {
        #[derive(Deserialize)]
        struct Loose {
            #[serde(default, deserialize_with = "flag")]
            flag: Option<bool>,
            #[serde(default, deserialize_with = "list")]
            list: Vec<u8>,
        }
        let read = |json: &str| serde_json::from_str::<Loose>(json).expect("loose JSON");
        for (flag, expected) in [
            ("true", Some(true)),
            ("1", Some(true)),
            (r#""True""#, Some(true)),
            ("0", Some(false)),
            (r#""false""#, Some(false)),
            ("null", None),
            (r#""maybe""#, None),
        ] {
            let json = format!(r#"{{"flag":{flag},"list":null}}"#);
            let loose = read(&json);
            assert_eq!((loose.flag, loose.list.len()), (expected, 0), "{flag}");
        }
        assert_eq!(read(r#"{"list":[1,2]}"#).list, [1, 2]);
        assert_eq!(read("{}").flag, None);
    }

    #[test]
    fn what_is_no_integer_is_an_error_and_not_a_zero() {
        for bad in [
            r#"{"size":-1}"#,
            r#"{"size":1.5}"#,
            r#"{"size":"many"}"#,
            r#"{"size":null}"#,
            r#"{"size":[1]}"#,
            r#"{"size":""}"#,
            r#"{}"#,
            r#"{"size":18446744073709551616}"#,
        ] {
            assert!(read(bad).is_err(), "{bad}");
        }
    }
}
