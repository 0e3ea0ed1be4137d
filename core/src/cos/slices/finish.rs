use bytes::Bytes;
use http::{Request, Response};

use crate::{
    Operation, Payload, Stamp,
    cos::{Bucket, FilePath, Uploaded, envelope, request::Target},
    error::Error,
    multipart::Form,
};

/// Closes an upload by slices (section 7.3).
///
/// ```text
/// POST /files/v2/{appid}/{bucket}{path}
/// op=upload_slice_finish, session=…, filesize=…, sha=…
/// ```
#[derive(Clone, Debug)]
pub struct FinishSlices {
    bucket: Bucket,
    path: FilePath,
    session: String,
    size: u64,
    sha: Option<String>,
}

impl FinishSlices {
    /// Closes the upload that is called `session`, of `size` bytes.
    ///
    /// `sha` is SHA-1 of the whole content, in hex, if the upload was opened with it.
    pub fn new(
        bucket: Bucket,
        path: FilePath,
        session: impl Into<String>,
        size: u64,
        sha: Option<String>,
    ) -> FinishSlices {
        FinishSlices {
            bucket,
            path,
            session: session.into(),
            size,
            sha,
        }
    }
}

impl Operation for FinishSlices {
    type Output = Uploaded;

    fn request(&self, stamp: &Stamp) -> Result<Request<Payload>, Error> {
        let form = Form::new(&stamp.nonce)
            .text("op", "upload_slice_finish")
            .text("session", &self.session)
            .text("filesize", self.size.to_string())
            .optional("sha", self.sha.as_ref());
        self.bucket.post_form(Target::File(&self.path), form, stamp)
    }

    fn parse(&self, response: &Response<Bytes>) -> Result<Uploaded, Error> {
        envelope::open(response)
    }

    /// The second time the session is presumably gone (-29096), and [`ListSlices`](super::ListSlices) tells
    /// whether the file is there.
    fn repeatable(&self) -> bool {
        true
    }
}
