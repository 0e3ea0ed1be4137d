use std::{marker::PhantomData, num::NonZeroU64};

use bytes::Bytes;
use http::{Request, Response};
use serde::Deserialize;

use super::{SLICE_LIMIT, Session, Stored, Subject};
use crate::{
    Operation, Payload, Stamp,
    error::{Error, InputError, ResponseError},
    loose,
    multipart::Form,
    wanxiang::{
        Digests, FileId, envelope,
        space::{Scheme, Space, Target},
    },
};

/// What a lost answer leaves open, if the content was stored by it.
pub(super) const IF_STORED: &str =
    "what was uploaded may have been stored, perhaps under an id that only the service knows";

/// Opens an upload by slices, or asks how far an open one has come (sections 6.2 and 8.4).
///
/// ```text
/// POST /photos/v2/{appid}/{bucket}/{user}[/{file id}]
/// op=upload_slice, filesize=…, sha=…, slice_size=…, session=…, MagicContext=…
/// POST /videos/v1/{appid}/{user}
/// op=upload_slice, Sha=…, filesize=…, Title=…, Desc=…, MagicContext=…, session=…
/// ```
#[derive(Clone, Debug)]
pub struct OpenSlices<S> {
    pub(super) space: Space,
    pub(super) file_id: Option<FileId>,
    pub(super) content: Digests,
    pub(super) subject: Subject,
    pub(super) slice_size: Option<u64>,
    pub(super) magic_context: String,
    pub(super) session: String,
    pub(super) stored: PhantomData<fn() -> S>,
}

/// What [`OpenSlices`] brings.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Opened<S> {
    /// The service has this content already: nothing is to be sent.
    Already(S),
    /// An upload is open.
    Session(Session),
}

impl<S: Stored> OpenSlices<S> {
    fn check(&self) -> Result<&str, InputError> {
        if self.content.size() == 0 {
            return Err(InputError::NothingToSlice);
        }
        match self.slice_size {
            None | Some(1..=SLICE_LIMIT) => Ok(self.content.sha1()),
            Some(asked) => Err(InputError::PictureSliceSize {
                asked,
                limit: SLICE_LIMIT,
            }),
        }
    }

    fn form(&self, stamp: &Stamp, sha: &str) -> Form {
        let given = |text: &'_ String| Some(text.clone()).filter(|text| !text.is_empty());
        let size = self.content.size().to_string();
        let form = Form::new(&stamp.nonce).text("op", "upload_slice");
        match &self.subject {
            Subject::Photo => form
                .text("filesize", size)
                .text("sha", sha)
                .optional("slice_size", self.slice_size.map(|size| size.to_string()))
                .optional("session", given(&self.session))
                .optional("magicContext", given(&self.magic_context)),
            // The vendor's client sends the session in any case (section 8.4).
            Subject::Video { title, description } => form
                .text("Sha", sha)
                .text("filesize", size)
                .optional("Title", given(title))
                .optional("Desc", given(description))
                .optional("MagicContext", given(&self.magic_context))
                .text("session", &self.session),
        }
    }

    pub(super) fn target(&self) -> Target<'_> {
        self.file_id.as_ref().map_or(Target::New, Target::File)
    }
}

impl<S: Stored> Operation for OpenSlices<S> {
    type Output = Opened<S>;

    fn request(&self, stamp: &Stamp) -> Result<Request<Payload>, Error> {
        let form = self.form(stamp, self.check()?);
        self.space
            .post_form(self.target(), "", form, Scheme::Bare, stamp)
    }

    fn parse(&self, response: &Response<Bytes>) -> Result<Opened<S>, Error> {
        // An address means that there is nothing left to do, whatever else is there.
        if envelope::has(response, "url") {
            let stored: S = envelope::open(response)?;
            stored.is_as_asked(self.file_id.as_ref(), response)?;
            return Ok(Opened::Already(stored));
        }
        let data: Data = envelope::open(response)?;
        if data.session.is_empty() {
            return Err(ResponseError::new("a session without a name", response).into());
        }
        Ok(Opened::Session(Session {
            id: data.session,
            size: self.content.size(),
            sha1: self.content.sha1().to_owned(),
            offset: data.offset,
            slice_size: data.slice_size.get(),
        }))
    }

    /// Known content is stored at once: under an id of the service's, a second time for a second
    /// request.
    fn repeatable(&self) -> bool {
        self.file_id.is_some() || !self.session.is_empty()
    }

    fn if_carried_out(&self) -> Option<&'static str> {
        Some(IF_STORED)
    }
}

#[derive(Deserialize)]
struct Data {
    #[serde(deserialize_with = "loose::text")]
    session: String,
    #[serde(deserialize_with = "loose::number")]
    offset: u64,
    #[serde(deserialize_with = "loose::positive")]
    slice_size: NonZeroU64,
}
