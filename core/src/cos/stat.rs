use std::collections::BTreeMap;

use bytes::Bytes;
use http::{Request, Response};
use serde::Deserialize;

use super::{
    Access, Bucket, FilePath, envelope,
    request::{Query, Target},
};
use crate::{Operation, Payload, Stamp, error::Error, loose};

/// Asks for the attributes of a file (section 6.2): [`Bucket::stat`].
///
/// ```text
/// GET /files/v2/{appid}/{bucket}{path}?op=stat
/// ```
#[derive(Clone, Debug)]
pub struct Stat {
    bucket: Bucket,
    path: FilePath,
}

/// What [`Stat`] finds.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq)]
#[non_exhaustive]
pub struct Attributes {
    /// The address at the CDN; serves only if the CDN is switched on for the bucket.
    pub access_url: String,
    /// The address at the origin.
    pub source_url: String,
    /// The length that was announced, in bytes.
    #[serde(rename = "filesize", deserialize_with = "loose::number")]
    pub size: u64,
    /// How much of it is stored, in bytes: less while an upload is open.
    #[serde(
        rename = "filelen",
        default,
        deserialize_with = "loose::optional_number"
    )]
    pub stored: Option<u64>,
    /// The slice size of the upload, in bytes.
    #[serde(
        rename = "slicesize",
        default,
        deserialize_with = "loose::optional_number"
    )]
    pub slice_size: Option<u64>,
    /// SHA-1 in hex; absent after an upload by slices without digests, zeros for an empty file.
    #[serde(default)]
    pub sha: Option<String>,
    /// When it was made, in seconds since 1970.
    #[serde(rename = "ctime", deserialize_with = "loose::number")]
    pub created: u64,
    /// When it was changed, in seconds since 1970.
    #[serde(rename = "mtime", deserialize_with = "loose::number")]
    pub modified: u64,
    /// The caller's own text.
    #[serde(default, deserialize_with = "loose::text_or_empty")]
    pub biz_attr: String,
    /// Who may read it; absent if that was never set.
    #[serde(rename = "authority", default)]
    pub access: Option<Access>,
    /// The headers it is served with.
    #[serde(default, deserialize_with = "loose::text_map")]
    pub custom_headers: BTreeMap<String, String>,
    /// Not 0 if the service has blocked it.
    #[serde(default, deserialize_with = "loose::optional_number")]
    pub forbid: Option<i64>,
    /// A preview as text; only in answers of 2016.
    #[serde(default)]
    pub preview_url: Option<String>,
}

impl Attributes {
    /// Whether all of it is there, as far as the service says.
    pub fn is_complete(&self) -> bool {
        self.stored.is_none_or(|stored| stored == self.size)
    }
}

impl Stat {
    pub(super) fn new(bucket: Bucket, path: FilePath) -> Stat {
        Stat { bucket, path }
    }
}

impl Operation for Stat {
    type Output = Attributes;

    fn request(&self, stamp: &Stamp) -> Result<Request<Payload>, Error> {
        self.bucket
            .get(Target::File(&self.path), Query::new("stat"), stamp)
    }

    fn parse(&self, response: &Response<Bytes>) -> Result<Attributes, Error> {
        envelope::open(response)
    }

    fn repeatable(&self) -> bool {
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cos::tests::{answer, bucket, file};

    fn parse(body: &'static str) -> Result<Attributes, Error> {
        bucket().stat(&file("/a")).parse(&answer(200, body))
    }

    #[test]
    fn numbers_may_come_as_texts_and_rare_fields_may_be_absent() {
        let attributes = parse(
            r#"{"code":0,"data":{"access_url":"a","source_url":"s","filesize":"14","ctime":"1465875372",
                "mtime":1465875373,"biz_attr":7}}"#,
        )
        .expect("attributes");
        assert_eq!(
            (attributes.size, attributes.created, attributes.modified),
            (14, 1_465_875_372, 1_465_875_373)
        );
        assert_eq!(attributes.biz_attr, "7");
        assert_eq!((attributes.access, attributes.sha), (None, None));
    }

    #[test]
    fn attributes_may_be_null_and_headers_a_text_with_json_in_it() {
        for headers in [r#"{"x-cos-meta-a":1}"#, r#""{\"x-cos-meta-a\":\"1\"}""#] {
            let body = format!(
                r#"{{"code":0,"data":{{"access_url":"a","source_url":"s","filesize":1,"ctime":1,
                    "mtime":1,"biz_attr":null,"custom_headers":{headers}}}}}"#
            );
            let attributes = parse(body.leak()).expect("attributes");
            assert_eq!(attributes.custom_headers["x-cos-meta-a"], "1");
            assert_eq!(attributes.biz_attr, "");
        }
    }

    #[test]
    fn an_access_nobody_knows_yet_is_kept_as_it_is() {
        let attributes = parse(
            r#"{"code":0,"data":{"access_url":"a","source_url":"s","filesize":1,"filelen":0,
                "ctime":1,"mtime":1,"authority":"eNew"}}"#,
        )
        .expect("attributes");
        assert_eq!(attributes.access, Some(Access::Other("eNew".into())));
        assert!(!attributes.is_complete());
    }

    #[test]
    fn a_missing_or_wrongly_typed_field_is_an_error() {
        for body in [
            r#"{"code":0,"data":{"access_url":"a","source_url":"s","ctime":1,"mtime":1}}"#,
            r#"{"code":0,"data":{"access_url":"a","source_url":"s","filesize":"many","ctime":1,"mtime":1}}"#,
            r#"{"code":0,"data":{"access_url":1,"source_url":"s","filesize":1,"ctime":1,"mtime":1}}"#,
        ] {
            assert!(matches!(parse(body), Err(Error::Response(_))), "{body}");
        }
    }
}
