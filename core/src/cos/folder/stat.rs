use bytes::Bytes;
use http::{Request, Response};
use serde::Deserialize;

use crate::{
    Operation, Payload, Stamp,
    cos::{
        Bucket, FolderPath, envelope,
        request::{Query, Target},
    },
    error::Error,
    loose,
};

/// Asks for the attributes of a folder that was created (section 8.2): [`Bucket::stat_folder`].
///
/// ```text
/// GET /files/v2/{appid}/{bucket}{path}/?op=stat
/// ```
///
/// A folder that only exists in the names of files has none.
#[derive(Clone, Debug)]
pub struct StatFolder {
    bucket: Bucket,
    path: FolderPath,
}

/// What [`StatFolder`] finds.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq)]
#[non_exhaustive]
pub struct FolderAttributes {
    /// The caller's own text.
    #[serde(default, deserialize_with = "loose::text_or_empty")]
    pub biz_attr: String,
    /// When it was made, in seconds since 1970; of the root nothing is established.
    #[serde(rename = "ctime", default, deserialize_with = "loose::optional_number")]
    pub created: Option<u64>,
    /// When it was changed, in seconds since 1970.
    #[serde(rename = "mtime", default, deserialize_with = "loose::optional_number")]
    pub modified: Option<u64>,
}

impl StatFolder {
    pub(in crate::cos) fn new(bucket: Bucket, path: FolderPath) -> StatFolder {
        StatFolder { bucket, path }
    }
}

impl Operation for StatFolder {
    type Output = FolderAttributes;

    fn request(&self, stamp: &Stamp) -> Result<Request<Payload>, Error> {
        self.bucket
            .get(Target::Folder(&self.path), Query::new("stat"), stamp)
    }

    fn parse(&self, response: &Response<Bytes>) -> Result<FolderAttributes, Error> {
        envelope::open(response)
    }

    fn repeatable(&self) -> bool {
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cos::tests::{answer, bucket, folder};

    #[test]
    fn an_answer_without_data_is_no_folder() {
        let stat = bucket().stat_folder(&folder("/photos/"));
        assert!(matches!(
            stat.parse(&answer(200, r#"{"code":0}"#)),
            Err(Error::Response(_))
        ));
        let body =
            r#"{"code":0,"data":{"biz_attr":"summer","ctime":1503987233,"mtime":"1503987234"}}"#;
        let attributes = stat.parse(&answer(200, body)).expect("attributes");
        assert_eq!(
            (attributes.biz_attr.as_str(), attributes.modified),
            ("summer", Some(1_503_987_234))
        );
    }
}
