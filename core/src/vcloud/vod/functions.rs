use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::{Map, Value, json};

use crate::error::InputError;

/// What a commit has the service do with the upload (section 7.7).
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum CommitFunction {
    /// Read the properties of the media. If that fails, so does the commit; without it, properties may
    /// be missing.
    GetMeta,
    /// Take a picture of the video, at this time, as its poster.
    Snapshot {
        /// From the beginning.
        seconds: f64,
    },
    /// Set what is said of it.
    AddOptionInfo(OptionInfo),
    /// Begin to process it as a template says.
    StartWorkflow {
        /// Which template.
        template_id: String,
    },
    /// Encrypt an object or a picture.
    Encryption {
        /// How.
        config: BTreeMap<String, String>,
        /// The parameters of the policy.
        policy_params: BTreeMap<String, String>,
    },
    /// Another one, by its name.
    Other {
        /// The name.
        name: String,
        /// What it takes.
        input: Option<Map<String, Value>>,
    },
}

/// What is said of an upload.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct OptionInfo {
    /// The title.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// Tags, joined by commas.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tags: Option<String>,
    /// The description.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// The category.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub category: Option<String>,
}

impl CommitFunction {
    /// The name that is sent.
    pub fn name(&self) -> &str {
        match self {
            CommitFunction::GetMeta => "GetMeta",
            CommitFunction::Snapshot { .. } => "Snapshot",
            CommitFunction::AddOptionInfo(_) => "AddOptionInfo",
            CommitFunction::StartWorkflow { .. } => "StartWorkflow",
            CommitFunction::Encryption { .. } => "Encryption",
            CommitFunction::Other { name, .. } => name,
        }
    }

    fn input(&self) -> Result<Option<Value>, InputError> {
        Ok(match self {
            CommitFunction::GetMeta => None,
            CommitFunction::Snapshot { seconds } => {
                // JSON has no infinity, and nothing comes before the beginning.
                if !(0.0..f64::INFINITY).contains(seconds) {
                    let name = "SnapshotTime".to_owned();
                    return Err(InputError::Parameter { name });
                }
                Some(json!({ "SnapshotTime": seconds }))
            }
            CommitFunction::AddOptionInfo(info) => Some(json!(info)),
            CommitFunction::StartWorkflow { template_id } => {
                Some(json!({ "TemplateId": template_id }))
            }
            CommitFunction::Encryption {
                config,
                policy_params,
            } => Some(json!({ "Config": config, "PolicyParams": policy_params })),
            CommitFunction::Other { input, .. } => input.clone().map(Value::Object),
        })
    }
}

/// The functions as they are sent: reading the properties must come first (section 7.7).
pub(super) fn written(functions: &[CommitFunction]) -> Result<Value, InputError> {
    let is_first = |function: &&CommitFunction| **function == CommitFunction::GetMeta;
    let first = functions.iter().filter(is_first);
    let rest = functions.iter().filter(|function| !is_first(function));
    let each = first.chain(rest).map(|function| {
        let mut object = json!({ "Name": function.name() });
        if let Some(input) = function.input()? {
            object["Input"] = input;
        }
        Ok(object)
    });
    each.collect::<Result<Vec<_>, _>>().map(Value::Array)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn functions_are_written_as_documented_and_properties_are_read_first() {
        let text = |text: &str| Some(text.to_owned());
        let map = |name: &str| BTreeMap::from([(name.to_owned(), "v".to_owned())]);
        let functions = [
            CommitFunction::Snapshot { seconds: 2.3 },
            CommitFunction::AddOptionInfo(OptionInfo {
                title: text("t"),
                tags: text("a,b"),
                ..OptionInfo::default()
            }),
            CommitFunction::StartWorkflow {
                template_id: "w".into(),
            },
            CommitFunction::Encryption {
                config: map("c"),
                policy_params: map("p"),
            },
            CommitFunction::GetMeta,
            CommitFunction::Other {
                name: "New".into(),
                input: None,
            },
        ];
        assert_eq!(
            written(&functions),
            Ok(json!([
                {"Name": "GetMeta"},
                {"Name": "Snapshot", "Input": {"SnapshotTime": 2.3}},
                {"Name": "AddOptionInfo", "Input": {"Title": "t", "Tags": "a,b"}},
                {"Name": "StartWorkflow", "Input": {"TemplateId": "w"}},
                {"Name": "Encryption",
                    "Input": {"Config": {"c": "v"}, "PolicyParams": {"p": "v"}}},
                {"Name": "New"},
            ]))
        );
    }

    #[test]
    fn a_time_that_is_none_is_refused() {
        for seconds in [f64::NAN, f64::INFINITY, -1.0] {
            assert!(written(&[CommitFunction::Snapshot { seconds }]).is_err());
        }
        assert!(written(&[CommitFunction::Snapshot { seconds: 0.0 }]).is_ok());
    }
}
