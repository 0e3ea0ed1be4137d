use bytes::Bytes;
use http::{Request, Response};
use serde::Deserialize;

use crate::{
    Operation, Payload, Stamp,
    error::Error,
    loose,
    wanxiang::{
        FileId, envelope,
        space::{Scheme, Space, Target},
    },
};

/// Asks for the attributes of a picture (section 6.4): [`Bucket::stat`](crate::wanxiang::Bucket::stat),
/// [`PhotosV1::stat`](crate::wanxiang::PhotosV1::stat).
///
/// ```text
/// GET /photos/v2/{appid}/{bucket}/{user}/{file id}
/// ```
#[derive(Clone, Debug)]
pub struct StatPhoto {
    space: Space,
    file_id: FileId,
}

/// What is known of a picture.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq)]
#[non_exhaustive]
pub struct PhotoAttributes {
    /// The id under which it is stored.
    #[serde(rename = "file_fileid")]
    pub file_id: FileId,
    /// The address to download it from, as the service wrote it.
    #[serde(rename = "file_url")]
    pub download_url: String,
    /// When it was uploaded, in seconds since 1970.
    #[serde(rename = "file_upload_time", deserialize_with = "loose::number")]
    pub uploaded: u64,
    /// The length in bytes.
    #[serde(rename = "file_size", deserialize_with = "loose::number")]
    pub size: u64,
    /// MD5 of the content, in hex.
    #[serde(rename = "file_md5")]
    pub md5: String,
    /// The width in pixels.
    #[serde(rename = "photo_width", deserialize_with = "loose::number")]
    pub width: u64,
    /// The height in pixels.
    #[serde(rename = "photo_height", deserialize_with = "loose::number")]
    pub height: u64,
}

impl StatPhoto {
    pub(in crate::wanxiang) fn new(space: Space, file_id: FileId) -> StatPhoto {
        StatPhoto { space, file_id }
    }
}

impl Operation for StatPhoto {
    type Output = PhotoAttributes;

    fn request(&self, stamp: &Stamp) -> Result<Request<Payload>, Error> {
        self.space
            .get(Target::File(&self.file_id), Scheme::QCloud, stamp)
    }

    fn parse(&self, response: &Response<Bytes>) -> Result<PhotoAttributes, Error> {
        envelope::open(response)
    }

    fn repeatable(&self) -> bool {
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        error::ServiceErrorKind,
        wanxiang::tests::{answer, bucket, file},
    };

    #[test]
    fn numbers_come_as_texts() {
        let stat = bucket().stat(&file("cat"));
        let attributes = stat
            .parse(&answer(
                200,
                r#"{"code":0,"data":{"file_url":"d","file_fileid":"cat","file_upload_time":"1438669120",
                    "file_size":"20480","file_md5":"9e10","photo_width":640,"photo_height":"480"}}"#,
            ))
            .expect("attributes");
        assert_eq!(
            (attributes.size, attributes.uploaded),
            (20_480, 1_438_669_120)
        );
        assert_eq!((attributes.width, attributes.height), (640, 480));
        let wrong = stat.parse(&answer(200, r#"{"code":0,"data":{"file_url":"d"}}"#));
        assert!(matches!(wrong, Err(Error::Response(_))));
    }

    #[test]
    fn a_missing_picture_is_told_by_its_code_under_status_400() {
        let stat = bucket().stat(&file("cat"));
        let error = stat.parse(&answer(400, r#"{"code":-197,"message":"x"}"#));
        let error = error.expect_err("refused");
        let kind = error.service().map(|refusal| refusal.kind());
        assert_eq!(kind, Some(ServiceErrorKind::NotFound));
    }
}
