use bytes::Bytes;
use http::{Request, Response};
use serde::Deserialize;
use serde_json::json;

use super::{ServiceId, action, named};
use crate::{
    Operation, Payload, Stamp,
    error::Error,
    loose,
    vcloud::{caller::Caller, envelope},
};

/// Deletes files: [`ImageX::delete`](super::ImageX::delete). Brings the names of those that were
/// deleted.
///
/// ```text
/// POST /?Action=DeleteImageUploadFiles&Version=2018-08-01&ServiceId=…
/// {"StoreUris": […]}
/// ```
///
/// Sent again if its answer was lost: the second answer may then name fewer.
#[derive(Clone, Debug)]
pub struct DeleteImages {
    caller: Caller,
    service: ServiceId,
    uris: Vec<String>,
}

impl DeleteImages {
    pub(super) fn new(caller: Caller, service: ServiceId, uris: Vec<String>) -> DeleteImages {
        DeleteImages {
            caller,
            service,
            uris,
        }
    }
}

impl Operation for DeleteImages {
    type Output = Vec<String>;

    fn request(&self, stamp: &Stamp) -> Result<Request<Payload>, Error> {
        named("StoreUris", &self.uris)?;
        let query = action("DeleteImageUploadFiles", &self.service);
        let body = json!({ "StoreUris": self.uris });
        self.caller.post_json(&query, &body, stamp)
    }

    fn parse(&self, response: &Response<Bytes>) -> Result<Vec<String>, Error> {
        #[derive(Deserialize)]
        struct Deleted {
            #[serde(default, rename = "DeletedFiles", deserialize_with = "loose::list")]
            uris: Vec<String>,
        }
        envelope::open_object(self.caller.name(), response).map(|deleted: Deleted| deleted.uris)
    }

    fn repeatable(&self) -> bool {
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vcloud::{
        imagex::{imagex, service},
        played::{body, play, query, stamp, success},
    };

    #[test]
    fn files_are_deleted_by_their_names() {
        let delete = imagex().delete(&service(), ["a/1", "a/2"]);
        let request = delete.request(&stamp()).expect("a request");
        assert_eq!(
            query(&request),
            "Action=DeleteImageUploadFiles&Version=2018-08-01&ServiceId=svcexample"
        );
        assert_eq!(body(&request), json!({"StoreUris": ["a/1", "a/2"]}));
        let deleted = play(delete.clone(), &[success(r#"{"DeletedFiles":["a/1"]}"#)]);
        assert_eq!(deleted.result.expect("names"), ["a/1"]);
        let nothing = play(delete, &[success(r#"{"DeletedFiles":null}"#)]);
        assert!(nothing.result.expect("no names").is_empty());
    }

    #[test]
    fn nothing_is_not_deleted() {
        for uris in [&[][..], &[""], &["a", ""]] {
            let refused = imagex().delete(&service(), uris.iter().copied());
            assert!(matches!(refused.request(&stamp()), Err(Error::Input(_))));
        }
    }
}
