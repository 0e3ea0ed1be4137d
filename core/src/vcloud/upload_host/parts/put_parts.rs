use bytes::Bytes;
use http::{Request, Response};

use super::{MergeParts, OpenParts, PutPart, Session, SessionKeeper};
use crate::{
    Operation, Payload, Stamp, Turn,
    error::Error,
    vcloud::{
        Content, Scheme,
        upload_host::{UploadAddress, place::Place},
    },
};

/// Puts a content in parts to one host: what of it is not there yet.
///
/// ```text
///   Open ──▶ Put ──▶ Merge ──▶ done
///             └▶ next part
/// ```
#[derive(Clone, Debug)]
pub(in crate::vcloud::upload_host) struct PutParts {
    content: Content,
    source: usize,
    scheme: Scheme,
    keeper: SessionKeeper,
    open: OpenParts,
    state: State,
    /// Begun elsewhere, or before: this host may know nothing of it.
    inherited: bool,
    /// The parts may have been joined although nobody said so.
    in_doubt: bool,
}

#[derive(Clone, Debug)]
enum State {
    Open,
    Put(Box<PutPart>, Session),
    Merge(Box<MergeParts>, Session),
}

impl PutParts {
    /// From the beginning.
    pub(in crate::vcloud::upload_host) fn new(
        address: &UploadAddress,
        place: &Place,
        (content, source): (&Content, usize),
        way: (u64, bool),
        keeper: &SessionKeeper,
    ) -> PutParts {
        PutParts {
            content: content.clone(),
            source,
            scheme: place.scheme,
            keeper: keeper.clone(),
            open: OpenParts::at(address, place.clone(), content.clone(), way),
            state: State::Open,
            inherited: false,
            in_doubt: false,
        }
    }

    /// From where an upload to the same store stopped.
    pub(in crate::vcloud::upload_host) fn going_on(
        mut self,
        session: Session,
        place: &Place,
    ) -> PutParts {
        self.go_on(session.at(&place.host));
        self.inherited = true;
        self
    }

    /// The upload, once it is open.
    pub(in crate::vcloud::upload_host) fn session(&self) -> Option<&Session> {
        match &self.state {
            State::Open => None,
            State::Put(_, session) | State::Merge(_, session) => Some(session),
        }
    }

    pub(in crate::vcloud::upload_host) fn request(
        &self,
        stamp: &Stamp,
    ) -> Result<Request<Payload>, Error> {
        match &self.state {
            State::Open => self.open.request(stamp),
            State::Put(put, _) => put.request(stamp),
            State::Merge(merge, _) => merge.request(stamp),
        }
    }

    pub(in crate::vcloud::upload_host) fn handle(
        &mut self,
        response: &Response<Bytes>,
    ) -> Result<Turn<()>, Error> {
        match &mut self.state {
            State::Open => {
                let session = self.open.parse(response)?;
                self.go_on(session);
            }
            State::Put(put, session) => {
                session.take(&put.parse(response)?);
                let session = session.clone();
                self.inherited = false;
                self.go_on(session);
            }
            State::Merge(merge, session) => {
                merge.parse(response)?;
                self.keeper.keep(Some(&session.clone().joined()));
                return Ok(Turn::Done(()));
            }
        }
        Ok(Turn::NEXT)
    }

    /// Told when an answer was lost.
    pub(in crate::vcloud::upload_host) fn lost(&mut self) {
        self.in_doubt |= matches!(self.state, State::Merge(..));
    }

    /// Forgets what was stored, where a refusal may only mean that it is not known here, or not any
    /// more; says whether that is so.
    ///
    /// What may have been joined is sent once more: it becomes the same content under the same name.
    pub(in crate::vcloud::upload_host) fn begin_anew(&mut self) -> bool {
        let anew = self.inherited || self.in_doubt;
        if anew {
            self.inherited = false;
            self.in_doubt = false;
            self.state = State::Open;
            self.keeper.keep(None);
        }
        anew
    }

    fn go_on(&mut self, session: Session) {
        self.keeper.keep(Some(&session));
        let next = session.missing().next();
        self.state = match next {
            Some((part, _)) => {
                let put = PutPart::new(&session, part, &self.content);
                let put = put.source(self.source).over(self.scheme);
                State::Put(Box::new(put), session)
            }
            None => {
                let merge = MergeParts::new(&session).over(self.scheme);
                State::Merge(Box::new(merge), session)
            }
        };
    }
}
