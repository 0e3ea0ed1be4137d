use bytes::Bytes;
use http::{Request, Response};
use serde::Deserialize;

use super::{ServiceId, action_on};
use crate::{
    Operation, Payload, Stamp,
    error::Error,
    loose,
    vcloud::{caller::Caller, envelope},
};

/// Asks what a picture is like: [`ImageX::preview`](super::ImageX::preview).
///
/// ```text
/// GET /?Action=PreviewImageUploadFile&Version=2018-08-01&ServiceId=…&StoreUri=…
/// ```
#[derive(Clone, Debug)]
pub struct PreviewImage {
    caller: Caller,
    service: ServiceId,
    uri: String,
}

/// What [`PreviewImage`] finds. What the service did not say is empty.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq)]
#[non_exhaustive]
pub struct ImagePreview {
    /// The name of the picture.
    #[serde(rename = "StoreUri", deserialize_with = "loose::text")]
    pub uri: String,
    /// `png`, `jpeg` and so on.
    #[serde(
        default,
        rename = "ImageFormat",
        deserialize_with = "loose::text_or_empty"
    )]
    pub format: String,
    /// The length in bytes.
    #[serde(
        default,
        rename = "ImageSize",
        deserialize_with = "loose::optional_number"
    )]
    pub size: Option<u64>,
    /// The width in pixels.
    #[serde(
        default,
        rename = "ImageWidth",
        deserialize_with = "loose::optional_number"
    )]
    pub width: Option<u64>,
    /// The height in pixels.
    #[serde(
        default,
        rename = "ImageHeight",
        deserialize_with = "loose::optional_number"
    )]
    pub height: Option<u64>,
    /// How many frames there are, of a moving picture.
    #[serde(
        default,
        rename = "ImageFrames",
        deserialize_with = "loose::optional_number"
    )]
    pub frames: Option<u64>,
    /// How long they take, in milliseconds.
    #[serde(
        default,
        rename = "ImageDuration",
        deserialize_with = "loose::optional_number"
    )]
    pub duration: Option<u64>,
    /// The name of the file.
    #[serde(default, rename = "FileName", deserialize_with = "loose::any_text")]
    pub file_name: Option<String>,
    /// Where the picture can be seen.
    #[serde(
        default,
        rename = "ImageURL",
        alias = "ImageUrl",
        deserialize_with = "loose::any_text"
    )]
    pub url: Option<String>,
}

impl PreviewImage {
    pub(super) fn new(caller: Caller, service: ServiceId, uri: String) -> PreviewImage {
        PreviewImage {
            caller,
            service,
            uri,
        }
    }
}

impl Operation for PreviewImage {
    type Output = ImagePreview;

    fn request(&self, stamp: &Stamp) -> Result<Request<Payload>, Error> {
        let query = action_on("PreviewImageUploadFile", &self.service, &self.uri)?;
        self.caller.get(&query, stamp)
    }

    fn parse(&self, response: &Response<Bytes>) -> Result<ImagePreview, Error> {
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
    fn a_picture_is_asked_for_by_its_name() {
        let request = imagex().preview(&service(), "a/图.png").request(&stamp());
        assert_eq!(
            query(&request.expect("a request")),
            "Action=PreviewImageUploadFile&Version=2018-08-01&ServiceId=svcexample\
             &StoreUri=a%2F%E5%9B%BE.png"
        );
        let refused = imagex().preview(&service(), "").request(&stamp());
        assert!(matches!(refused, Err(Error::Input(_))));
    }

    #[test]
    fn numbers_may_be_texts() {
        let reply = success(
            r#"{"ServiceId":"s","StoreUri":"a","ImageFormat":"gif","ImageSize":"67",
                "ImageWidth":1,"ImageFrames":"","ImageDuration":40,"ImageURL":"u"}"#,
        );
        let preview = play(imagex().preview(&service(), "a"), &[reply]).result;
        let preview = preview.expect("a preview");
        assert_eq!((preview.size, preview.width), (Some(67), Some(1)));
        assert_eq!((preview.frames, preview.duration), (None, Some(40)));
        assert_eq!(preview.url.as_deref(), Some("u"));
        for bad in ["{}", "null", r#"{"StoreUri":"a","ImageSize":-1}"#] {
            let error = play(imagex().preview(&service(), "a"), &[success(bad)]).result;
            assert!(matches!(error, Err(Error::Response(_))), "{bad}");
        }
    }
}
