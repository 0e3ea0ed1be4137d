//! Jobs that are described in full.

use std::time::Duration;

use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::{
    Edit, invalid,
    job::{Order, Outcome},
    numbered, output,
};
use crate::vcloud::{answer::Refusal, asked::Asked};

/// A job as it is sent.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Task {
    uploader: Option<String>,
    application: Option<String>,
    video_name: Option<String>,
    edit_param: Map<String, Value>,
    priority: Option<i64>,
    callback_uri: Option<String>,
    callback_args: Option<String>,
}

impl Edit {
    /// Takes a job.
    pub(super) fn submit(&self, asked: &Asked) -> Result<Value, Refusal> {
        let order = self.order(asked)?;
        let job = self.jobs().add(order, asked.now, self.delay)?;
        Ok(json!({"ReqId": job.id}))
    }

    /// Carries a job out at once.
    pub(super) fn run(&self, asked: &Asked) -> Result<Value, Refusal> {
        let order = self.order(asked)?;
        let mut jobs = self.jobs();
        let job = jobs.add(order, asked.now, Duration::ZERO)?;
        let make = |order: &Order| output::make(&self.vod, order, asked.now);
        let done = jobs.brought_on(&job.id, asked.now, make)?;
        let (code, output) = match done.and_then(|job| job.outcome.as_ref()) {
            Some(Outcome::Video(vid)) => (0, json!({"OutputVid": vid})),
            Some(Outcome::Failed(failure)) => {
                (failure.number, json!({"Message": failure.message()}))
            }
            None => return Err(Refusal::failed("the job was not carried out")),
        };
        Ok(json!({
            "ReqId": job.id,
            "TaskId": job.task_id,
            "Code": code,
            "Output": output,
        }))
    }

    fn order(&self, asked: &Asked) -> Result<Order, Refusal> {
        let task: Task = asked.document().map_err(numbered)?;
        let upload = task.edit_param.get("Upload").unwrap_or(&Value::Null);
        if !upload.is_object() && !upload.is_null() {
            return Err(invalid("EditParam", "Upload is no object"));
        }
        let uploader = task.uploader.or_else(|| text(upload, "Uploader"));
        let uploader = uploader.unwrap_or_else(|| self.space.clone());
        self.check_space("Uploader", &uploader)?;
        Ok(Order {
            uploader,
            video_name: (task.video_name)
                .or_else(|| text(upload, "VideoName"))
                .unwrap_or_default(),
            application: task.application.unwrap_or_default(),
            description: task.edit_param.into(),
            priority: task.priority.unwrap_or_default(),
            callback_uri: task.callback_uri.unwrap_or_default(),
            callback_args: task.callback_args.unwrap_or_default(),
        })
    }
}

fn text(object: &Value, name: &str) -> Option<String> {
    object[name].as_str().map(str::to_owned)
}
