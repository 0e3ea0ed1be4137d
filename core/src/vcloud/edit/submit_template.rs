use bytes::Bytes;
use http::{Request, Response};
use serde::Deserialize;

use super::{EditId, MAY_RUN, TemplateTask, action};
use crate::{
    Operation, Payload, Stamp,
    error::Error,
    vcloud::{caller::Caller, envelope},
};

/// Submits a task after a template: [`Edit::submit_template`](super::Edit::submit_template).
///
/// ```text
/// POST /?Action=SubmitTemplateTaskAsync&Version=2018-01-01
/// {"TemplateId": …, "Params": [[…]], …}
/// ```
///
/// Not sent again when its answer was lost: it would be carried out twice (section 13).
#[derive(Clone, Debug)]
pub struct SubmitTemplate {
    caller: Caller,
    task: TemplateTask,
}

/// The vendor's clients read different forms of it (section 12).
#[derive(Deserialize)]
#[serde(untagged)]
enum Submitted {
    Bare(Vec<EditId>),
    Named {
        #[serde(rename = "ReqId")]
        ids: Vec<EditId>,
    },
}

impl SubmitTemplate {
    pub(super) fn new(caller: Caller, task: TemplateTask) -> SubmitTemplate {
        SubmitTemplate { caller, task }
    }
}

impl Operation for SubmitTemplate {
    type Output = Vec<EditId>;

    fn request(&self, stamp: &Stamp) -> Result<Request<Payload>, Error> {
        self.task.check()?;
        let query = action("SubmitTemplateTaskAsync");
        self.caller.post_json(&query, &self.task, stamp)
    }

    fn parse(&self, response: &Response<Bytes>) -> Result<Vec<EditId>, Error> {
        match envelope::open(self.caller.name(), response)? {
            Submitted::Bare(ids) | Submitted::Named { ids } if !ids.is_empty() => Ok(ids),
            _ => Err(envelope::unreadable("in Result: no ids of tasks", response)),
        }
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
            edit::{TemplateItem, TemplateItemType, edit},
            played::{body, play, query, stamp, success},
        },
    };

    fn task() -> TemplateTask {
        let words = TemplateItem::text("title", "你好").position("1");
        let clip = TemplateItem::medium("clip", TemplateItemType::Video, "vid://v0").from(1.5);
        TemplateTask::new("template", "space").video("first", [words, clip.during(0.0, 3.0)])
    }

    fn submit() -> SubmitTemplate {
        edit().submit_template(task())
    }

    #[test]
    fn the_task_is_sent() {
        let request = submit().request(&stamp()).expect("a request");
        assert_eq!(
            query(&request),
            "Action=SubmitTemplateTaskAsync&Version=2018-01-01"
        );
        let items = json!([
            {"Name": "title", "Type": "text", "Position": "1", "Text": "你好"},
            {"Name": "clip", "Type": "video", "Source": "vid://v0", "SelfStartTime": 1.5,
                "StartTime": 0.0, "Duration": 3.0},
        ]);
        assert_eq!(
            body(&request),
            json!({"Type": 2, "TemplateId": "template", "Space": "space",
                "VideoName": ["first"], "Params": [items]})
        );
        let task = (task().kind(3).extra(json!({"a": 1})).priority(1)).callback("u", "c");
        let request = edit().submit_template(task).request(&stamp());
        let sent = body(&request.expect("a request"));
        assert_eq!(
            (&sent["Type"], &sent["ExtraParams"]),
            (&json!(3), &json!([{"a": 1}]))
        );
        assert_eq!(
            (&sent["Priority"], &sent["CallbackUri"]),
            (&json!(1), &json!("u"))
        );
    }

    #[test]
    fn a_task_has_a_template_a_space_and_a_video() {
        for (task, missing) in [
            (TemplateTask::new("", "s").video("v", []), "TemplateId"),
            (TemplateTask::new("t", "").video("v", []), "Space"),
            (TemplateTask::new("t", "s"), "VideoName"),
            (task().extra(json!(7)), "ExtraParams"),
        ] {
            let refused = edit().submit_template(task).request(&stamp());
            let Err(Error::Input(InputError::Parameter { name })) = refused else {
                panic!("sent without {missing}")
            };
            assert_eq!(name, missing);
        }
    }

    #[test]
    fn ids_come_in_two_forms() {
        for form in [r#"["r1","r2"]"#, r#"{"ReqId":["r1","r2"]}"#] {
            let ids = play(submit(), &[success(form)]).result.expect(form);
            let ids: Vec<_> = ids.iter().map(EditId::as_str).collect();
            assert_eq!(ids, ["r1", "r2"]);
        }
    }

    #[test]
    fn an_answer_without_ids_leaves_it_open() {
        for form in ["[]", "{}", "null", r#"{"ReqId":[]}"#, r#"[""]"#] {
            let played = play(submit(), &[success(form)]);
            assert_eq!(played.sent.len(), 1, "{form}");
            let error = played.result.expect_err(form);
            assert!(matches!(error, Error::Doubt(_)), "{error}");
            assert!(error.to_string().contains("request id id"), "{error}");
        }
    }
}
