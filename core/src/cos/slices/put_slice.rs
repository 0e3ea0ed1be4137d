use std::ops::Range;

use bytes::Bytes;
use http::{Request, Response};
use serde::Deserialize;

use crate::{
    Operation, Payload, Stamp,
    cos::{Bucket, FilePath, Uploaded, envelope, request::Target},
    error::{Error, InputError, ResponseError},
    loose,
    multipart::Form,
};

/// Sends one slice (section 7.2).
///
/// ```text
/// POST /files/v2/{appid}/{bucket}{path}
/// op=upload_slice_data, filecontent=…, session=…, offset=…, sha=…
/// ```
///
/// The content is source 0, the slice a range of it.
#[derive(Clone, Debug)]
pub struct PutSlice {
    bucket: Bucket,
    path: FilePath,
    session: String,
    range: Range<u64>,
    sha: Option<String>,
}

/// What [`PutSlice`] brings.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SliceStored {
    /// The slice is there.
    Stored {
        /// MD5 of what was stored, in hex, where the service says it.
        md5: Option<String>,
    },
    /// It was the last one missing, and the upload is closed.
    Complete(Uploaded),
}

impl PutSlice {
    /// The slice `range` of the content, of the upload that is called `session`.
    ///
    /// `sha` is SHA-1 of the whole content, in hex, if the upload was opened with it.
    pub fn new(
        bucket: Bucket,
        path: FilePath,
        session: impl Into<String>,
        range: Range<u64>,
        sha: Option<String>,
    ) -> PutSlice {
        PutSlice {
            bucket,
            path,
            session: session.into(),
            range,
            sha,
        }
    }

    /// Which bytes of the content it sends.
    pub fn range(&self) -> Range<u64> {
        self.range.clone()
    }
}

impl Operation for PutSlice {
    type Output = SliceStored;

    fn request(&self, stamp: &Stamp) -> Result<Request<Payload>, Error> {
        let Range { start, end } = self.range;
        if end <= start {
            return Err(InputError::Range {
                start,
                end,
                length: None,
            }
            .into());
        }
        let form = Form::new(&stamp.nonce)
            .text("op", "upload_slice_data")
            .file("filecontent", 0, self.range.clone())
            .text("session", &self.session)
            .text("offset", start.to_string())
            .optional("sha", self.sha.as_ref());
        self.bucket.post_form(Target::File(&self.path), form, stamp)
    }

    fn parse(&self, response: &Response<Bytes>) -> Result<SliceStored, Error> {
        if envelope::has(response, "access_url") {
            return envelope::open(response).map(SliceStored::Complete);
        }
        let data: Data = envelope::open(response)?;
        let length = self.range.end.saturating_sub(self.range.start);
        if data.offset != self.range.start || data.datalen.is_some_and(|stored| stored != length) {
            let problem = "another slice was stored than was sent";
            return Err(ResponseError::new(problem, response).into());
        }
        Ok(SliceStored::Stored { md5: data.datamd5 })
    }

    /// The same bytes at the same place.
    fn repeatable(&self) -> bool {
        true
    }
}

#[derive(Deserialize)]
struct Data {
    #[serde(deserialize_with = "loose::number")]
    offset: u64,
    #[serde(default, deserialize_with = "loose::optional_number")]
    datalen: Option<u64>,
    #[serde(default)]
    datamd5: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cos::tests::{answer, bucket, file, stamp};

    fn slice(range: Range<u64>) -> PutSlice {
        PutSlice::new(bucket(), file("/big"), "00", range, None)
    }

    #[test]
    fn an_empty_or_backward_slice_is_refused() {
        assert!(matches!(
            slice(5..5).request(&stamp()),
            Err(Error::Input(_))
        ));
        #[expect(clippy::reversed_empty_ranges, reason = "what a caller might compute")]
        let backward = slice(6..5);
        assert!(matches!(backward.request(&stamp()), Err(Error::Input(_))));
    }

    #[test]
    fn an_answer_about_another_slice_is_an_error() {
        let parse = |body| slice(64..128).parse(&answer(200, body));
        assert_eq!(
            parse(
                r#"{"code":0,"data":{"session":"00","offset":"64","datalen":64,"datamd5":"b2"}}"#
            )
            .ok(),
            Some(SliceStored::Stored {
                md5: Some("b2".into())
            })
        );
        assert!(parse(r#"{"code":0,"data":{"offset":0,"datalen":64}}"#).is_err());
        assert!(parse(r#"{"code":0,"data":{"offset":64,"datalen":63}}"#).is_err());
        assert!(parse(r#"{"code":0,"data":{}}"#).is_err());
    }

    #[test]
    fn an_address_means_that_the_upload_is_complete() {
        let body = r#"{"code":0,"data":{"access_url":"a","source_url":"s","resource_path":"r"}}"#;
        let stored = slice(0..1).parse(&answer(200, body)).expect("a success");
        assert!(matches!(stored, SliceStored::Complete(_)));
    }
}
