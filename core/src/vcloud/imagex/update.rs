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

/// Changes how pictures are served: [`ImageX::update`](super::ImageX::update). Brings the addresses
/// for which that was begun.
///
/// ```text
/// POST /?Action=UpdateImageUploadFiles&Version=2018-08-01&ServiceId=…
/// {"Action": 1, "ImageUrls": […]}
/// ```
#[derive(Clone, Debug)]
pub struct UpdateImages {
    caller: Caller,
    service: ServiceId,
    kind: UpdateKind,
    urls: Vec<String>,
}

/// What is changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum UpdateKind {
    /// Copies on the way to the viewers are forgotten.
    Refresh,
    /// They are no longer served.
    Disable,
    /// They are served again.
    Enable,
    /// They are fetched to where viewers will ask for them.
    Preheat,
    /// As [`UpdateKind::Refresh`], for all below the addresses.
    RefreshDirectory,
    /// As [`UpdateKind::Refresh`], for all styles of the pictures.
    RefreshStyle,
}

impl UpdateKind {
    /// The number on the wire.
    pub fn number(self) -> u8 {
        match self {
            UpdateKind::Refresh => 0,
            UpdateKind::Disable => 1,
            UpdateKind::Enable => 2,
            UpdateKind::Preheat => 4,
            UpdateKind::RefreshDirectory => 5,
            UpdateKind::RefreshStyle => 6,
        }
    }
}

impl UpdateImages {
    pub(super) fn new(
        caller: Caller,
        service: ServiceId,
        kind: UpdateKind,
        urls: Vec<String>,
    ) -> UpdateImages {
        UpdateImages {
            caller,
            service,
            kind,
            urls,
        }
    }
}

impl Operation for UpdateImages {
    type Output = Vec<String>;

    fn request(&self, stamp: &Stamp) -> Result<Request<Payload>, Error> {
        named("ImageUrls", &self.urls)?;
        let query = action("UpdateImageUploadFiles", &self.service);
        let body = json!({ "Action": self.kind.number(), "ImageUrls": self.urls });
        self.caller.post_json(&query, &body, stamp)
    }

    fn parse(&self, response: &Response<Bytes>) -> Result<Vec<String>, Error> {
        #[derive(Deserialize)]
        struct Updated {
            #[serde(default, rename = "ImageUrls", deserialize_with = "loose::list")]
            urls: Vec<String>,
        }
        envelope::open_object(self.caller.name(), response).map(|updated: Updated| updated.urls)
    }

    /// What was forgotten, or is served, stays so.
    fn repeatable(&self) -> bool {
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        error::ServiceErrorKind,
        vcloud::{
            imagex::{imagex, service},
            played::{body, play, query, stamp, success},
        },
    };

    fn update(kind: UpdateKind) -> UpdateImages {
        imagex().update(&service(), kind, ["http://host/a.png"])
    }

    #[test]
    fn each_kind_has_its_number() {
        let request = update(UpdateKind::Disable).request(&stamp());
        let request = request.expect("a request");
        assert_eq!(
            query(&request),
            "Action=UpdateImageUploadFiles&Version=2018-08-01&ServiceId=svcexample"
        );
        let sent = json!({"Action": 1, "ImageUrls": ["http://host/a.png"]});
        assert_eq!(body(&request), sent);
        assert_eq!(UpdateKind::Preheat.number(), 4);
    }

    #[test]
    fn there_is_something_to_update() {
        let nothing: [&str; 0] = [];
        let update = imagex().update(&service(), UpdateKind::Enable, nothing);
        assert!(matches!(update.request(&stamp()), Err(Error::Input(_))));
    }

    #[test]
    fn the_addresses_are_read_and_a_refusal_is_one() {
        let reply = success(r#"{"ServiceId":"s","ImageUrls":["u"]}"#);
        let updated = play(update(UpdateKind::Refresh), &["", &reply]);
        assert_eq!(updated.result.expect("addresses"), ["u"]);
        let refusal = r#"{"ResponseMetadata":{"Error":{"CodeN":601002,"Code":"x"}}}"#;
        let error = play(update(UpdateKind::Refresh), &[refusal]).result;
        let kind = error.expect_err("refused").kind();
        assert_eq!(kind, Some(ServiceErrorKind::NotFound));
    }
}
