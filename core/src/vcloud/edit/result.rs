use serde::Deserialize;
use serde_json::Value;

use super::EditId;
use crate::{error::ErrorCode, loose, vcloud::codes};

/// How far a task is. What the service did not say is empty.
#[derive(Clone, Debug, Deserialize, PartialEq)]
#[non_exhaustive]
pub struct EditResult {
    /// The id of the task.
    #[serde(rename = "ReqId")]
    pub id: EditId,
    /// How far it is.
    #[serde(rename = "Status", deserialize_with = "status")]
    pub status: EditStatus,
    /// The id of the video that came of it.
    #[serde(
        default,
        rename = "OutputVid",
        deserialize_with = "loose::text_or_empty"
    )]
    pub output_vid: String,
    /// The ids of further videos.
    #[serde(default, rename = "SubVid", deserialize_with = "loose::list")]
    pub further_vids: Vec<String>,
    /// Why it failed; see [`EditResult::failure`] for the numbers in it.
    #[serde(default, rename = "Message", deserialize_with = "loose::text_or_empty")]
    pub message: String,
    /// The id of its run.
    #[serde(default, rename = "TaskId", deserialize_with = "loose::text_or_empty")]
    pub task_id: String,
    /// What was asked for, as it was described.
    #[serde(default, rename = "EditParam")]
    pub edit_param: Value,
    /// How urgent it was.
    #[serde(
        default,
        rename = "Priority",
        deserialize_with = "loose::optional_number"
    )]
    pub priority: Option<i64>,
    /// The address that is called when it is done.
    #[serde(
        default,
        rename = "CallbackUri",
        deserialize_with = "loose::text_or_empty"
    )]
    pub callback_uri: String,
    /// The text that is handed to it.
    #[serde(
        default,
        rename = "CallbackArgs",
        deserialize_with = "loose::text_or_empty"
    )]
    pub callback_args: String,
    /// The space to which the outcome is uploaded; only newer answers have it.
    #[serde(default, rename = "Uploader", deserialize_with = "loose::any_text")]
    pub uploader: Option<String>,
    /// The application that was asked for; only newer answers have it.
    #[serde(default, rename = "Application", deserialize_with = "loose::any_text")]
    pub application: Option<String>,
    /// When it was submitted, as the service writes it; only newer answers have it.
    #[serde(default, rename = "CreateAt", deserialize_with = "loose::any_text")]
    pub created: Option<String>,
    /// When it was over, likewise.
    #[serde(default, rename = "FinishAt", deserialize_with = "loose::any_text")]
    pub finished: Option<String>,
    /// Its steps, in no documented form; only newer answers have them.
    #[serde(default, rename = "TaskList")]
    pub task_list: Value,
}

impl EditResult {
    /// What is documented of why it failed; `None` if it did not, or nothing is.
    pub fn failure(&self) -> Option<&'static ErrorCode> {
        match self.status {
            EditStatus::Failed => codes::edit_failure(&self.message),
            _ => None,
        }
    }
}

/// How far a task is.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum EditStatus {
    /// It was not begun.
    Pending,
    /// It was begun.
    Started,
    /// It is done.
    Done,
    /// It failed.
    Failed,
    /// It was given up by its owner.
    Canceled,
    /// A word that is not documented.
    Other(String),
}

impl EditStatus {
    /// Whether nothing more will come of it. Not of an unknown word.
    pub fn is_over(&self) -> bool {
        matches!(
            self,
            EditStatus::Done | EditStatus::Failed | EditStatus::Canceled
        )
    }

    fn of(word: String) -> EditStatus {
        match word.as_str() {
            "pending" => EditStatus::Pending,
            "start" => EditStatus::Started,
            "success" => EditStatus::Done,
            "failed_run" => EditStatus::Failed,
            "user_canceled" => EditStatus::Canceled,
            _ => EditStatus::Other(word),
        }
    }
}

fn status<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<EditStatus, D::Error> {
    loose::text(deserializer).map(EditStatus::of)
}
