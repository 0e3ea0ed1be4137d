use bytes::Bytes;
use http::{Request, Response};
use serde::Deserialize;

use super::committed::VideoMeta;
use crate::{
    Operation, Payload, Stamp,
    error::{Error, InputError},
    loose,
    vcloud::{Dialect, Parameters, call::filled, caller::Caller, envelope},
};

/// Asks what became of videos that the service was to fetch (section 16.3):
/// [`Vod::upload_tasks`](super::Vod::upload_tasks). Of Volcengine only.
///
/// ```text
/// GET /?Action=QueryUploadTaskInfo&Version=2020-08-01&JobIds=…,…
/// ```
#[derive(Clone, Debug)]
pub struct UploadTasks {
    caller: Caller,
    job_ids: Vec<String>,
}

/// What [`UploadTasks`] brings.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct FoundTasks {
    /// Those that the service knows.
    pub tasks: Vec<UploadTask>,
    /// The jobs that it does not know.
    pub unknown: Vec<String>,
}

/// A video that the service fetches, or has fetched.
#[derive(Clone, Debug, Default, Deserialize, PartialEq)]
#[serde(rename_all = "PascalCase")]
#[non_exhaustive]
pub struct UploadTask {
    /// The job.
    #[serde(deserialize_with = "loose::text")]
    pub job_id: String,
    /// Where the video is.
    #[serde(default, deserialize_with = "loose::text_or_empty")]
    pub source_url: String,
    /// How far it is, in the service's word.
    #[serde(default, deserialize_with = "loose::text_or_empty")]
    pub state: String,
    /// The id of the video; empty as long as there is none.
    #[serde(default, deserialize_with = "loose::text_or_empty")]
    pub vid: String,
    /// The space that it is in.
    #[serde(default, deserialize_with = "loose::text_or_empty")]
    pub space_name: String,
    /// The text that went with the address.
    #[serde(default, deserialize_with = "loose::text_or_empty")]
    pub callback_args: String,
    /// The properties of the video.
    #[serde(default)]
    pub source_info: Option<VideoMeta>,
}

#[derive(Deserialize)]
struct Outer {
    #[serde(rename = "Data")]
    data: Data,
}

#[derive(Deserialize)]
struct Data {
    #[serde(default, rename = "MediaInfoList", deserialize_with = "loose::list")]
    tasks: Vec<UploadTask>,
    #[serde(default, rename = "NotExistJobIds", deserialize_with = "loose::list")]
    unknown: Vec<String>,
}

impl UploadTasks {
    pub(super) fn new(caller: Caller, job_ids: Vec<String>) -> UploadTasks {
        UploadTasks { caller, job_ids }
    }
}

impl Operation for UploadTasks {
    type Output = FoundTasks;

    fn request(&self, stamp: &Stamp) -> Result<Request<Payload>, Error> {
        if self.caller.dialect() == Dialect::TtvCloud {
            let action = "QueryUploadTaskInfo";
            return Err(InputError::NoSuchAction { action }.into());
        }
        if self.job_ids.is_empty() {
            filled("JobIds", "")?;
        }
        (self.job_ids.iter()).try_for_each(|id| filled("JobIds", id))?;
        let query = Parameters::of_action("QueryUploadTaskInfo", "2020-08-01")
            .with_list("JobIds", &self.job_ids)?;
        self.caller.get(&query, stamp)
    }

    fn parse(&self, response: &Response<Bytes>) -> Result<FoundTasks, Error> {
        let Outer { data } = envelope::open(self.caller.name(), response)?;
        Ok(FoundTasks {
            tasks: data.tasks,
            unknown: data.unknown,
        })
    }

    fn repeatable(&self) -> bool {
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vcloud::{
        played::{answer, query, stamp, success},
        vod::tests::{successor, vod},
    };

    #[test]
    fn jobs_are_asked_for_together() {
        let request = successor().upload_tasks(["a", "b"]).request(&stamp());
        assert_eq!(
            query(&request.expect("a request")),
            "Action=QueryUploadTaskInfo&Version=2020-08-01&JobIds=a%2Cb"
        );
        for bad in [&[][..], &["a,b"], &[""]] {
            let refused = successor().upload_tasks(bad.iter().copied());
            assert!(matches!(
                refused.request(&stamp()),
                Err(Error::Input(InputError::Parameter { .. }))
            ));
        }
        assert!(matches!(
            vod().upload_tasks(["a"]).request(&stamp()),
            Err(Error::Input(InputError::NoSuchAction { .. }))
        ));
    }

    #[test]
    fn what_is_known_and_what_is_not_are_told_apart() {
        let body = success(
            r#"{"Data":{"MediaInfoList":[{"JobId":"a","State":"success","Vid":"v",
                "SourceInfo":{"StoreUri":"u","Size":"9"}}],"NotExistJobIds":["b"]}}"#,
        );
        let found = successor().upload_tasks(["a", "b"]);
        let found = found.parse(&answer(200, &body)).expect("tasks");
        let task = &found.tasks[0];
        assert_eq!((task.vid.as_str(), task.state.as_str()), ("v", "success"));
        let info = task.source_info.as_ref().expect("properties");
        assert_eq!(info.size, Some(9));
        assert_eq!(found.unknown, ["b"]);
    }
}
