use std::{marker::PhantomData, ops::Range, time::Duration};

use bytes::Bytes;
use http::{Request, Response};

use super::{OpenSlices, Opened, PutSlice, Session, SliceStored, Stored, Subject};
use crate::{
    Flow, Operation, Payload, Stamp, Turn,
    error::{Error, ResponseError},
    wanxiang::{Content, FileId, codes, photo::UploadedPhoto, space::Space, video::UploadedVideo},
};

/// How often an upload is opened again, or set back, without getting any further.
const RECOVERIES: u32 = 8;

/// Uploads by slices, one after the other (sections 6.2 and 8.4):
/// [`Bucket::put_slices`](crate::wanxiang::Bucket::put_slices),
/// [`Videos::put_slices`](crate::wanxiang::Videos::put_slices).
///
/// ```text
///          the content is known
///   Open ───────────────────────▶ done
///    │ ▲                           ▲
///    │ └── unknown session         │
///    ▼           ▲                 │
///   Put ─────────┴─────────────────┘
///    └▶ next slice
/// ```
///
/// The service decides from where on it wants the content, and how long a slice is. The first
/// refusal that no repetition helps ends it. The content, with its digests, is source 0.
#[derive(Clone, Debug)]
pub struct PutSlices<S> {
    open: OpenSlices<S>,
    state: State<S>,
    recoveries: u32,
    /// The end of what was ever stored: getting beyond it is progress.
    furthest: u64,
}

#[derive(Clone, Debug)]
enum State<S> {
    Open,
    Put(PutSlice<S>, Session),
}

impl PutSlices<UploadedPhoto> {
    pub(in crate::wanxiang) fn photo(
        space: Space,
        file_id: Option<FileId>,
        content: Content,
    ) -> PutSlices<UploadedPhoto> {
        PutSlices::new(space, file_id, content, Subject::Photo)
    }

    /// The slice size to ask for, in bytes: at most 3 MB; 512 KB if none is asked for.
    pub fn slice_size(mut self, bytes: u64) -> PutSlices<UploadedPhoto> {
        self.open.slice_size = Some(bytes);
        self
    }
}

impl PutSlices<UploadedVideo> {
    pub(in crate::wanxiang) fn video(space: Space, content: Content) -> PutSlices<UploadedVideo> {
        let subject = Subject::Video {
            title: String::new(),
            description: String::new(),
        };
        PutSlices::new(space, None, content, subject)
    }

    /// The title.
    pub fn title(mut self, text: impl Into<String>) -> PutSlices<UploadedVideo> {
        if let Subject::Video { title, .. } = &mut self.open.subject {
            *title = text.into();
        }
        self
    }

    /// The description.
    pub fn description(mut self, text: impl Into<String>) -> PutSlices<UploadedVideo> {
        if let Subject::Video { description, .. } = &mut self.open.subject {
            *description = text.into();
        }
        self
    }
}

impl<S: Stored> PutSlices<S> {
    fn new(
        space: Space,
        file_id: Option<FileId>,
        content: Content,
        subject: Subject,
    ) -> PutSlices<S> {
        let open = OpenSlices {
            space,
            file_id,
            content,
            subject,
            slice_size: None,
            magic_context: String::new(),
            session: String::new(),
            stored: PhantomData,
        };
        PutSlices {
            open,
            state: State::Open,
            recoveries: 0,
            furthest: 0,
        }
    }

    /// A text that the service passes on to the callback address of the bucket, if one is set.
    pub fn magic_context(mut self, text: impl Into<String>) -> PutSlices<S> {
        self.open.magic_context = text.into();
        self
    }

    /// Takes up an upload of the same content that was begun before. If the service does not know
    /// it any more, the upload begins anew.
    pub fn take_up(mut self, session: impl Into<String>) -> PutSlices<S> {
        self.open.session = session.into();
        self
    }

    /// The upload as far as it is known to have come, to be saved and [taken
    /// up](PutSlices::take_up) later; `None` before it is open.
    pub fn session(&self) -> Option<&Session> {
        match &self.state {
            State::Open => None,
            State::Put(_, session) => Some(session),
        }
    }

    /// The opening by itself: for those who send the slices on their own.
    pub fn into_open(self) -> OpenSlices<S> {
        self.open
    }

    /// Goes on at `session.offset`.
    fn advance(&mut self, session: Session, response: &Response<Bytes>) -> Result<Turn<S>, Error> {
        let size = self.open.content.size();
        if session.offset >= size {
            let problem = "every slice is stored, but the upload is not closed";
            return Err(ResponseError::new(problem, response).into());
        }
        let end = session.offset.saturating_add(session.slice_size).min(size);
        let put = PutSlice::new(&self.open, session.id.clone(), session.offset..end);
        self.state = State::Put(put, session);
        Ok(Turn::NEXT)
    }

    /// Goes on behind what the service says it stored: its word counts, not ours (section 6.2).
    fn stored(
        &mut self,
        sent: Range<u64>,
        session: Session,
        offset: Option<u64>,
        response: &Response<Bytes>,
    ) -> Result<Turn<S>, Error> {
        let next = match offset {
            None => sent.end,
            Some(offset) if offset == sent.start || offset == sent.end => sent.end,
            // It wants to have something again.
            Some(offset) if offset < sent.start => offset.saturating_add(session.slice_size),
            Some(_) => {
                let problem = "another slice was stored than was sent";
                return Err(ResponseError::new(problem, response).into());
            }
        };
        if next > self.furthest {
            self.furthest = next;
            self.recoveries = 0;
        } else if self.recoveries == RECOVERIES {
            let problem = "the service asks for the same slices again and again";
            return Err(ResponseError::new(problem, response).into());
        } else {
            self.recoveries += 1;
        }
        let session = Session {
            offset: next,
            ..session
        };
        self.advance(session, response)
    }

    /// Begins anew where the service has forgotten the upload: its content may be there by now, and
    /// is recognised then.
    fn recover(&mut self, error: Error) -> Result<Turn<S>, Error> {
        let forgotten = error
            .service()
            .is_some_and(|refusal| refusal.code() == codes::UNKNOWN_SESSION);
        let fresh = matches!(self.state, State::Open) && self.open.session.is_empty();
        if !forgotten || fresh || self.recoveries == RECOVERIES {
            return Err(error);
        }
        self.recoveries += 1;
        self.open.session.clear();
        self.state = State::Open;
        Ok(Turn::Next {
            after: match self.recoveries {
                1 => Duration::ZERO,
                count => Duration::from_millis(250 << count.min(6)),
            },
        })
    }
}

impl<S: Stored> Flow for PutSlices<S> {
    type Output = S;

    fn poll(&mut self, stamp: &Stamp) -> Result<Request<Payload>, Error> {
        match &self.state {
            State::Open => self.open.request(stamp),
            State::Put(put, _) => put.request(stamp),
        }
    }

    fn handle(&mut self, response: &Response<Bytes>) -> Result<Turn<S>, Error> {
        match &self.state {
            State::Open => match self.open.parse(response) {
                Ok(Opened::Already(stored)) => Ok(Turn::Done(stored)),
                Ok(Opened::Session(session)) => self.advance(session, response),
                Err(error) => self.recover(error),
            },
            State::Put(put, session) => match put.parse(response) {
                Ok(SliceStored::Complete(stored)) => Ok(Turn::Done(stored)),
                Ok(SliceStored::Stored { offset }) => {
                    let (sent, session) = (put.range(), session.clone());
                    self.stored(sent, session, offset, response)
                }
                Err(error) => self.recover(error),
            },
        }
    }

    /// The same bytes at the same place; a closed upload is found by its digest.
    fn repeatable(&self) -> bool {
        true
    }
}

#[cfg(test)]
#[path = "put_slices_tests.rs"]
mod tests;
