//! The rules as they are written in a file.

use std::{collections::BTreeMap, fmt, time::Duration};

use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use serde::Deserialize;

use super::{Action, Fault, Faults, When};

/// Why a text is no list of faults.
#[derive(Debug)]
pub struct FaultsError(String);

impl fmt::Display for FaultsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "no list of faults: {}", self.0)
    }
}

impl std::error::Error for FaultsError {}

impl Faults {
    /// Reads the format of the module's documentation.
    ///
    /// # Errors
    ///
    /// [`FaultsError`] names the place, or the rule, and what is wrong there.
    pub fn from_toml(text: &str) -> Result<Faults, FaultsError> {
        let file: FaultsFile =
            toml::from_str(text).map_err(|problem| FaultsError(problem.to_string()))?;
        let rules = file.fault.into_iter().enumerate().map(|(index, rule)| {
            rule.fault()
                .map_err(|problem| FaultsError(format!("in fault {}: {problem}", index + 1)))
        });
        rules.collect::<Result<_, _>>().map(Faults)
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FaultsFile {
    #[serde(default)]
    fault: Vec<Rule>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Rule {
    method: Option<String>,
    #[serde(default)]
    path: String,
    op: Option<String>,
    nth: Option<u64>,
    times: Option<u64>,
    action: Word,
    when: Option<When>,
    status: Option<u16>,
    body: Option<String>,
    headers: Option<BTreeMap<String, String>>,
    bytes: Option<u64>,
    milliseconds: Option<u64>,
}

#[derive(Clone, Copy, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
enum Word {
    Answer,
    Drop,
    Truncate,
    Delay,
}

impl Rule {
    fn fault(self) -> Result<Fault, String> {
        self.refuse_strangers()?;
        if self.nth == Some(0) {
            return Err("nth is counted from 1".into());
        }
        let method = match &self.method {
            Some(name) => Some(name.parse().map_err(|_| format!("no method: {name}"))?),
            None => None,
        };
        Ok(Fault {
            method,
            path: self.path.clone(),
            op: self.op.clone(),
            first: self.nth.unwrap_or(1),
            times: match (self.nth, self.times) {
                (_, Some(times)) => times,
                (Some(_), None) => 1,
                (None, None) => u64::MAX,
            },
            action: self.action()?,
        })
    }

    fn action(self) -> Result<Action, String> {
        let when = self.when.unwrap_or_default();
        Ok(match self.action {
            Word::Answer => Action::Answer {
                status: StatusCode::from_u16(self.status.ok_or("an answer needs a status")?)
                    .map_err(|problem| problem.to_string())?,
                headers: headers(self.headers.unwrap_or_default())?,
                body: self.body.unwrap_or_default(),
                when,
            },
            Word::Drop => Action::Drop(when),
            Word::Truncate => Action::Truncate(self.bytes.ok_or("truncate needs bytes")?),
            Word::Delay => Action::Delay(Duration::from_millis(
                self.milliseconds.ok_or("delay needs milliseconds")?,
            )),
        })
    }

    /// A setting that belongs to another action is a mistake, not a wish.
    fn refuse_strangers(&self) -> Result<(), String> {
        use Word::{Answer, Delay, Drop, Truncate};
        let settings: [(&str, bool, &[Word]); 6] = [
            ("status", self.status.is_some(), &[Answer]),
            ("body", self.body.is_some(), &[Answer]),
            ("headers", self.headers.is_some(), &[Answer]),
            ("when", self.when.is_some(), &[Answer, Drop]),
            ("bytes", self.bytes.is_some(), &[Truncate]),
            ("milliseconds", self.milliseconds.is_some(), &[Delay]),
        ];
        for (name, given, actions) in settings {
            if given && !actions.contains(&self.action) {
                return Err(format!("{name} has no meaning for this action"));
            }
        }
        Ok(())
    }
}

fn headers(pairs: BTreeMap<String, String>) -> Result<HeaderMap, String> {
    let mut headers = HeaderMap::new();
    for (name, value) in pairs {
        let header = HeaderName::try_from(&name).map_err(|_| format!("no header name: {name}"))?;
        let value = HeaderValue::try_from(value).map_err(|_| format!("no value for {name}"))?;
        headers.append(header, value);
    }
    Ok(headers)
}

#[cfg(test)]
mod tests {
    use http::Method;

    use super::*;
    use crate::faults::FaultCounters;

    /// The example in the module's documentation.
    fn example() -> String {
        let source = include_str!("../faults.rs");
        let lines = source.lines().filter_map(|line| line.strip_prefix("//!"));
        let block: Vec<_> = lines
            .skip_while(|line| line.trim() != "```toml")
            .skip(1)
            .take_while(|line| line.trim() != "```")
            .collect();
        block.join("\n")
    }

    #[test]
    fn the_documented_example_is_read() {
        let faults = Faults::from_toml(&example()).expect("the example");
        assert_eq!(faults.0.len(), 4);
        let counters = FaultCounters::new(faults);
        let slice = || counters.strike(&Method::POST, "/files/v2/1/b/x", Some("upload_slice_data"));
        assert!(slice().is_none());
        for _ in 0..2 {
            assert!(matches!(
                slice(),
                Some(Action::Answer { status: StatusCode::SERVICE_UNAVAILABLE, headers, .. })
                    if headers["retry-after"] == "1"
            ));
        }
        assert!(slice().is_none());
        let upload = || counters.strike(&Method::POST, "/files/v2/1/b/x", Some("upload"));
        assert!(matches!(upload(), Some(Action::Drop(When::After))));
        assert!(upload().is_none());
        let list = || counters.strike(&Method::GET, "/files/v2/1/b/", Some("list"));
        for _ in 0..3 {
            assert!(matches!(list(), Some(Action::Delay(pause)) if pause.as_millis() == 250));
        }
        let download = counters.strike(&Method::GET, "/photos/a", None);
        assert!(matches!(download, Some(Action::Truncate(1000))));
    }

    #[test]
    fn mistakes_are_named() {
        for (text, problem) in [
            ("[[fault]]\naction = \"answer\"", "needs a status"),
            (
                "[[fault]]\naction = \"drop\"\nstatus = 500",
                "status has no meaning",
            ),
            (
                "[[fault]]\naction = \"drop\"\nnth = 0",
                "nth is counted from 1",
            ),
            ("[[fault]]\naction = \"explode\"", "explode"),
            ("[[fault]]\naction = \"drop\"\ncolour = 1", "colour"),
            ("[[fault]]\naction = \"answer\"\nstatus = 1000", "status"),
            ("fault", "no list of faults"),
        ] {
            let error = Faults::from_toml(text).expect_err(text).to_string();
            assert!(error.contains(problem), "{error}");
        }
        assert!(Faults::from_toml("").is_ok());
    }
}
