use bytes::Bytes;
use http::{Request, Response};
use serde::Serialize;

use super::refuse_root;
use crate::{
    Operation, Payload, Stamp,
    cos::{Bucket, FolderPath, envelope, request::Target, upload::check_biz_attr},
    error::Error,
};

/// Changes the attribute of a folder (section 8.3): [`Bucket::update_folder`].
///
/// ```text
/// POST /files/v2/{appid}/{bucket}{path}/
/// {"op":"update","biz_attr":"…"}
/// ```
#[derive(Clone, Debug)]
pub struct UpdateFolder {
    bucket: Bucket,
    path: FolderPath,
    biz_attr: String,
}

#[derive(Serialize)]
struct Body<'a> {
    op: &'static str,
    biz_attr: &'a str,
}

impl UpdateFolder {
    pub(in crate::cos) fn new(bucket: Bucket, path: FolderPath, biz_attr: String) -> UpdateFolder {
        UpdateFolder {
            bucket,
            path,
            biz_attr,
        }
    }
}

impl Operation for UpdateFolder {
    type Output = ();

    fn request(&self, stamp: &Stamp) -> Result<Request<Payload>, Error> {
        refuse_root(&self.path)?;
        check_biz_attr(&self.biz_attr)?;
        let body = Body {
            op: "update",
            biz_attr: &self.biz_attr,
        };
        self.bucket
            .post_json(Target::FolderOnce(&self.path), &body, stamp)
    }

    fn parse(&self, response: &Response<Bytes>) -> Result<(), Error> {
        envelope::done(response)
    }

    /// The second time changes nothing.
    fn repeatable(&self) -> bool {
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        cos::tests::{bucket, stamp},
        error::{InputError, PathError},
    };

    #[test]
    fn the_root_cannot_be_updated() {
        let result = bucket()
            .update_folder(&FolderPath::root(), "x")
            .request(&stamp());
        assert!(matches!(
            result,
            Err(Error::Input(InputError::Path(PathError::Root)))
        ));
    }
}
