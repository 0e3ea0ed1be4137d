use bytes::Bytes;
use http::{Request, Response};
use serde::Deserialize;

use super::Session;
use crate::{
    Operation, Payload, Stamp,
    cos::{Bucket, FilePath, Uploaded, envelope, request::Target},
    error::Error,
    loose,
    multipart::Form,
};

/// Asks what is there of an upload by slices (section 7.4).
///
/// ```text
/// POST /files/v2/{appid}/{bucket}{path}
/// op=upload_slice_list
/// ```
#[derive(Clone, Debug)]
pub struct ListSlices {
    bucket: Bucket,
    path: FilePath,
}

/// What [`ListSlices`] finds.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Found {
    /// No open upload, but a finished file.
    Finished(Uploaded),
    /// An open upload.
    Open(OpenUpload),
}

/// An upload that was opened and not closed.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct OpenUpload {
    /// What to go on with.
    pub session: Session,
    /// The length of the content that was announced, in bytes.
    pub size: u64,
    /// SHA-1 of the content that was announced, in hex, if it was.
    pub sha: Option<String>,
    /// What is there already.
    pub stored: Vec<StoredSlice>,
}

/// A slice that is there already.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[non_exhaustive]
pub struct StoredSlice {
    /// Where it begins, in bytes.
    #[serde(deserialize_with = "loose::number")]
    pub offset: u64,
    /// How long it is, in bytes.
    #[serde(rename = "datalen", deserialize_with = "loose::number")]
    pub length: u64,
}

impl ListSlices {
    /// Asks about uploads to this path.
    pub fn new(bucket: Bucket, path: FilePath) -> ListSlices {
        ListSlices { bucket, path }
    }
}

impl Operation for ListSlices {
    type Output = Found;

    fn request(&self, stamp: &Stamp) -> Result<Request<Payload>, Error> {
        let form = Form::new(&stamp.nonce).text("op", "upload_slice_list");
        self.bucket.post_form(Target::File(&self.path), form, stamp)
    }

    fn parse(&self, response: &Response<Bytes>) -> Result<Found, Error> {
        // An open upload may show addresses too: those of what it is to replace (section 7.4).
        if !envelope::has(response, "session") && envelope::has(response, "access_url") {
            return envelope::open(response).map(Found::Finished);
        }
        let data: Data = envelope::open(response)?;
        Ok(Found::Open(OpenUpload {
            session: Session {
                id: data.session,
                slice_size: data.slice_size.get(),
                serial: data.serial_upload == Some(1),
            },
            size: data.filesize,
            sha: data
                .sha
                .map(|sha| bare_sha(&sha).to_owned())
                .filter(|sha| !sha.is_empty()),
            stored: data.listparts.unwrap_or_default(),
        }))
    }

    fn repeatable(&self) -> bool {
        true
    }
}

#[derive(Deserialize)]
struct Data {
    #[serde(deserialize_with = "loose::text")]
    session: String,
    #[serde(deserialize_with = "loose::number")]
    filesize: u64,
    #[serde(deserialize_with = "loose::positive")]
    slice_size: std::num::NonZeroU64,
    #[serde(default, deserialize_with = "loose::optional_number")]
    serial_upload: Option<i64>,
    #[serde(default)]
    sha: Option<String>,
    #[serde(default, deserialize_with = "stored_slices")]
    listparts: Option<Vec<StoredSlice>>,
}

/// A digest without what the service may append to it behind an underscore (section 7.4).
pub(super) fn bare_sha(sha: &str) -> &str {
    sha.split_once('_').map_or(sha, |(bare, _)| bare)
}

/// An array; the vendor's table says that it may be a text with one inside (section 3.3).
fn stored_slices<'de, D: serde::Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<Vec<StoredSlice>>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Either {
        Array(Vec<StoredSlice>),
        Text(String),
    }
    match Option::deserialize(deserializer)? {
        None => Ok(None),
        Some(Either::Array(slices)) => Ok(Some(slices)),
        Some(Either::Text(text)) if text.trim().is_empty() => Ok(None),
        Some(Either::Text(text)) => serde_json::from_str(&text).map_err(serde::de::Error::custom),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cos::tests::{answer, bucket, file};

    fn parse(body: &'static str) -> Result<Found, Error> {
        ListSlices::new(bucket(), file("/big")).parse(&answer(200, body))
    }

    #[test]
    fn slices_come_as_an_array_or_as_a_text_and_a_digest_may_have_a_tail() {
        for body in [
            r#"{"code":0,"data":{"session":"s","filesize":"150","slice_size":64,"sha":"6a2b_17",
                "listparts":[{"offset":0,"datalen":"64"}]}}"#,
            r#"{"code":0,"data":{"session":"s","filesize":150,"slice_size":"64","sha":"6a2b",
                "listparts":"[{\"offset\":\"0\",\"datalen\":64}]"}}"#,
        ] {
            let Ok(Found::Open(open)) = parse(body) else {
                panic!("{body}")
            };
            assert_eq!((open.size, open.sha.as_deref()), (150, Some("6a2b")));
            assert_eq!(
                open.stored,
                [StoredSlice {
                    offset: 0,
                    length: 64
                }]
            );
        }
    }

    #[test]
    fn an_address_without_a_session_is_a_finished_file() {
        let body = r#"{"code":0,"data":{"access_url":"a","source_url":"s","resource_path":"r"}}"#;
        assert!(matches!(parse(body), Ok(Found::Finished(_))));
        assert!(parse(r#"{"code":0,"data":{}}"#).is_err());
    }

    #[test]
    fn an_open_upload_is_open_even_if_it_shows_the_address_of_what_it_replaces() {
        let body = r#"{"code":0,"data":{"access_url":"a","source_url":"s","resource_path":"r",
            "session":7,"filesize":1,"slice_size":1,"sha":"","listparts":null}}"#;
        let Ok(Found::Open(open)) = parse(body) else {
            panic!("not open")
        };
        assert_eq!(
            (open.session.id.as_str(), open.sha, open.stored.len()),
            ("7", None, 0)
        );
    }
}
