use bytes::Bytes;
use http::{Request, Response};
use serde::Deserialize;

use super::{EditId, EditTask, MAY_RUN, action};
use crate::{
    Operation, Payload, Stamp,
    error::Error,
    vcloud::{caller::Caller, envelope},
};

/// Submits a task: [`Edit::submit`](super::Edit::submit).
///
/// ```text
/// POST /?Action=SubmitDirectEditTaskAsync&Version=2018-01-01
/// {"EditParam": {…}, …}
/// ```
///
/// Not sent again when its answer was lost: it would be carried out twice (section 13).
#[derive(Clone, Debug)]
pub struct SubmitEdit {
    caller: Caller,
    task: EditTask,
}

impl SubmitEdit {
    pub(super) fn new(caller: Caller, task: EditTask) -> SubmitEdit {
        SubmitEdit { caller, task }
    }
}

impl Operation for SubmitEdit {
    type Output = EditId;

    fn request(&self, stamp: &Stamp) -> Result<Request<Payload>, Error> {
        self.task.check()?;
        let query = action("SubmitDirectEditTaskAsync");
        self.caller.post_json(&query, &self.task, stamp)
    }

    fn parse(&self, response: &Response<Bytes>) -> Result<EditId, Error> {
        #[derive(Deserialize)]
        struct Submitted {
            #[serde(rename = "ReqId")]
            id: EditId,
        }
        envelope::open(self.caller.name(), response).map(|submitted: Submitted| submitted.id)
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
    use crate::{
        error::InputError,
        vcloud::{
            edit::edit,
            played::{body, play, query, stamp, success},
        },
    };

    fn submit() -> SubmitEdit {
        edit().submit(EditTask::new(json!({"Segments": []})))
    }

    #[test]
    fn the_task_is_sent_with_what_was_said_of_it() {
        let request = submit().request(&stamp()).expect("a request");
        assert_eq!(
            query(&request),
            "Action=SubmitDirectEditTaskAsync&Version=2018-01-01"
        );
        assert_eq!(body(&request), json!({"EditParam": {"Segments": []}}));
        let task = (EditTask::new(json!({})).uploader("s").application("a"))
            .video_name("v")
            .priority(-1)
            .callback("http://host/", "c");
        let request = edit().submit(task).request(&stamp()).expect("a request");
        assert_eq!(
            body(&request),
            json!({"EditParam": {}, "Uploader": "s", "Application": "a", "VideoName": "v",
                "Priority": -1, "CallbackUri": "http://host/", "CallbackArgs": "c"})
        );
    }

    #[test]
    fn a_description_is_an_object() {
        for bad in [json!(null), json!("{}"), json!([])] {
            let refused = edit().submit(EditTask::new(bad)).request(&stamp());
            assert!(matches!(
                refused,
                Err(Error::Input(InputError::Parameter { .. }))
            ));
        }
    }

    #[test]
    fn the_id_is_read() {
        let played = play(submit(), &[success(r#"{"ReqId":"req-1"}"#)]);
        assert_eq!(played.result.expect("an id").as_str(), "req-1");
    }

    #[test]
    fn what_leaves_it_open_is_not_sent_again() {
        let busy = r#"{"ResponseMetadata":{"Error":{"CodeN":1014}}}"#;
        for reply in ["", busy, &success("{}"), &success(r#"{"ReqId":""}"#)] {
            let played = play(submit(), &[reply]);
            assert_eq!(played.sent.len(), 1, "{reply}");
            let error = played.result.expect_err(reply);
            assert!(matches!(error, Error::Doubt(_)), "{reply} {error}");
        }
    }

    #[test]
    fn a_bad_parameter_is_a_refusal_and_no_doubt() {
        let bad = r#"{"ResponseMetadata":{"RequestId":"id","Error":{"CodeN":1010}}}"#;
        let error = play(submit(), &[bad]).result.expect_err("refused");
        assert!(!error.is_in_doubt());
        assert_eq!(error.service().map(|refusal| refusal.code()), Some(1010));
    }
}
