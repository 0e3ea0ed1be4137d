//! A job.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use yunmei_core::Timestamp;

use crate::vcloud::time;

/// A job, as it is kept. All times are in seconds.
#[derive(Clone, Deserialize, Serialize)]
pub(super) struct Job {
    pub(super) id: String,
    pub(super) task_id: String,
    /// Which one it is of all that were ever submitted.
    pub(super) number: u64,
    pub(super) submitted: u64,
    pub(super) done: u64,
    pub(super) order: Order,
    /// None until somebody asks for it when it is done.
    pub(super) outcome: Option<Outcome>,
}

/// What is to be made, and who wants it.
#[derive(Clone, Default, Deserialize, Serialize)]
pub(super) struct Order {
    /// The title of what comes of it.
    pub(super) video_name: String,
    pub(super) application: String,
    /// What describes it, as it was sent.
    pub(super) description: Value,
    pub(super) priority: i64,
    pub(super) callback_uri: String,
    pub(super) callback_args: String,
    pub(super) uploader: String,
}

/// What came of it.
#[derive(Clone, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Outcome {
    /// The id of a video.
    Video(String),
    Failed(Failure),
}

/// Why nothing came of it.
#[derive(Clone, Deserialize, Serialize)]
pub(super) struct Failure {
    /// Of section 13.7.
    pub(super) number: i64,
    pub(super) reason: String,
}

impl Failure {
    /// As `Message` has it.
    pub(super) fn message(&self) -> String {
        format!("{}: {}", self.number, self.reason)
    }
}

impl Job {
    pub(super) fn is_due(&self, now: Timestamp) -> bool {
        self.done <= now.seconds()
    }

    /// As answers have it.
    pub(super) fn document(&self, now: Timestamp) -> Value {
        let (status, vid, message) = match &self.outcome {
            None => (self.stage(now), "", String::new()),
            Some(Outcome::Video(vid)) => ("success", &**vid, String::new()),
            Some(Outcome::Failed(failure)) => ("failed_run", "", failure.message()),
        };
        let mut document = json!({
            "ReqId": self.id,
            "TaskId": self.task_id,
            "EditParam": self.order.description,
            "Priority": self.order.priority,
            "CallbackUri": self.order.callback_uri,
            "CallbackArgs": self.order.callback_args,
            "Uploader": self.order.uploader,
            "Application": self.order.application,
            "Status": status,
            "OutputVid": vid,
            "SubVid": [],
            "Message": message,
            "CreateAt": time::spaced(Timestamp::from_seconds(self.submitted)),
        });
        if self.outcome.is_some() {
            document["FinishAt"] = time::spaced(Timestamp::from_seconds(self.done)).into();
        }
        document
    }

    /// It waits for half of its time.
    fn stage(&self, now: Timestamp) -> &'static str {
        let half = self.submitted + (self.done - self.submitted).div_ceil(2);
        match now.seconds() < half {
            true => "pending",
            false => "start",
        }
    }
}
