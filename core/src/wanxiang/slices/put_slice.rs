use std::{marker::PhantomData, ops::Range};

use bytes::Bytes;
use http::{Request, Response};
use serde::Deserialize;

use super::{OpenSlices, Stored, Subject};
use crate::{
    Operation, Payload, Stamp,
    error::{Error, InputError},
    loose,
    multipart::Form,
    wanxiang::{
        FileId, envelope,
        space::{Scheme, Space, Target},
    },
};

/// Sends one slice (sections 6.2 and 8.4).
///
/// ```text
/// POST {the address at which the upload was opened}
/// op=upload_slice, filecontent=…, session=…, offset=…
/// ```
///
/// The content is source 0, the slice a range of it.
#[derive(Clone, Debug)]
pub struct PutSlice<S> {
    space: Space,
    file_id: Option<FileId>,
    is_photo: bool,
    session: String,
    range: Range<u64>,
    stored: PhantomData<fn() -> S>,
}

/// What [`PutSlice`] brings.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SliceStored<S> {
    /// The slice is there.
    Stored {
        /// Where the stored slice begins, where the service says it.
        offset: Option<u64>,
    },
    /// It was the last one, and the upload is closed.
    Complete(S),
}

impl<S: Stored> PutSlice<S> {
    /// The slice `range` of the upload that `open` opened, and the service calls `session`.
    pub fn new(open: &OpenSlices<S>, session: impl Into<String>, range: Range<u64>) -> PutSlice<S> {
        PutSlice {
            space: open.space.clone(),
            file_id: open.file_id.clone(),
            is_photo: open.subject == Subject::Photo,
            session: session.into(),
            range,
            stored: PhantomData,
        }
    }

    /// Which bytes of the content it sends.
    pub fn range(&self) -> Range<u64> {
        self.range.clone()
    }
}

impl<S: Stored> Operation for PutSlice<S> {
    type Output = SliceStored<S>;

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
        let form = Form::new(&stamp.nonce).text("op", "upload_slice");
        let offset = start.to_string();
        let form = match self.is_photo {
            true => form
                .text("session", &self.session)
                .text("offset", offset)
                .file_named("fileContent", "fileContent", None, 0, start..end),
            false => form
                .file_named("filecontent", "filecontent", None, 0, start..end)
                .text("session", &self.session)
                .text("offset", offset),
        };
        let target = self.file_id.as_ref().map_or(Target::New, Target::File);
        self.space.post_form(target, "", form, Scheme::Bare, stamp)
    }

    fn parse(&self, response: &Response<Bytes>) -> Result<SliceStored<S>, Error> {
        if envelope::has(response, "url") {
            let stored: S = envelope::open(response)?;
            stored.is_as_asked(self.file_id.as_ref(), response)?;
            return Ok(SliceStored::Complete(stored));
        }
        let data: Data = envelope::open(response)?;
        Ok(SliceStored::Stored {
            offset: data.offset,
        })
    }

    /// The same bytes at the same place.
    fn repeatable(&self) -> bool {
        true
    }
}

#[derive(Deserialize)]
struct Data {
    #[serde(default, deserialize_with = "loose::optional_number")]
    offset: Option<u64>,
}
