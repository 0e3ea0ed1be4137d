use bytes::Bytes;
use http::{Request, Response};
use serde::Deserialize;
use serde_json::Value;

use super::{EditId, EditTask, MAY_RUN, action};
use crate::{
    Operation, Payload, Stamp,
    error::Error,
    loose,
    vcloud::{caller::Caller, envelope},
};

/// Has a task carried out, and waits until it is: [`Edit::run`](super::Edit::run).
///
/// ```text
/// POST /?Action=SubmitDirectEditTaskSync&Version=2018-01-01
/// {"EditParam": {…}, …}
/// ```
///
/// Not sent again when its answer was lost: it would be carried out twice (section 13).
#[derive(Clone, Debug)]
pub struct RunEdit {
    caller: Caller,
    task: EditTask,
}

/// What [`RunEdit`] brings.
#[derive(Clone, Debug, Deserialize, PartialEq)]
#[non_exhaustive]
pub struct Edited {
    /// The id of the task.
    #[serde(rename = "ReqId")]
    pub id: EditId,
    /// The id of its run.
    #[serde(default, rename = "TaskId", deserialize_with = "loose::text_or_empty")]
    pub task_id: String,
    /// How it went, in the service's own numbers, which are documented nowhere.
    #[serde(default, rename = "Code", deserialize_with = "loose::optional_number")]
    pub code: Option<i64>,
    /// What came of it, in no documented form.
    #[serde(default, rename = "Output")]
    pub output: Value,
}

impl RunEdit {
    pub(super) fn new(caller: Caller, task: EditTask) -> RunEdit {
        RunEdit { caller, task }
    }
}

impl Operation for RunEdit {
    type Output = Edited;

    fn request(&self, stamp: &Stamp) -> Result<Request<Payload>, Error> {
        self.task.check()?;
        let query = action("SubmitDirectEditTaskSync");
        self.caller.post_json(&query, &self.task, stamp)
    }

    fn parse(&self, response: &Response<Bytes>) -> Result<Edited, Error> {
        envelope::open(self.caller.name(), response)
    }

    fn repeatable(&self) -> bool {
        false
    }

    fn if_carried_out(&self) -> Option<&'static str> {
        Some(MAY_RUN)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::vcloud::{
        edit::edit,
        played::{body, parameter, play, stamp, success},
    };

    fn run() -> RunEdit {
        edit().run(EditTask::new(json!({"Segments": []})).priority(0))
    }

    #[test]
    fn the_task_is_sent() {
        let request = run().request(&stamp()).expect("a request");
        assert_eq!(
            parameter(&request, "Action").as_deref(),
            Some("SubmitDirectEditTaskSync")
        );
        let sent = json!({"EditParam": {"Segments": []}, "Priority": 0});
        assert_eq!(body(&request), sent);
    }

    #[test]
    fn what_came_of_it_is_handed_on() {
        let reply = success(r#"{"ReqId":"r","TaskId":"t","Code":"0","Output":{"Vid":"v"}}"#);
        let edited = play(run(), &[reply]).result.expect("an outcome");
        assert_eq!((edited.id.as_str(), edited.task_id.as_str()), ("r", "t"));
        assert_eq!((edited.code, edited.output), (Some(0), json!({"Vid": "v"})));
        let bare = play(run(), &[success(r#"{"ReqId":"r"}"#)]).result;
        assert_eq!(bare.expect("an outcome").output, Value::Null);
    }

    #[test]
    fn after_a_lost_answer_it_is_not_carried_out_again() {
        let played = play(run(), &[""]);
        assert_eq!(played.sent.len(), 1);
        assert!(matches!(played.result, Err(Error::Doubt(_))));
    }
}
