use bytes::Bytes;
use http::{Request, Response};
use serde_json::json;

use super::{EditId, EditResult, action};
use crate::{
    Operation, Payload, Stamp,
    error::{Error, InputError},
    vcloud::{caller::Caller, envelope},
};

/// How many tasks one request asks for.
pub const RESULTS_LIMIT: usize = 30;

/// Asks how far tasks are: [`Edit::results`](super::Edit::results).
///
/// ```text
/// POST /?Action=GetDirectEditResult&Version=2018-01-01
/// {"ReqIds": […]}
/// ```
#[derive(Clone, Debug)]
pub struct EditResults {
    caller: Caller,
    ids: Vec<EditId>,
}

impl EditResults {
    pub(super) fn new(caller: Caller, ids: Vec<EditId>) -> EditResults {
        EditResults { caller, ids }
    }
}

impl Operation for EditResults {
    type Output = Vec<EditResult>;

    fn request(&self, stamp: &Stamp) -> Result<Request<Payload>, Error> {
        let count = self.ids.len();
        if !(1..=RESULTS_LIMIT).contains(&count) {
            let (name, limit) = ("ids of tasks", RESULTS_LIMIT);
            return Err(InputError::Count { name, count, limit }.into());
        }
        let body = json!({ "ReqIds": self.ids });
        (self.caller).post_json(&action("GetDirectEditResult"), &body, stamp)
    }

    fn parse(&self, response: &Response<Bytes>) -> Result<Vec<EditResult>, Error> {
        envelope::open(self.caller.name(), response)
    }

    fn repeatable(&self) -> bool {
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vcloud::{
        edit::{EditStatus, edit},
        played::{body, play, query, stamp, success},
    };

    fn ids(count: usize) -> impl Iterator<Item = EditId> {
        (0..count).map(|number| EditId::new(format!("r{number}")).expect("an id"))
    }

    #[test]
    fn tasks_are_asked_for_by_their_ids() {
        let request = edit().results(ids(2)).request(&stamp());
        let request = request.expect("a request");
        assert_eq!(
            query(&request),
            "Action=GetDirectEditResult&Version=2018-01-01"
        );
        assert_eq!(body(&request), json!({"ReqIds": ["r0", "r1"]}));
    }

    #[test]
    fn one_request_asks_for_some_but_not_for_any_number() {
        assert!(edit().results(ids(30)).request(&stamp()).is_ok());
        for count in [0, 31] {
            let refused = edit().results(ids(count)).request(&stamp());
            let Err(Error::Input(error)) = refused else {
                panic!("sent {count}")
            };
            assert!(error.to_string().contains("1 to 30"), "{error}");
        }
    }

    #[test]
    fn results_are_read_whatever_they_leave_out() {
        let reply = success(
            r#"[{"ReqId":"r0","Status":"success","OutputVid":"v","Priority":"2","SubVid":["w"],
                "EditParam":{"a":1},"CreateAt":1583298367},
                {"ReqId":"r1","Status":"failed_run","Message":"22020001","SubVid":null},
                {"ReqId":"r2","Status":"new word"}]"#,
        );
        let results = play(edit().results(ids(3)), &["", &reply]).result;
        let results = results.expect("results");
        let statuses: Vec<_> = results.iter().map(|result| &result.status).collect();
        let other = EditStatus::Other("new word".into());
        assert_eq!(statuses, [&EditStatus::Done, &EditStatus::Failed, &other]);
        assert_eq!(results[0].output_vid, "v");
        assert_eq!(results[0].further_vids, ["w"]);
        assert_eq!(results[0].priority, Some(2));
        assert_eq!(results[0].created.as_deref(), Some("1583298367"));
        assert_eq!(results[1].message, "22020001");
        let reason = results[1].failure().map(|reason| reason.english);
        assert_eq!(reason, Some("edit: the download failed"));
        assert!(results[0].failure().is_none() && results[2].failure().is_none());
        assert!(results[1].status.is_over() && !results[2].status.is_over());
    }

    #[test]
    fn what_is_no_list_of_results_is_an_error() {
        for bad in ["null", "{}", "[{}]", r#"[{"ReqId":"r"}]"#] {
            let error = play(edit().results(ids(1)), &[success(bad)]).result;
            assert!(matches!(error, Err(Error::Response(_))), "{bad}");
        }
    }
}
