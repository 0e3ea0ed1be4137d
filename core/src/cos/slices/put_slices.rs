use bytes::Bytes;
use http::{Request, Response};

use super::{
    FinishSlices, Found, InitSlices, ListSlices, OpenUpload, Opened, PutSlice, Session,
    SliceStored, plan::Plan,
};
use crate::{
    Flow, Operation, Payload, Stamp, Turn,
    cos::{Attributes, Bucket, Content, Delete, FilePath, Overwrite, Stat, Uploaded},
    error::{Error, ResponseError, RetryClass, ServiceErrorKind},
};

/// The same content is completely there.
const SAME_FILE: i64 = -4018;
/// An upload of the same content is open.
const UNFINISHED_SAME: i64 = -4019;
/// What stands in the way can only be deleted (section 7.5).
const IN_THE_WAY: [i64; 4] = [-4020, -4024, -4026, -4027];

/// How often one upload asks what is there and goes on from that.
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
/// the answer to the finish was lost. Only what is missing is sent then. If the file turns out to
/// be finished, `Compare` makes sure that it is this content.
///
/// An upload of content [without digests](Content::unchecked) never takes up what is there, as
/// nothing tells whose bytes those are.
///
/// The content is source 0.
#[derive(Clone, Debug)]
pub struct PutSlices {
    init: InitSlices,
    state: State,
    replace_unfinished: bool,
    recoveries: u32,
}

#[derive(Clone, Debug)]
enum State {
    Init,
    Put(Plan, PutSlice),
    Finish(FinishSlices),
    Query(ListSlices, Trouble),
    Compare(Stat, Uploaded, Trouble),
    Clear(Delete),
}

/// What led to a query: the refusal to report if the query does not help.
#[derive(Clone, Debug)]
struct Trouble(crate::error::ServiceError);

impl PutSlices {
    pub(in crate::cos) fn new(bucket: Bucket, path: FilePath, content: Content) -> PutSlices {
        PutSlices {
            init: InitSlices::new(bucket, path, content),
            state: State::Init,
            replace_unfinished: false,
            recoveries: 0,
        }
    }

    /// The slice size to ask for, in bytes; with digests only 1 MiB is taken.
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

    /// Deletes the path, if an unfinished upload of something else stands in the way there.
    ///
    /// The only way out that the service has; not taken unless asked for, because it also deletes
    /// a file at that path.
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
    fn advance(&mut self, mut plan: Plan) {
        let (bucket, path) = self.place();
        let session = plan.session.id.clone();
        self.state = match plan.next_slice() {
            Some(range) => State::Put(
                plan,
                PutSlice::new(bucket, path, session, range, self.sha()),
            ),
            None => {
                let size = self.content().size();
                State::Finish(FinishSlices::new(bucket, path, session, size, self.sha()))
            }
        };
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
        let problem = format!(
            "slices of {granted} bytes granted, digests announced for {}",
            manifest.slice_size()
        );
        Err(ResponseError::new(problem, response).into())
    }

    /// Finds a way round a refusal, if there is one.
    fn recover(&mut self, error: Error) -> Result<Turn<Uploaded>, Error> {
        let Error::Service(refusal) = &error else {
            return Err(error);
        };
        if IN_THE_WAY.contains(&refusal.code()) {
            return self.clear(error);
        }
        let state = refusal.retry_class() == RetryClass::State;
        if !state || self.recoveries == RECOVERIES {
            return Err(error);
        }
        self.recoveries += 1;
        let (bucket, path) = self.place();
        self.state = State::Query(ListSlices::new(bucket, path), Trouble((**refusal).clone()));
        Ok(Turn::NEXT)
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

    /// Takes up an open upload, if it is of this content.
    fn resume(
        &mut self,
        open: &OpenUpload,
        trouble: Trouble,
        response: &Response<Bytes>,
    ) -> Result<Turn<Uploaded>, Error> {
        let same_sha = match (&open.sha, self.content().sha()) {
            (Some(theirs), Some(ours)) => theirs.eq_ignore_ascii_case(ours),
            // They said -4019 to our digest, so it is theirs.
            (None, Some(_)) => true,
            (_, None) => open.stored.is_empty(),
        };
        if open.size != self.content().size() || !same_sha {
            return self.clear(trouble.0.into());
        }
        self.check_granted(&open.session, response)?;
        self.advance(Plan::new(open.session.clone(), open.size, &open.stored));
        Ok(Turn::NEXT)
    }

    fn is_this_content(&self, found: &Attributes) -> bool {
        let same_sha = match (found.sha.as_deref(), self.content().sha()) {
            (Some(theirs), Some(ours)) => theirs.eq_ignore_ascii_case(ours),
            _ => true,
        };
        found.is_complete() && found.size == self.content().size() && same_sha
    }
}

impl Flow for PutSlices {
    type Output = Uploaded;

    fn poll(&self, stamp: &Stamp) -> Result<Request<Payload>, Error> {
        match &self.state {
            State::Init => self.init.request(stamp),
            State::Put(_, put) => put.request(stamp),
            State::Finish(finish) => finish.request(stamp),
            State::Query(list, _) => list.request(stamp),
            State::Compare(stat, ..) => stat.request(stamp),
            State::Clear(delete) => delete.request(stamp),
        }
    }

    fn handle(&mut self, response: &Response<Bytes>) -> Result<Turn<Uploaded>, Error> {
        match self.state.clone() {
            State::Init => match self.init.parse(response) {
                Ok(Opened::Already(uploaded)) => return Ok(Turn::Done(uploaded)),
                Ok(Opened::Session(session)) => {
                    self.check_granted(&session, response)?;
                    self.advance(Plan::new(session, self.content().size(), &[]));
                }
                Err(error) => return self.recover(error),
            },
            State::Put(plan, put) => match put.parse(response) {
                Ok(SliceStored::Complete(uploaded)) => return Ok(Turn::Done(uploaded)),
                Ok(SliceStored::Stored { .. }) => self.advance(plan),
                Err(error) => return self.recover(error),
            },
            State::Finish(finish) => match finish.parse(response) {
                Ok(uploaded) => return Ok(Turn::Done(uploaded)),
                Err(error) => return self.recover(error),
            },
            State::Query(list, trouble) => match list.parse(response) {
                Ok(Found::Open(open)) => return self.resume(&open, trouble, response),
                Ok(Found::Finished(uploaded)) => {
                    let (bucket, path) = self.place();
                    self.state = State::Compare(bucket.stat(&path), uploaded, trouble);
                }
                // Neither upload nor file: from the beginning.
                Err(error) if is_missing(&error) => self.state = State::Init,
                Err(error) => return Err(error),
            },
            State::Compare(stat, uploaded, trouble) => {
                return match self.is_this_content(&stat.parse(response)?) {
                    true => Ok(Turn::Done(uploaded)),
                    // A file of before this upload, whose session is gone: begin again, unless
                    // the refusal was about that very file.
                    false if ![SAME_FILE, UNFINISHED_SAME].contains(&trouble.0.code()) => {
                        self.state = State::Init;
                        Ok(Turn::NEXT)
                    }
                    false => Err(trouble.0.into()),
                };
            }
            State::Clear(delete) => match delete.parse(response) {
                Err(error) if !is_missing(&error) => return Err(error),
                _ => self.state = State::Init,
            },
        }
        Ok(Turn::NEXT)
    }

    /// Every state can be entered twice: see the operations.
    fn repeatable(&self) -> bool {
        true
    }
}

fn is_missing(error: &Error) -> bool {
    error
        .service()
        .is_some_and(|refusal| refusal.kind() == ServiceErrorKind::NotFound)
}

#[cfg(test)]
#[path = "put_slices_tests.rs"]
mod tests;
