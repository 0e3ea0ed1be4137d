use std::{marker::PhantomData, ops::Range, time::Duration};

use bytes::Bytes;
use http::{Request, Response};

use super::{
    OpenSlices, Opened, PutSlice, Session, SessionKeeper, SliceStored, Stored, Subject,
    open::IF_STORED,
};
use crate::{
    Flow, Operation, Payload, Stamp, Turn,
    error::{Error, InputError, ResponseError, ServiceError},
    wanxiang::{Digests, FileId, codes, photo::UploadedPhoto, space::Space, video::UploadedVideo},
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
/// refusal that no repetition helps ends it.
///
/// Under an id of the service's, what may have been stored already is not sent a second time: if
/// the answer to the last slice was lost and the service then has forgotten the upload, that ends
/// it, with [`Error::Doubt`].
///
/// The content, with its digests, is source 0.
#[derive(Clone, Debug)]
pub struct PutSlices<S> {
    open: OpenSlices<S>,
    state: State<S>,
    keeper: SessionKeeper,
    recoveries: u32,
    /// The end of what was ever stored: getting beyond it is progress.
    furthest: u64,
    /// All of it may have been stored, although the answer was lost.
    in_doubt: bool,
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
        content: Digests,
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
    pub(in crate::wanxiang) fn video(space: Space, content: Digests) -> PutSlices<UploadedVideo> {
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
        content: Digests,
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
            keeper: SessionKeeper::default(),
            recoveries: 0,
            furthest: 0,
            in_doubt: false,
        }
    }

    /// A text that the service passes on to the callback address of the bucket, if one is set.
    pub fn magic_context(mut self, text: impl Into<String>) -> PutSlices<S> {
        self.open.magic_context = text.into();
        self
    }

    /// Takes up an upload of the same content that was begun before. If the service does not know
    /// it any more, the upload begins anew.
    ///
    /// # Errors
    ///
    /// [`InputError::SessionOfAnother`] if it is one of other content.
    pub fn take_up(mut self, session: &Session) -> Result<PutSlices<S>, InputError> {
        let content = &self.open.content;
        if session.size != content.size() || content.sha1() != session.sha1 {
            return Err(InputError::SessionOfAnother);
        }
        self.open.session.clone_from(&session.id);
        Ok(self)
    }

    /// Keeps the session in `keeper` too, as long as the upload is open.
    pub fn kept_in(mut self, keeper: &SessionKeeper) -> PutSlices<S> {
        self.keeper = keeper.clone();
        self
    }

    /// The opening by itself: for those who send the slices on their own.
    pub fn into_open(self) -> OpenSlices<S> {
        self.open
    }

    /// Goes on at `session.offset`.
    fn advance(
        &mut self,
        mut session: Session,
        response: &Response<Bytes>,
    ) -> Result<Turn<S>, Error> {
        let size = session.size;
        if session.offset >= size {
            self.count(
                "every slice is stored, but the upload is not closed",
                response,
            )?;
            // Another time the last slice, in the hope that it closes.
            session.offset = (size - 1) / session.slice_size * session.slice_size;
        }
        let end = session.offset.saturating_add(session.slice_size).min(size);
        let put = PutSlice::new(&self.open, session.id.clone(), session.offset..end);
        self.keeper.keep(Some(&session));
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
            Some(offset) if offset < sent.start => {
                self.count("the same slices are asked for again and again", response)?;
                offset.saturating_add(session.slice_size)
            }
            Some(_) => {
                let problem = "another slice was stored than was sent";
                return Err(ResponseError::new(problem, response).into());
            }
        };
        if next > self.furthest && next < session.size {
            self.furthest = next;
            self.recoveries = 0;
        }
        let session = Session {
            offset: next,
            ..session
        };
        self.advance(session, response)
    }

    /// Counts what goes round without getting further; `problem` is the result if it does not end.
    fn count(&mut self, problem: &str, response: &Response<Bytes>) -> Result<(), Error> {
        if self.recoveries == RECOVERIES {
            return Err(ResponseError::new(problem, response).into());
        }
        self.recoveries += 1;
        Ok(())
    }

    fn done(&mut self, stored: S) -> Result<Turn<S>, Error> {
        self.keeper.keep(None);
        Ok(Turn::Done(stored))
    }

    /// Begins anew where the service has forgotten the upload: its content may be there by now, and
    /// is recognised then.
    fn recover(&mut self, error: Error) -> Result<Turn<S>, Error> {
        let code = error.service().map(ServiceError::code);
        // Another object would be made of what may be stored already.
        let twice = self.in_doubt && self.open.file_id.is_none();
        let fresh = matches!(self.state, State::Open) && self.open.session.is_empty();
        if code != Some(codes::UNKNOWN_SESSION) || fresh || twice || self.recoveries == RECOVERIES {
            // An earlier exchange of this upload may have stored it, under an id of the service's or
            // this one, which is taken then: the driver cannot know.
            let is_new = self.open.file_id.is_none();
            let by_us = self.in_doubt && (is_new || code == Some(codes::TAKEN));
            return Err(error.in_doubt(by_us.then_some(IF_STORED)));
        }
        self.recoveries += 1;
        self.open.session.clear();
        self.state = State::Open;
        self.keeper.keep(None);
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
                Ok(Opened::Already(stored)) => self.done(stored),
                Ok(Opened::Session(session)) => self.advance(session, response),
                Err(error) => self.recover(error),
            },
            State::Put(put, session) => match put.parse(response) {
                Ok(SliceStored::Complete(stored)) => self.done(stored),
                Ok(SliceStored::Stored { offset }) => {
                    let (sent, session) = (put.range(), session.clone());
                    self.stored(sent, session, offset, response)
                }
                Err(error) => self.recover(error),
            },
        }
    }

    fn repeatable(&self) -> bool {
        match &self.state {
            State::Open => Operation::repeatable(&self.open),
            State::Put(put, _) => Operation::repeatable(put),
        }
    }

    fn in_doubt(&mut self) {
        self.in_doubt |= match &self.state {
            State::Open => !Operation::repeatable(&self.open),
            State::Put(put, session) => put.range().end == session.size,
        };
    }

    fn if_carried_out(&self) -> Option<&'static str> {
        self.in_doubt.then_some(IF_STORED)
    }
}

#[cfg(test)]
#[path = "put_slices_tests.rs"]
mod tests;
