//! Jobs after a template: one for each video.

use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::{Edit, invalid, job::Order, numbered};
use crate::vcloud::{answer::Refusal, asked::Asked};

/// The most videos of one call; no source has a bound.
const VIDEO_LIMIT: usize = 100;

/// Jobs as they are sent.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Task {
    r#type: i64,
    template_id: String,
    space: String,
    video_name: Vec<String>,
    params: Vec<Vec<Map<String, Value>>>,
    extra_params: Option<Vec<Map<String, Value>>>,
    priority: Option<i64>,
    callback_uri: Option<String>,
    callback_args: Option<String>,
}

impl Edit {
    /// Takes jobs.
    pub(super) fn submit_template(&self, asked: &Asked) -> Result<Value, Refusal> {
        let mut task: Task = asked.document().map_err(numbered)?;
        if task.template_id.is_empty() {
            return Err(invalid("TemplateId", "it is empty"));
        }
        self.check_space("Space", &task.space)?;
        let count = task.video_name.len();
        if !(1..=VIDEO_LIMIT).contains(&count) || task.params.len() != count {
            let problem = format_args!(
                "there are {count} of them, and items for {}; up to {VIDEO_LIMIT} are taken",
                task.params.len()
            );
            return Err(invalid("VideoName", problem.to_string()));
        }
        let videos = std::mem::take(&mut task.video_name).into_iter();
        let items = std::mem::take(&mut task.params);
        let mut jobs = self.jobs();
        let mut ids = Vec::new();
        for (name, items) in videos.zip(items) {
            let job = jobs.add(task.order(name, &items), asked.now, self.delay)?;
            ids.push(job.id);
        }
        // One client reads an object around it (section 12).
        Ok(ids.into())
    }
}

impl Task {
    fn order(&self, video_name: String, items: &[Map<String, Value>]) -> Order {
        let mut description = json!({
            "Type": self.r#type,
            "TemplateId": self.template_id,
            "Params": items,
        });
        if let Some(extra) = &self.extra_params {
            description["ExtraParams"] = json!(extra);
        }
        Order {
            video_name,
            application: String::new(),
            description,
            priority: self.priority.unwrap_or_default(),
            callback_uri: self.callback_uri.clone().unwrap_or_default(),
            callback_args: self.callback_args.clone().unwrap_or_default(),
            uploader: self.space.clone(),
        }
    }
}
