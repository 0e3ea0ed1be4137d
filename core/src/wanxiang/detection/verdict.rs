use bytes::Bytes;
use http::Response;
use serde::{Deserialize, Deserializer};

use crate::{error::Error, loose, wanxiang::envelope::DETECTION};

/// What detection found in a picture (section 9.4).
#[derive(Clone, Debug, Deserialize, PartialEq)]
#[non_exhaustive]
pub struct Verdict {
    /// What it is.
    #[serde(rename = "result", deserialize_with = "class")]
    pub class: VerdictClass,
    /// The combined score, 0 to 100.
    #[serde(deserialize_with = "loose::decimal")]
    pub confidence: f64,
    /// The score for a normal picture, 0 to 100.
    #[serde(default, deserialize_with = "loose::optional_decimal")]
    pub normal_score: Option<f64>,
    /// The score for a suggestive picture, 0 to 100.
    #[serde(default, deserialize_with = "loose::optional_decimal")]
    pub hot_score: Option<f64>,
    /// The score for porn, 0 to 100.
    #[serde(default, deserialize_with = "loose::optional_decimal")]
    pub porn_score: Option<f64>,
    /// Whether the service has blocked the picture; it blocks only pictures that it stores itself.
    #[serde(default, rename = "forbid_status", deserialize_with = "flag")]
    pub blocked: Option<bool>,
}

/// What a picture is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum VerdictClass {
    /// 0: normal.
    Normal,
    /// 1: porn.
    Porn,
    /// 2: suspicious; somebody should look at it.
    Suspicious,
    /// A number that nobody knows yet.
    Other(i64),
}

/// The verdict on one picture of several, or why there is none.
#[derive(Debug)]
#[non_exhaustive]
pub struct Detected {
    /// The address or file name that was asked about.
    pub input: String,
    /// The verdict; or the service's refusal of this one picture; or, where it said nothing readable
    /// of it, [`Error::Response`].
    pub verdict: Result<Verdict, Error>,
}

fn class<'de, D: Deserializer<'de>>(deserializer: D) -> Result<VerdictClass, D::Error> {
    let number: i64 = loose::number(deserializer)?;
    Ok(match number {
        0 => VerdictClass::Normal,
        1 => VerdictClass::Porn,
        2 => VerdictClass::Suspicious,
        other => VerdictClass::Other(other),
    })
}

fn flag<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<bool>, D::Error> {
    let number: Option<i64> = loose::optional_number(deserializer)?;
    Ok(number.map(|number| number != 0))
}

/// One entry of `result_list`.
#[derive(Deserialize)]
struct Entry {
    #[serde(deserialize_with = "loose::number")]
    code: i64,
    #[serde(default, deserialize_with = "loose::any_text")]
    message: Option<String>,
    #[serde(default, deserialize_with = "loose::any_text")]
    url: Option<String>,
    #[serde(default, deserialize_with = "loose::any_text")]
    filename: Option<String>,
    #[serde(default)]
    data: Option<serde_json::Value>,
}

#[derive(Deserialize)]
struct List {
    result_list: Vec<Entry>,
}

/// Reads the verdicts on several pictures, and brings them into the order of `asked`: what each was
/// called on the wire, and what the caller calls it.
///
/// A refusal of the whole request has an envelope in place of the list (section 9.2).
pub(super) fn read_list(
    response: &Response<Bytes>,
    asked: &[(String, String)],
) -> Result<Vec<Detected>, Error> {
    let list = match serde_json::from_slice::<List>(response.body()) {
        Ok(list) if response.status().is_success() => list.result_list,
        _ => {
            return Err(match DETECTION.success(response) {
                Err(error) => error,
                Ok(_) => DETECTION.unreadable("no list of results".into(), response),
            });
        }
    };
    let mut entries: Vec<Option<Entry>> = list.into_iter().map(Some).collect();
    let mut take = |name: &str| {
        let is_about =
            |entry: &&mut Option<Entry>| entry.as_ref().is_some_and(|e| e.is_about(name));
        entries.iter_mut().find(is_about).and_then(Option::take)
    };
    let found: Vec<_> = asked.iter().map(|(name, _)| take(name)).collect();
    if found.iter().all(Option::is_none) {
        return Err(DETECTION.unreadable("no result is about what was asked".into(), response));
    }
    let inputs = asked.iter().map(|(_, input)| input.clone());
    let detected = inputs.zip(found).map(|(input, entry)| Detected {
        input,
        verdict: match entry {
            Some(entry) => entry.verdict(response),
            None => Err(DETECTION.unreadable("no result for this picture".into(), response)),
        },
    });
    Ok(detected.collect())
}

impl Entry {
    fn is_about(&self, name: &str) -> bool {
        self.url.as_deref() == Some(name) || self.filename.as_deref() == Some(name)
    }

    fn verdict(self, response: &Response<Bytes>) -> Result<Verdict, Error> {
        if self.code != 0 {
            return Err(DETECTION.refusal(response, self.code, self.message, None));
        }
        Verdict::deserialize(self.data.unwrap_or_default())
            .map_err(|problem| DETECTION.unreadable(format!("in data: {problem}"), response))
    }
}
