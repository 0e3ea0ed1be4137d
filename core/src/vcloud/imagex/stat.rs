use std::collections::BTreeMap;

use bytes::Bytes;
use http::{Request, Response};
use serde::Deserialize;
use serde_json::Value;

use super::{ServiceId, action_on};
use crate::{
    Operation, Payload, Stamp,
    error::Error,
    loose,
    vcloud::{caller::Caller, envelope},
};

/// Asks for the attributes of a file: [`ImageX::stat`](super::ImageX::stat).
///
/// ```text
/// GET /?Action=GetImageUploadFile&Version=2018-08-01&ServiceId=…&StoreUri=…
/// ```
#[derive(Clone, Debug)]
pub struct StatImage {
    caller: Caller,
    service: ServiceId,
    uri: String,
}

/// What [`StatImage`] finds. What the service did not say is empty.
#[derive(Clone, Debug, Deserialize, PartialEq)]
#[non_exhaustive]
pub struct ImageAttributes {
    /// The name of the file.
    #[serde(rename = "StoreUri", deserialize_with = "loose::text")]
    pub uri: String,
    /// When it was last changed, as the service writes it: `YYYY-MM-DD hh:mm:ss`, of no documented
    /// time zone.
    #[serde(
        default,
        rename = "LastModified",
        deserialize_with = "loose::text_or_empty"
    )]
    pub modified: String,
    /// The length in bytes.
    #[serde(
        default,
        rename = "FileSize",
        deserialize_with = "loose::optional_number"
    )]
    pub size: Option<u64>,
    /// Whatever else the service says of it.
    #[serde(flatten)]
    pub further: BTreeMap<String, Value>,
}

impl StatImage {
    pub(super) fn new(caller: Caller, service: ServiceId, uri: String) -> StatImage {
        StatImage {
            caller,
            service,
            uri,
        }
    }
}

impl Operation for StatImage {
    type Output = ImageAttributes;

    fn request(&self, stamp: &Stamp) -> Result<Request<Payload>, Error> {
        let query = action_on("GetImageUploadFile", &self.service, &self.uri)?;
        self.caller.get(&query, stamp)
    }

    fn parse(&self, response: &Response<Bytes>) -> Result<ImageAttributes, Error> {
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
        imagex::{imagex, service},
        played::{play, query, stamp, success},
    };

    #[test]
    fn a_file_is_asked_for_by_its_name() {
        let request = imagex().stat(&service(), "a/1").request(&stamp());
        assert_eq!(
            query(&request.expect("a request")),
            "Action=GetImageUploadFile&Version=2018-08-01&ServiceId=svcexample&StoreUri=a%2F1"
        );
        let refused = imagex().stat(&service(), "").request(&stamp());
        assert!(matches!(refused, Err(Error::Input(_))));
    }

    #[test]
    fn what_is_not_documented_is_handed_on() {
        let reply = success(
            r#"{"ServiceId":"s","StoreUri":"a/1","LastModified":"2020-03-04 05:06:07",
                "FileSize":"9007199254740993","ContentType":"image/png"}"#,
        );
        let attributes = play(imagex().stat(&service(), "a/1"), &["", &reply]).result;
        let attributes = attributes.expect("attributes");
        assert_eq!(attributes.size, Some(9_007_199_254_740_993));
        assert_eq!(attributes.modified, "2020-03-04 05:06:07");
        assert_eq!(attributes.further["ContentType"], "image/png");
        assert_eq!(attributes.further.get("FileSize"), None);
    }
}
