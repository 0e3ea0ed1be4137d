use serde::Serialize;
use serde_json::Value;

use crate::error::InputError;

/// What is to be done to which videos.
///
/// The description, `EditParam`, is handed on as it is: `Upload`, `Output`, `Segments`,
/// `GlobalElements` (section 12).
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct EditTask {
    #[serde(skip_serializing_if = "Option::is_none")]
    uploader: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    application: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    video_name: Option<String>,
    edit_param: Value,
    #[serde(skip_serializing_if = "Option::is_none")]
    priority: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    callback_uri: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    callback_args: Option<String>,
}

impl EditTask {
    /// A task with this description, which is an object.
    pub fn new(edit_param: Value) -> EditTask {
        EditTask {
            uploader: None,
            application: None,
            video_name: None,
            edit_param,
            priority: None,
            callback_uri: None,
            callback_args: None,
        }
    }

    /// The space to which the outcome is uploaded.
    pub fn uploader(mut self, space: impl Into<String>) -> EditTask {
        self.uploader = Some(space.into());
        self
    }

    /// The application that is asked for.
    pub fn application(mut self, name: impl Into<String>) -> EditTask {
        self.application = Some(name.into());
        self
    }

    /// The title of the outcome.
    pub fn video_name(mut self, name: impl Into<String>) -> EditTask {
        self.video_name = Some(name.into());
        self
    }

    /// How urgent it is; what the numbers mean is the service's affair.
    pub fn priority(mut self, priority: i64) -> EditTask {
        self.priority = Some(priority);
        self
    }

    /// The address that is called when it is done, and a text that is handed to it.
    pub fn callback(mut self, uri: impl Into<String>, args: impl Into<String>) -> EditTask {
        self.callback_uri = Some(uri.into());
        self.callback_args = Some(args.into());
        self
    }

    pub(super) fn check(&self) -> Result<(), InputError> {
        match self.edit_param {
            Value::Object(_) => Ok(()),
            _ => Err(InputError::Parameter {
                name: "EditParam".into(),
            }),
        }
    }
}
