use bytes::Bytes;
use http::{Request, Response};
use serde::Serialize;

use crate::{
    Operation, Payload, Stamp,
    error::Error,
    vcloud::{Dialect, Parameters, call::filled, caller::Caller, envelope},
};

/// Lets a video be played, or forbids it (section 7.9):
/// [`Vod::set_publish_status`](super::Vod::set_publish_status).
///
/// ```text
/// POST /?Action=SetVideoPublishStatus&Version=2018-01-01                  {"Vid", "SpaceName", "Status"}
/// GET  /?Action=UpdateMediaPublishStatus&Version=2020-08-01&Vid=…&Status=…   of Volcengine
/// ```
#[derive(Clone, Debug)]
pub struct SetPublishStatus {
    caller: Caller,
    space: String,
    vid: String,
    status: PublishStatus,
}

/// Whether a video may be played.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PublishStatus {
    /// It may.
    Published,
    /// It may not.
    #[doc(alias = "Unpublished")]
    Blocked,
}

impl PublishStatus {
    fn word(self, dialect: Dialect) -> &'static str {
        match (self, dialect) {
            (PublishStatus::Published, _) => "Published",
            (PublishStatus::Blocked, Dialect::TtvCloud) => "Blocked",
            (PublishStatus::Blocked, Dialect::Volcengine) => "Unpublished",
        }
    }
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Body<'a> {
    vid: &'a str,
    space_name: &'a str,
    status: &'a str,
}

impl SetPublishStatus {
    pub(super) fn new(
        caller: Caller,
        space: String,
        vid: String,
        status: PublishStatus,
    ) -> SetPublishStatus {
        SetPublishStatus {
            caller,
            space,
            vid,
            status,
        }
    }
}

impl Operation for SetPublishStatus {
    type Output = ();

    fn request(&self, stamp: &Stamp) -> Result<Request<Payload>, Error> {
        filled("SpaceName", &self.space)?;
        filled("Vid", &self.vid)?;
        let dialect = self.caller.dialect();
        let status = self.status.word(dialect);
        match dialect {
            Dialect::TtvCloud => self.caller.post_json(
                &Parameters::of_action("SetVideoPublishStatus", "2018-01-01"),
                &Body {
                    vid: &self.vid,
                    space_name: &self.space,
                    status,
                },
                stamp,
            ),
            Dialect::Volcengine => self.caller.get(
                &Parameters::of_action("UpdateMediaPublishStatus", "2020-08-01")
                    .with("Vid", self.vid.clone())
                    .with("Status", status),
                stamp,
            ),
        }
    }

    fn parse(&self, response: &Response<Bytes>) -> Result<(), Error> {
        envelope::done(self.caller.name(), response)
    }

    fn repeatable(&self) -> bool {
        true
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::vcloud::{
        played::{answer, body, query, stamp},
        vod::tests::{successor, vod},
    };

    #[test]
    fn each_dialect_says_it_in_its_own_way() {
        let old = vod().set_publish_status("空间", "v1", PublishStatus::Blocked);
        let request = old.request(&stamp()).expect("a request");
        assert_eq!(request.method(), "POST");
        assert_eq!(
            body(&request),
            json!({"Vid": "v1", "SpaceName": "空间", "Status": "Blocked"})
        );
        let new = successor().set_publish_status("s", "v1", PublishStatus::Blocked);
        let request = new.request(&stamp()).expect("a request");
        assert_eq!(request.method(), "GET");
        assert_eq!(
            query(&request),
            "Action=UpdateMediaPublishStatus&Version=2020-08-01&Vid=v1&Status=Unpublished"
        );
    }

    #[test]
    fn a_success_brings_nothing_and_a_refusal_under_200_is_one() {
        let set = vod().set_publish_status("s", "v1", PublishStatus::Published);
        assert!(
            set.parse(&answer(200, r#"{"ResponseMetadata":{}}"#))
                .is_ok()
        );
        let refused = r#"{"ResponseMetadata":{"Error":{"CodeN":100013}}}"#;
        assert!(matches!(
            set.parse(&answer(200, refused)),
            Err(Error::Service(_))
        ));
        for (space, vid) in [("", "v1"), ("s", "")] {
            let set = vod().set_publish_status(space, vid, PublishStatus::Published);
            assert!(set.request(&stamp()).is_err());
        }
    }
}
