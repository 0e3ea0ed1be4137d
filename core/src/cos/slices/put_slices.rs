use std::time::Duration;

use bytes::Bytes;
use http::{Request, Response};

use super::{
    FinishSlices, Found, InitSlices, ListSlices, OpenUpload, Opened, PutSlice, Session,
    SliceStored, list::bare_sha, plan::Plan,
};
use crate::{
    Flow, Operation, Payload, Stamp, Turn,
    cos::{Attributes, Bucket, Content, Delete, FilePath, Overwrite, Stat, Uploaded, codes},
    error::{Error, ResponseError, RetryClass, ServiceError, ServiceErrorKind},
};

/// The same content is completely there.
const SAME_FILE: i64 = -4018;
/// An upload of the same content is open.
const UNFINISHED_SAME: i64 = -4019;
/// An upload of other content is open.
const UNFINISHED_OTHER: i64 = -4020;
/// The service has lost its place in an upload, which can only be begun again (section 7.5).
const LOST_PLACE: [i64; 3] = [-4024, -4026, -4027];

/// How often an upload asks what is there, without getting any further.
const RECOVERIES: u32 = 8;

/// Uploads a file by slices, one after the other (section 7.5):
/// [`Bucket::put_slices`](crate::cos::Bucket::put_slices).
///
/// ```text
///           already there
///   Init ──────────────────────────────▶ done
///    │ ▲                                  ▲
///    │ └── Clear ◀── in the way           │
///    ▼        ▲     (if allowed)          │
///   Put ◀──▶ Query ──▶ Compare ───────────┤
///    │ ▲       ▲      (a finished file)   │
///    │ └ more  │                          │
///    ▼         │                          │
///   Finish ────┴──────────────────────────┘
/// ```
///
/// `Query` asks what is there: after -4019, when a session is unknown or a slice missing, and when
/// a finish is refused whose first answer was lost. Only what is missing is sent then. If the file
/// turns out to be finished, `Compare` makes sure that it is this content.
///
/// An upload of content [without digests](Content::unchecked) takes up only what it began itself,
/// as nothing tells whose bytes the others are.
///
/// The content is source 0.
#[derive(Clone, Debug)]
pub struct PutSlices {
    init: InitSlices,
    state: State,
    replace_unfinished: bool,
    plan: Option<Plan>,
    /// The upload may hold slices of an earlier attempt.
    resumed: bool,
    /// An opening, or a finish, may have been carried out although its answer was lost.
    in_doubt: bool,
    recoveries: u32,
    /// The end of what was ever stored: getting beyond it is progress.
    furthest: u64,
}

#[derive(Clone, Debug)]
enum State {
    Init,
    Put(PutSlice),
    Finish(FinishSlices),
    Query(ListSlices, Trouble),
    Compare(Stat, Uploaded, Trouble),
    Clear(Delete),
}

/// What led to a query: the refusal to report if the query does not help.
#[derive(Clone, Debug)]
struct Trouble {
    refusal: ServiceError,
    /// Every slice was stored, and a finish may have been carried out.
    finished: bool,
}

impl PutSlices {
    pub(in crate::cos) fn new(bucket: Bucket, path: FilePath, content: Content) -> PutSlices {
        PutSlices {
            init: InitSlices::new(bucket, path, content),
            state: State::Init,
            replace_unfinished: false,
            plan: None,
            resumed: false,
            in_doubt: false,
            recoveries: 0,
            furthest: 0,
        }
    }

    /// The slice size to ask for, in bytes; see [`InitSlices::slice_size`].
    pub fn slice_size(mut self, bytes: u64) -> PutSlices {
        self.init = self.init.slice_size(bytes);
        self
    }

    /// A text of the caller's to keep with the file, at most 4 KB.
    pub fn biz_attr(mut self, text: impl Into<String>) -> PutSlices {
        self.init = self.init.biz_attr(text);
        self
    }

    /// What to do if there is a file already; by default it is kept.
    pub fn overwrite(mut self, overwrite: Overwrite) -> PutSlices {
        self.init = self.init.overwrite(overwrite);
        self
    }

    /// Deletes the path, if an unfinished upload that cannot be taken up stands in the way there.
    ///
    /// The only way out that the service has; not taken unless asked for, because it also deletes
    /// a file at that path, and whatever somebody else is uploading there.
    pub fn replace_unfinished(mut self) -> PutSlices {
        self.replace_unfinished = true;
        self
    }

    fn content(&self) -> &Content {
        self.init.content()
    }

    fn sha(&self) -> Option<String> {
        self.content().sha().map(str::to_owned)
    }

    fn place(&self) -> (Bucket, FilePath) {
        (self.init.bucket().clone(), self.init.path().clone())
    }

    /// Goes on with the next slice, or to the end.
    fn advance(&mut self) -> Turn<Uploaded> {
        let (bucket, path) = self.place();
        let sha = self.sha();
        self.in_doubt = false;
        self.state = match &mut self.plan {
            None => State::Init,
            Some(plan) => match plan.next_slice() {
                Some(range) => State::Put(PutSlice::new(bucket, path, plan.session(), range, sha)),
                None => {
                    let size = self.init.content().size();
                    State::Finish(FinishSlices::new(bucket, path, plan.session(), size, sha))
                }
            },
        };
        Turn::NEXT
    }

    /// Begins again, without what was known.
    fn begin(&mut self) -> Turn<Uploaded> {
        self.plan = None;
        self.in_doubt = false;
        self.state = State::Init;
        self.pause()
    }

    /// What goes round without getting further goes round more and more slowly.
    fn pause(&self) -> Turn<Uploaded> {
        match self.recoveries {
            0 | 1 => Turn::NEXT,
            count => Turn::Next {
                after: Duration::from_millis(250 << count.min(6)),
            },
        }
    }

    fn take_up(
        &mut self,
        session: Session,
        open: Option<&OpenUpload>,
        response: &Response<Bytes>,
    ) -> Result<Turn<Uploaded>, Error> {
        self.check_granted(&session, response)?;
        let stored = open.map_or(&[][..], |open| &open.stored);
        self.resumed = !stored.is_empty();
        self.plan = Some(Plan::new(session, self.content().size(), stored));
        Ok(self.advance())
    }

    /// The announced digests belong to slices of one size: the service must grant that one.
    fn check_granted(&self, session: &Session, response: &Response<Bytes>) -> Result<(), Error> {
        let Some(manifest) = self.content().manifest() else {
            return Ok(());
        };
        let granted = session.slice_size;
        let one_slice = manifest.slices().len() == 1 && granted >= manifest.size();
        if granted == manifest.slice_size() || one_slice {
            return Ok(());
        }
        let announced = manifest.slice_size();
        let problem =
            format!("slices of {granted} bytes granted, digests announced for {announced}");
        Err(ResponseError::new(problem, response).into())
    }

    /// Finds a way round a refusal, if there is one.
    fn recover(&mut self, error: Error) -> Result<Turn<Uploaded>, Error> {
        let Error::Service(refusal) = &error else {
            return Err(error);
        };
        let finishing = matches!(self.state, State::Finish(_));
        let opening = matches!(self.state, State::Init);
        let code = refusal.code();
        // Begun again, an upload of these slices would end the same way (section 7.5).
        let spoilt = finishing && self.resumed && refusal.kind() == ServiceErrorKind::Mismatch;
        if spoilt || (opening && (code == UNFINISHED_OTHER || LOST_PLACE.contains(&code))) {
            return self.clear(error);
        }
        let finished = finishing && self.in_doubt;
        if !finished && refusal.retry_class() != RetryClass::State {
            return Err(error);
        }
        if self.recoveries == RECOVERIES {
            return Err(error);
        }
        self.recoveries += 1;
        let (bucket, path) = self.place();
        let trouble = Trouble {
            refusal: (**refusal).clone(),
            finished,
        };
        self.state = State::Query(ListSlices::new(bucket, path), trouble);
        Ok(self.pause())
    }

    fn clear(&mut self, error: Error) -> Result<Turn<Uploaded>, Error> {
        if !self.replace_unfinished || self.recoveries == RECOVERIES {
            return Err(error);
        }
        self.recoveries += 1;
        let (bucket, path) = self.place();
        self.state = State::Clear(bucket.delete(&path));
        Ok(Turn::NEXT)
    }

    /// Whether an open upload is of this content.
    fn is_ours(&self, open: &OpenUpload, trouble: &Trouble) -> bool {
        if open.size != self.content().size() {
            return false;
        }
        let begun_here = self
            .plan
            .as_ref()
            .is_some_and(|plan| plan.session() == open.session.id);
        match (open.sha.as_deref(), self.content().sha()) {
            (Some(theirs), Some(ours)) => theirs.eq_ignore_ascii_case(ours),
            // -4019 was the answer to our digest, so it is theirs.
            (None, Some(_)) => begun_here || trouble.refusal.code() == UNFINISHED_SAME,
            (Some(_), None) => false,
            (None, None) => begun_here || (self.in_doubt && open.stored.is_empty()),
        }
    }

    /// Whether a finished file has this content.
    fn is_this_content(&self, found: &Attributes, trouble: &Trouble) -> bool {
        let same_size = found.is_complete() && found.size == self.content().size();
        let theirs = found.sha.as_deref().map(bare_sha);
        match (theirs.filter(|sha| !sha.is_empty()), self.content().sha()) {
            (Some(theirs), Some(ours)) => same_size && theirs.eq_ignore_ascii_case(ours),
            // -4018 was the answer to our digest: the service has compared (section 7.1).
            (None, Some(_)) if trouble.refusal.code() == SAME_FILE => same_size,
            // The service keeps no digest of uploads without one (section 6.2).
            _ => same_size && trouble.finished,
        }
    }
}

impl Flow for PutSlices {
    type Output = Uploaded;

    fn poll(&mut self, stamp: &Stamp) -> Result<Request<Payload>, Error> {
        match &self.state {
            State::Init => self.init.request(stamp),
            State::Put(put) => put.request(stamp),
            State::Finish(finish) => finish.request(stamp),
            State::Query(list, _) => list.request(stamp),
            State::Compare(stat, ..) => stat.request(stamp),
            State::Clear(delete) => delete.request(stamp),
        }
    }

    fn handle(&mut self, response: &Response<Bytes>) -> Result<Turn<Uploaded>, Error> {
        match self.state.clone() {
            State::Init => match self.init.parse(response) {
                Ok(Opened::Already(uploaded)) => Ok(Turn::Done(uploaded)),
                Ok(Opened::Session(session)) => self.take_up(session, None, response),
                Err(error) => self.recover(error),
            },
            State::Put(put) => match put.parse(response) {
                Ok(SliceStored::Complete(uploaded)) => Ok(Turn::Done(uploaded)),
                Ok(SliceStored::Stored { .. }) => {
                    if put.range().end > self.furthest {
                        self.furthest = put.range().end;
                        self.recoveries = 0;
                    }
                    Ok(self.advance())
                }
                Err(error) => self.recover(error),
            },
            State::Finish(finish) => match finish.parse(response) {
                Ok(uploaded) => Ok(Turn::Done(uploaded)),
                Err(error) => self.recover(error),
            },
            State::Query(list, trouble) => match list.parse(response) {
                Ok(Found::Open(open)) if self.is_ours(&open, &trouble) => {
                    self.take_up(open.session.clone(), Some(&open), response)
                }
                Ok(Found::Open(_)) => self.clear(trouble.refusal.into()),
                Ok(Found::Finished(uploaded)) => {
                    let (bucket, path) = self.place();
                    self.state = State::Compare(bucket.stat(&path), uploaded, trouble);
                    Ok(Turn::NEXT)
                }
                // Neither upload nor file, or an upload that nobody can name.
                Err(error) if is_missing(&error) || is_state(&error) => Ok(self.begin()),
                Err(error) => Err(error),
            },
            State::Compare(stat, uploaded, trouble) => match stat.parse(response) {
                Ok(found) if self.is_this_content(&found, &trouble) => Ok(Turn::Done(uploaded)),
                // A file of before this upload, whose session is gone: begin again, unless the
                // refusal was about that very file.
                Ok(_) if [SAME_FILE, UNFINISHED_SAME].contains(&trouble.refusal.code()) => {
                    Err(trouble.refusal.into())
                }
                Ok(_) => Ok(self.begin()),
                Err(error) if is_missing(&error) => Ok(self.begin()),
                Err(error) => Err(error),
            },
            State::Clear(delete) => match delete.parse(response) {
                Err(error) if !is_missing(&error) => Err(error),
                _ => Ok(self.begin()),
            },
        }
    }

    /// Every state can be entered twice: see the operations.
    fn repeatable(&self) -> bool {
        true
    }

    fn in_doubt(&mut self) {
        self.in_doubt |= matches!(self.state, State::Init | State::Finish(_));
    }
}

fn is_missing(error: &Error) -> bool {
    error
        .service()
        .is_some_and(|refusal| refusal.code() == codes::MISSING)
}

fn is_state(error: &Error) -> bool {
    error.retry_class() == RetryClass::State
}

#[cfg(test)]
#[path = "put_slices_tests.rs"]
mod tests;
