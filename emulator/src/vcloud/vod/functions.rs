//! What a commit does besides (section 7.7).

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::vcloud::answer::Refusal;

/// The functions of a commit.
#[derive(Debug, Default)]
pub(super) struct Functions {
    /// Read the properties, or fail.
    pub(super) meta: bool,
    /// Take a cover at so many seconds.
    pub(super) snapshot: Option<f64>,
    pub(super) option: Option<OptionInfo>,
    /// The templates to start with.
    pub(super) workflows: Vec<String>,
    pub(super) encryption: Option<Encryption>,
}

/// Information of a video.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(super) struct OptionInfo {
    pub(super) title: String,
    pub(super) tags: String,
    pub(super) description: String,
    pub(super) category: String,
}

/// How an object is to be encrypted.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(in crate::vcloud) struct Encryption {
    pub(super) config: BTreeMap<String, String>,
    pub(super) policy_params: BTreeMap<String, String>,
}

/// A function as it is written.
#[derive(Deserialize)]
pub(super) struct Written {
    #[serde(rename = "Name")]
    name: String,
    #[serde(rename = "Input", default)]
    input: Option<serde_json::Value>,
}

impl Functions {
    /// Reads the list; `GetMeta` has to be its first (section 7.7).
    pub(super) fn read(written: Option<Vec<Written>>) -> Result<Functions, Refusal> {
        let mut functions = Functions::default();
        for (index, Written { name, input }) in written.unwrap_or_default().into_iter().enumerate()
        {
            let input = input.unwrap_or_else(|| serde_json::json!({}));
            match name.as_str() {
                "GetMeta" if index > 0 => {
                    return Err(invalid("GetMeta has to be the first"));
                }
                "GetMeta" => functions.meta = true,
                "Snapshot" => functions.snapshot = Some(snapshot(input)?),
                "AddOptionInfo" => functions.option = Some(read(&name, input)?),
                "StartWorkflow" => functions.workflows.push(template(input)?),
                "Encryption" => functions.encryption = Some(read(&name, input)?),
                other => return Err(invalid(format_args!("{other:.32} is none of them"))),
            }
        }
        Ok(functions)
    }
}

fn snapshot(input: serde_json::Value) -> Result<f64, Refusal> {
    #[derive(Default, Deserialize)]
    #[serde(rename_all = "PascalCase", default)]
    struct Input {
        snapshot_time: f64,
    }
    let Input { snapshot_time } = read("Snapshot", input)?;
    match snapshot_time >= 0.0 {
        true => Ok(snapshot_time),
        false => Err(invalid("SnapshotTime is before the beginning")),
    }
}

fn template(input: serde_json::Value) -> Result<String, Refusal> {
    #[derive(Deserialize)]
    #[serde(rename_all = "PascalCase")]
    struct Input {
        template_id: String,
    }
    match read("StartWorkflow", input)? {
        Input { template_id } if template_id.is_empty() => Err(invalid("TemplateId is empty")),
        Input { template_id } => Ok(template_id),
    }
}

fn read<T: serde::de::DeserializeOwned>(
    name: &str,
    input: serde_json::Value,
) -> Result<T, Refusal> {
    serde_json::from_value(input).map_err(|problem| invalid(format_args!("{name}: {problem}")))
}

fn invalid(problem: impl std::fmt::Display) -> Refusal {
    Refusal::invalid("Functions", problem)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(json: &str) -> Result<Functions, Refusal> {
        Functions::read(Some(serde_json::from_str(json).expect("functions")))
    }

    #[test]
    fn functions_are_read_by_their_names() {
        let functions = of(
            r#"[{"Name":"GetMeta"},{"Name":"Snapshot","Input":{"SnapshotTime":2.5}},
            {"Name":"AddOptionInfo","Input":{"Title":"t","Tags":"a,b"}},
            {"Name":"StartWorkflow","Input":{"TemplateId":"x"}},
            {"Name":"Encryption","Input":{"Config":{"copies":"c"},"PolicyParams":{}}}]"#,
        );
        let functions = functions.expect("functions");
        assert!(functions.meta && functions.encryption.is_some());
        assert_eq!(functions.snapshot, Some(2.5));
        assert_eq!(functions.workflows, ["x"]);
        assert_eq!(
            functions.option.map(|option| option.title).as_deref(),
            Some("t")
        );
        assert!(Functions::read(None).is_ok_and(|functions| !functions.meta));
    }

    #[test]
    fn what_is_in_the_wrong_place_or_of_the_wrong_form_is_refused() {
        for bad in [
            r#"[{"Name":"Snapshot"},{"Name":"GetMeta"}]"#,
            r#"[{"Name":"Snapshot","Input":{"SnapshotTime":"x"}}]"#,
            r#"[{"Name":"Snapshot","Input":{"SnapshotTime":-1}}]"#,
            r#"[{"Name":"StartWorkflow"}]"#,
            r#"[{"Name":"Delete"}]"#,
        ] {
            let refusal = of(bad).expect_err(bad);
            assert_eq!(refusal.code, "InvalidParameter.Functions");
        }
    }
}
