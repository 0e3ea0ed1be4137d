use bytes::Bytes;
use http::{Request, Response};

use crate::{
    Operation, Payload, Stamp,
    error::{Error, ServiceError},
    wanxiang::{
        FileId, codes, envelope,
        space::{Scheme, Space, Target},
    },
};

/// Deletes a video (section 8.3): [`Videos::delete`](crate::wanxiang::Videos::delete).
///
/// ```text
/// POST /videos/v1/{appid}/{user}/{file id}/del
/// ```
#[derive(Clone, Debug)]
pub struct DeleteVideo {
    space: Space,
    file_id: FileId,
}

impl DeleteVideo {
    pub(in crate::wanxiang) fn new(space: Space, file_id: FileId) -> DeleteVideo {
        DeleteVideo { space, file_id }
    }
}

impl Operation for DeleteVideo {
    type Output = ();

    /// With the scheme word, unlike the deletion of a picture (section 3.6).
    fn request(&self, stamp: &Stamp) -> Result<Request<Payload>, Error> {
        self.space
            .post(Target::Delete(&self.file_id), Scheme::QCloud, stamp)
    }

    fn parse(&self, response: &Response<Bytes>) -> Result<(), Error> {
        envelope::done(response)
    }

    fn repeatable(&self) -> bool {
        self.space.signs_anew()
    }

    fn if_carried_out(&self) -> Option<&'static str> {
        let spent = "the video may have been deleted, and the signature be spent";
        (!self.space.signs_anew()).then_some(spent)
    }

    /// Gone, after a deletion whose answer was lost, is what was wanted.
    fn settled(&self, refusal: &ServiceError) -> Option<()> {
        (refusal.code() == codes::MISSING).then_some(())
    }
}
