use bytes::Bytes;
use http::{Request, Response};
use serde::Serialize;

use super::{Bucket, FilePath, codes, envelope, request::Target};
use crate::{
    Operation, Payload, Stamp,
    error::{Error, ServiceError},
};

/// Deletes a file (section 6.4): [`Bucket::delete`].
///
/// ```text
/// POST /files/v2/{appid}/{bucket}{path}
/// {"op":"delete"}
/// ```
#[derive(Clone, Debug)]
pub struct Delete {
    bucket: Bucket,
    path: FilePath,
}

/// The body of this and of the deletion of a folder.
#[derive(Serialize)]
pub(super) struct Body {
    op: &'static str,
}

pub(super) const BODY: Body = Body { op: "delete" };

impl Delete {
    pub(super) fn new(bucket: Bucket, path: FilePath) -> Delete {
        Delete { bucket, path }
    }
}

impl Operation for Delete {
    type Output = ();

    fn request(&self, stamp: &Stamp) -> Result<Request<Payload>, Error> {
        self.bucket
            .post_json(Target::FileOnce(&self.path), &BODY, stamp)
    }

    fn parse(&self, response: &Response<Bytes>) -> Result<(), Error> {
        envelope::done(response)
    }

    fn repeatable(&self) -> bool {
        true
    }

    /// Gone, after a deletion whose answer was lost, is what was wanted (section 11.1). A missing
    /// bucket is something else.
    fn settled(&self, refusal: &ServiceError) -> Option<()> {
        (refusal.code() == codes::MISSING).then_some(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        Driver, Retry, Step,
        cos::tests::{answer, bucket, file, stamp},
        error::TransportError,
    };

    const MISSING: &str = r#"{"code":-197,"message":"ERROR_CMD_FILE_NOTEXIST"}"#;

    #[test]
    fn missing_is_an_error_unless_an_earlier_attempt_may_have_deleted_it() {
        let delete = bucket().delete(&file("/a"));
        assert!(delete.parse(&answer(404, MISSING)).is_err());

        let mut driver = Driver::new(delete, Retry::default());
        assert!(matches!(driver.poll(&stamp()), Step::Send(_)));
        driver.handle(Err(TransportError::unknown("reset").into()));
        assert!(matches!(driver.poll(&stamp()), Step::Sleep(_)));
        assert!(matches!(driver.poll(&stamp()), Step::Send(_)));
        driver.handle(Ok(answer(404, MISSING)));
        assert!(matches!(driver.poll(&stamp()), Step::Done(Ok(()))));
    }
}
