use std::path::PathBuf;

use clap::Args;
use serde_json::{Map, Value};
use yunmei_core::vcloud::edit::EditTask;

use crate::{exit::Failure, output::shown, vcloud};

/// What is to be done.
#[derive(Args, Debug)]
pub(super) struct Task {
    /// A file with the description in JSON, or - for standard input: EditParam, or a task with an
    /// EditParam in it
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// The space to which the outcome is uploaded [default: that of the configuration]
    #[arg(long, value_name = "NAME")]
    space: Option<String>,
    /// The title of the outcome
    #[arg(long, value_name = "TEXT")]
    title: Option<String>,
    /// The application that is asked for
    #[arg(long, value_name = "NAME")]
    application: Option<String>,
    /// How urgent it is; what the numbers mean is the service's affair
    #[arg(long, value_name = "NUMBER", allow_negative_numbers = true)]
    priority: Option<i64>,
    /// The address that is called when it is done
    #[arg(long, value_name = "URL")]
    callback_uri: Option<String>,
    /// A text that is handed to it
    #[arg(long, value_name = "TEXT", requires = "callback_uri")]
    callback_args: Option<String>,
}

impl Task {
    /// Reads it; `space` is that of the configuration. What the command line says counts before
    /// what the file says.
    pub(super) fn read(&self, space: Option<String>) -> Result<EditTask, Failure> {
        let mut members = vcloud::read_object(&self.file)?;
        let Some(description) = members.remove("EditParam") else {
            return self.task(Value::Object(members), &mut Map::new(), space);
        };
        let task = self.task(description, &mut members, space)?;
        match members.keys().next() {
            None => Ok(task),
            Some(name) => Err(self.wrong(&format!("a task has no member {name:?}"))),
        }
    }

    /// Takes what it knows out of the members beside the description.
    fn task(
        &self,
        description: Value,
        members: &mut Map<String, Value>,
        space: Option<String>,
    ) -> Result<EditTask, Failure> {
        if !description.is_object() {
            return Err(self.wrong("EditParam must be a JSON object: {…}"));
        }
        let mut text = |name: &str, told: &Option<String>| -> Result<Option<String>, Failure> {
            match (members.remove(name), told) {
                (_, Some(told)) => Ok(Some(told.clone())),
                (None | Some(Value::Null), None) => Ok(None),
                (Some(Value::String(text)), None) => Ok(Some(text)),
                (Some(_), None) => Err(self.wrong(&format!("{name} must be a text"))),
            }
        };
        let mut task = EditTask::new(description);
        if let Some(space) = text("Uploader", &self.space)?.or(space) {
            task = task.uploader(space);
        }
        if let Some(title) = text("VideoName", &self.title)? {
            task = task.video_name(title);
        }
        if let Some(name) = text("Application", &self.application)? {
            task = task.application(name);
        }
        let uri = text("CallbackUri", &self.callback_uri)?;
        let arguments = text("CallbackArgs", &self.callback_args)?;
        if let Some(uri) = uri {
            task = task.callback(uri, arguments.unwrap_or_default());
        }
        let priority = match (members.remove("Priority"), self.priority) {
            (_, Some(priority)) => Some(priority),
            (None | Some(Value::Null), None) => None,
            (Some(number), None) => Some(
                number
                    .as_i64()
                    .ok_or_else(|| self.wrong("Priority must be a whole number"))?,
            ),
        };
        Ok(match priority {
            Some(priority) => task.priority(priority),
            None => task,
        })
    }

    fn wrong(&self, problem: &str) -> Failure {
        let name = self.file.to_string_lossy();
        Failure::Usage(shown(&format!("{name}: {problem}")))
    }
}
