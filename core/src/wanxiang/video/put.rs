use bytes::Bytes;
use http::{Request, Response};

use super::{UploadVideo, UploadedVideo};
use crate::{
    Flow, Operation, Payload, Stamp, Turn,
    error::{Error, ServiceError},
    wanxiang::{Digests, SLICES_ADVISED_VIDEO, slices::PutSlices, space::Space},
};

/// Uploads a video of any size: [`Videos::put`](crate::wanxiang::Videos::put).
///
/// In one request up to 20 MB, by slices above (section 8.4). The content, with its digests, is
/// source 0.
#[derive(Clone, Debug)]
pub struct PutVideo(Way);

#[derive(Clone, Debug)]
enum Way {
    Whole(Box<UploadVideo>),
    Slices(Box<PutSlices<UploadedVideo>>),
}

impl PutVideo {
    pub(in crate::wanxiang) fn new(space: Space, content: Digests) -> PutVideo {
        PutVideo(match content.size() > SLICES_ADVISED_VIDEO {
            true => Way::Slices(Box::new(PutSlices::video(space, content))),
            false => Way::Whole(Box::new(UploadVideo::new(space, content))),
        })
    }

    /// The title.
    pub fn title(self, text: impl Into<String>) -> PutVideo {
        PutVideo(match self.0 {
            Way::Whole(upload) => Way::Whole(Box::new(upload.title(text))),
            Way::Slices(slices) => Way::Slices(Box::new(slices.title(text))),
        })
    }

    /// The description.
    pub fn description(self, text: impl Into<String>) -> PutVideo {
        PutVideo(match self.0 {
            Way::Whole(upload) => Way::Whole(Box::new(upload.description(text))),
            Way::Slices(slices) => Way::Slices(Box::new(slices.description(text))),
        })
    }

    /// A text that the service passes on to the callback address, if one is set.
    pub fn magic_context(self, text: impl Into<String>) -> PutVideo {
        PutVideo(match self.0 {
            Way::Whole(upload) => Way::Whole(Box::new(upload.magic_context(text))),
            Way::Slices(slices) => Way::Slices(Box::new(slices.magic_context(text))),
        })
    }
}

impl Flow for PutVideo {
    type Output = UploadedVideo;

    fn poll(&mut self, stamp: &Stamp) -> Result<Request<Payload>, Error> {
        match &mut self.0 {
            Way::Whole(upload) => upload.request(stamp),
            Way::Slices(slices) => slices.poll(stamp),
        }
    }

    fn handle(&mut self, response: &Response<Bytes>) -> Result<Turn<UploadedVideo>, Error> {
        match &mut self.0 {
            Way::Whole(upload) => upload.parse(response).map(Turn::Done),
            Way::Slices(slices) => slices.handle(response),
        }
    }

    fn repeatable(&self) -> bool {
        match &self.0 {
            Way::Whole(upload) => Operation::repeatable(&**upload),
            Way::Slices(slices) => slices.repeatable(),
        }
    }

    fn in_doubt(&mut self) {
        if let Way::Slices(slices) = &mut self.0 {
            slices.in_doubt();
        }
    }

    fn if_carried_out(&self) -> Option<&'static str> {
        match &self.0 {
            Way::Whole(upload) => Operation::if_carried_out(&**upload),
            Way::Slices(slices) => slices.if_carried_out(),
        }
    }

    fn settled(&mut self, refusal: &ServiceError) -> Option<Turn<UploadedVideo>> {
        match &mut self.0 {
            Way::Whole(upload) => Operation::settled(&**upload, refusal).map(Turn::Done),
            Way::Slices(slices) => slices.settled(refusal),
        }
    }
}
