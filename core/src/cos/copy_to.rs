use bytes::Bytes;
use http::{Request, Response};

use super::{Bucket, Destination, FilePath, Overwrite, envelope, request::Target};
use crate::{Operation, Payload, Stamp, error::Error, multipart::Form};

/// Copies a file within the bucket (section 6.6): [`Bucket::copy_to`].
///
/// ```text
/// POST /files/v2/{appid}/{bucket}{path}
/// op=copy, dest_fileid=/archive/a.txt, to_over_write=0
/// ```
#[derive(Clone, Debug)]
pub struct CopyTo {
    bucket: Bucket,
    path: FilePath,
    destination: Destination,
    overwrite: Overwrite,
}

impl CopyTo {
    pub(super) fn new(bucket: Bucket, path: FilePath, destination: Destination) -> CopyTo {
        CopyTo {
            bucket,
            path,
            destination,
            overwrite: Overwrite::default(),
        }
    }

    /// What to do if there is a file at the destination; by default the copy fails.
    pub fn overwrite(mut self, overwrite: Overwrite) -> CopyTo {
        self.overwrite = overwrite;
        self
    }
}

impl Operation for CopyTo {
    type Output = ();

    fn request(&self, stamp: &Stamp) -> Result<Request<Payload>, Error> {
        let form = Form::new(&stamp.nonce)
            .text("op", "copy")
            .text("dest_fileid", self.destination.as_str())
            .text("to_over_write", self.overwrite.to_over_write());
        self.bucket
            .post_form(Target::FileOnce(&self.path), form, stamp)
    }

    fn parse(&self, response: &Response<Bytes>) -> Result<(), Error> {
        envelope::done(response)
    }

    /// With overwriting, the second time changes nothing; without, it would fail.
    fn repeatable(&self) -> bool {
        self.overwrite == Overwrite::Always
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cos::tests::{bucket, file, stamp, text};

    #[test]
    fn a_copy_is_a_form_of_three_fields_none_of_them_encoded() {
        let request = bucket()
            .copy_to(&file("/a.txt"), file("/归档/b c.txt"))
            .request(&stamp())
            .expect("a request");
        let body = text(request.body());
        assert!(
            body.contains("name=\"dest_fileid\"\r\n\r\n/归档/b c.txt\r\n"),
            "{body}"
        );
        assert!(
            body.contains("name=\"to_over_write\"\r\n\r\n0\r\n"),
            "{body}"
        );
    }
}
