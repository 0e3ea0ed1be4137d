use std::{borrow::Cow, fmt};

use percent_encoding::percent_decode_str;

use super::escape;
use crate::error::InputError;

/// The parameters of a request, in the order in which they are sent (section 3.1).
///
/// Names and values are plain texts; escapes belong to the wire and to signatures.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Parameters(Vec<(Text, Text)>);

type Text = Cow<'static, str>;

impl Parameters {
    /// None yet.
    pub fn new() -> Parameters {
        Parameters::default()
    }

    /// What says which action is called.
    pub fn of_action(action: impl Into<Text>, version: impl Into<Text>) -> Parameters {
        let pairs = [("Action", action.into()), ("Version", version.into())];
        Parameters(pairs.map(|(name, value)| (name.into(), value)).into())
    }

    /// With this value: in place of one of the same name, else behind all others.
    pub fn with(mut self, name: impl Into<Text>, value: impl Into<Text>) -> Parameters {
        self.set(name, value);
        self
    }

    /// The same, in place.
    pub fn set(&mut self, name: impl Into<Text>, value: impl Into<Text>) {
        let (name, value) = (name.into(), value.into());
        match self.0.iter_mut().find(|(known, _)| *known == name) {
            Some((_, old)) => *old = value,
            None => self.0.push((name, value)),
        }
    }

    /// With this whole number.
    pub fn with_number(self, name: impl Into<Text>, number: impl Into<i128>) -> Parameters {
        self.with(name, itoa::Buffer::new().format(number.into()).to_owned())
    }

    /// With this number, as its shortest decimal text; a whole one keeps its `.0`.
    ///
    /// # Errors
    ///
    /// [`InputError::Parameter`] for infinities and for what is no number.
    pub fn with_decimal(
        self,
        name: impl Into<Text>,
        number: f64,
    ) -> Result<Parameters, InputError> {
        let name = name.into();
        if !number.is_finite() {
            return Err(refused(&name));
        }
        let point = if number.fract() == 0.0 { ".0" } else { "" };
        Ok(self.with(name, format!("{number}{point}")))
    }

    /// With these values in one, joined by commas.
    ///
    /// # Errors
    ///
    /// [`InputError::Parameter`] if one holds a comma: the service would take it for two.
    pub fn with_list<T: AsRef<str>>(
        self,
        name: impl Into<Text>,
        values: &[T],
    ) -> Result<Parameters, InputError> {
        let name = name.into();
        if values.iter().any(|value| value.as_ref().contains(',')) {
            return Err(refused(&name));
        }
        let values: Vec<&str> = values.iter().map(AsRef::as_ref).collect();
        Ok(self.with(name, values.join(",")))
    }

    /// With this value behind all others, whether or not there is one of the same name.
    pub fn with_repeated(mut self, name: impl Into<Text>, value: impl Into<Text>) -> Parameters {
        self.0.push((name.into(), value.into()));
        self
    }

    /// Names and values, in order.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (&str, &str)> + Clone {
        self.0.iter().map(|(name, value)| (&**name, &**value))
    }

    /// The first value of this name.
    pub fn value(&self, name: &str) -> Option<&str> {
        let mut values = self.iter().filter(|(known, _)| *known == name);
        values.next().map(|(_, value)| value)
    }

    /// What stands behind the `?`: form encoding, where a blank is `+`.
    pub fn encode(&self) -> String {
        let length = self
            .iter()
            .map(|(name, value)| name.len() + value.len() + 2);
        let mut out = String::with_capacity(length.sum());
        for (index, (name, value)) in self.iter().enumerate() {
            if index > 0 {
                out.push('&');
            }
            escape::push_wire(&mut out, name);
            out.push('=');
            escape::push_wire(&mut out, value);
        }
        out
    }

    /// Reads what stands behind the `?`, or a form; `None` if it is no UTF-8.
    ///
    /// A blank may be `+` or `%20`; a name without `=` has an empty value.
    pub fn decode(query: &str) -> Option<Parameters> {
        let pairs = query.split('&').filter(|pair| !pair.is_empty());
        let text = |escaped: &str| {
            let escaped = escaped.replace('+', " ");
            let decoded = percent_decode_str(&escaped).decode_utf8().ok()?;
            Some(Cow::Owned(decoded.into_owned()))
        };
        let pair = |pair: &str| {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            Some((text(name)?, text(value)?))
        };
        pairs.map(pair).collect::<Option<_>>().map(Parameters)
    }
}

/// Names only: there may be a token among the values.
impl fmt::Debug for Parameters {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Parameters")?;
        f.debug_list()
            .entries(self.iter().map(|(name, _)| name))
            .finish()
    }
}

fn refused(name: &str) -> InputError {
    InputError::Parameter {
        name: name.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_of_the_same_name_is_replaced_where_it_stands() {
        let parameters = Parameters::of_action("GetPlayInfo", "2018-01-01")
            .with("video_id", "v1")
            .with("Version", "2019-03-15");
        assert_eq!(
            parameters.encode(),
            "Action=GetPlayInfo&Version=2019-03-15&video_id=v1"
        );
        assert_eq!(parameters.value("Version"), Some("2019-03-15"));
    }

    #[test]
    fn numbers_and_lists_become_texts() {
        let parameters = Parameters::new()
            .with_number("a", 5)
            .with_number("b", -7_i64)
            .with_decimal("c", 2.5)
            .and_then(|parameters| parameters.with_decimal("d", 1_048_576.0))
            .and_then(|parameters| parameters.with_list("e", &["x", "y z"]))
            .and_then(|parameters| parameters.with_list::<&str>("f", &[]))
            .expect("parameters")
            .with_repeated("g", "2")
            .with_repeated("g", "1");
        assert_eq!(
            parameters.encode(),
            "a=5&b=-7&c=2.5&d=1048576.0&e=x%2Cy+z&f=&g=2&g=1"
        );
    }

    #[test]
    fn what_would_be_read_as_something_else_is_refused() {
        let refused = Err(InputError::Parameter { name: "a".into() });
        assert_eq!(Parameters::new().with_list("a", &["x,y"]), refused);
        assert_eq!(Parameters::new().with_decimal("a", f64::NAN), refused);
        assert_eq!(Parameters::new().with_decimal("a", f64::INFINITY), refused);
    }

    #[test]
    fn what_was_encoded_is_decoded_whichever_way_a_blank_is_written() {
        let parameters = Parameters::new()
            .with("a b", "/影片+&=~*%")
            .with_repeated("a b", "")
            .with("", "x");
        assert_eq!(
            parameters.encode(),
            "a+b=%2F%E5%BD%B1%E7%89%87%2B%26%3D~%2A%25&a+b=&=x"
        );
        let decoded = Parameters::decode(&parameters.encode());
        assert_eq!(decoded, Some(parameters));
        let spelled = Parameters::decode("&a%20b=c+d&&e&f=g=h").expect("a query");
        let pairs: Vec<_> = spelled.iter().collect();
        assert_eq!(pairs, [("a b", "c d"), ("e", ""), ("f", "g=h")]);
        assert_eq!(Parameters::decode("a=%FF"), None);
    }

    #[test]
    fn values_are_not_printed() {
        let parameters = Parameters::new().with("X-Amz-Signature", "canary");
        assert_eq!(
            format!("{parameters:?}"),
            r#"Parameters["X-Amz-Signature"]"#
        );
    }
}
