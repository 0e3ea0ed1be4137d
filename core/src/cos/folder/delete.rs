use bytes::Bytes;
use http::{Request, Response};

use super::refuse_root;
use crate::{
    Operation, Payload, Stamp,
    cos::{Bucket, FolderPath, codes, delete::BODY, envelope, request::Target},
    error::{Error, ServiceError},
};

/// Deletes an empty folder (section 8.4): [`Bucket::delete_folder`].
///
/// ```text
/// POST /files/v2/{appid}/{bucket}{path}/
/// {"op":"delete"}
/// ```
#[derive(Clone, Debug)]
pub struct DeleteFolder {
    bucket: Bucket,
    path: FolderPath,
}

impl DeleteFolder {
    pub(in crate::cos) fn new(bucket: Bucket, path: FolderPath) -> DeleteFolder {
        DeleteFolder { bucket, path }
    }
}

impl Operation for DeleteFolder {
    type Output = ();

    fn request(&self, stamp: &Stamp) -> Result<Request<Payload>, Error> {
        refuse_root(&self.path)?;
        self.bucket
            .post_json(Target::FolderOnce(&self.path), &BODY, stamp)
    }

    fn parse(&self, response: &Response<Bytes>) -> Result<(), Error> {
        envelope::done(response)
    }

    fn repeatable(&self) -> bool {
        true
    }

    /// Gone, after a deletion whose answer was lost, is what was wanted (section 11.1).
    fn settled(&self, refusal: &ServiceError) -> Option<()> {
        (refusal.code() == codes::MISSING).then_some(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        cos::tests::{answer, bucket, folder, stamp},
        error::{InputError, PathError, ServiceErrorKind},
    };

    #[test]
    fn the_root_cannot_be_deleted() {
        let result = bucket()
            .delete_folder(&FolderPath::root())
            .request(&stamp());
        assert!(matches!(
            result,
            Err(Error::Input(InputError::Path(PathError::Root)))
        ));
    }

    #[test]
    fn a_folder_with_files_in_it_is_refused_by_the_service() {
        let body = r#"{"code":-173,"message":"ERROR_CMD_COS_DIR_NOT_EMPTY"}"#;
        let error = bucket()
            .delete_folder(&folder("/a/"))
            .parse(&answer(409, body))
            .expect_err("refused");
        assert_eq!(
            error.service().map(ServiceError::kind),
            Some(ServiceErrorKind::Exists)
        );
    }
}
