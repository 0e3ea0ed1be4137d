use bytes::Bytes;
use http::{Request, Response};
use serde::{Deserialize, Serialize};

use super::refuse_root;
use crate::{
    Operation, Payload, Stamp,
    cos::{Bucket, FolderPath, envelope, request::Target, upload::check_biz_attr},
    error::Error,
    loose,
};

/// Creates a folder (section 8.1): [`Bucket::create_folder`].
///
/// ```text
/// POST /files/v2/{appid}/{bucket}{path}/
/// {"op":"create","biz_attr":"…"}
/// ```
#[derive(Clone, Debug)]
pub struct CreateFolder {
    bucket: Bucket,
    path: FolderPath,
    biz_attr: String,
}

/// What [`CreateFolder`] brings.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Eq)]
#[non_exhaustive]
pub struct FolderCreated {
    /// When, in seconds since 1970, where the service said so.
    #[serde(rename = "ctime", default, deserialize_with = "loose::optional_number")]
    pub created: Option<u64>,
}

#[derive(Serialize)]
struct Body<'a> {
    op: &'static str,
    biz_attr: &'a str,
}

impl CreateFolder {
    pub(in crate::cos) fn new(bucket: Bucket, path: FolderPath) -> CreateFolder {
        CreateFolder {
            bucket,
            path,
            biz_attr: String::new(),
        }
    }

    /// A text of the caller's to keep with the folder, at most 4 KB.
    pub fn biz_attr(mut self, text: impl Into<String>) -> CreateFolder {
        self.biz_attr = text.into();
        self
    }
}

impl Operation for CreateFolder {
    type Output = FolderCreated;

    fn request(&self, stamp: &Stamp) -> Result<Request<Payload>, Error> {
        refuse_root(&self.path)?;
        check_biz_attr(&self.biz_attr)?;
        let body = Body {
            op: "create",
            biz_attr: &self.biz_attr,
        };
        self.bucket
            .post_json(Target::Folder(&self.path), &body, stamp)
    }

    fn parse(&self, response: &Response<Bytes>) -> Result<FolderCreated, Error> {
        envelope::open(response).map(Option::unwrap_or_default)
    }

    /// The second time, -178 says that there is something of this name; whether that is the folder
    /// asked for, it does not say.
    fn repeatable(&self) -> bool {
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        cos::tests::{answer, bucket, folder, stamp, text},
        error::{InputError, PathError},
    };

    #[test]
    fn the_root_cannot_be_created() {
        let result = bucket()
            .create_folder(&FolderPath::root())
            .request(&stamp());
        assert!(matches!(
            result,
            Err(Error::Input(InputError::Path(PathError::Root)))
        ));
    }

    #[test]
    fn the_attribute_is_always_sent_and_the_time_may_come_as_a_text() {
        let create = bucket().create_folder(&folder("/photos/"));
        let request = create.request(&stamp()).expect("a request");
        assert_eq!(text(request.body()), r#"{"op":"create","biz_attr":""}"#);
        let created = create
            .parse(&answer(200, r#"{"code":0,"data":{"ctime":"1465875372"}}"#))
            .expect("a success");
        assert_eq!(created.created, Some(1_465_875_372));
        let bare = create
            .parse(&answer(200, r#"{"code":0}"#))
            .expect("a success");
        assert_eq!(bare.created, None);
    }
}
