use bytes::Bytes;
use http::{Request, Response};

use super::{CheckQuota, Job, Upload};
use crate::{
    Flow, Operation, Payload, Stamp, Timestamp, Turn,
    error::{Error, InputError, ServiceError},
};

/// Uploads a picture, if there are uploads left: [`Partner::submit`](super::Partner::submit).
///
/// ```text
///   Asking ──▶ Uploading ──▶ done: a job to wait for
///      └─ nothing left: refused, nothing uploaded
/// ```
///
/// The upload may be charged, and is therefore not sent again when its answer was lost: see
/// [`Upload`].
///
/// The content is source 0.
#[derive(Clone, Debug)]
pub struct Submit {
    upload: Upload,
    state: State,
    /// When the request of the moment was made.
    now: Timestamp,
}

#[derive(Clone, Debug)]
enum State {
    Asking(CheckQuota),
    Uploading,
}

impl Submit {
    pub(super) fn new(upload: Upload) -> Submit {
        Submit {
            state: State::Asking(upload.partner().quota()),
            upload,
            now: Timestamp::from_seconds(0),
        }
    }

    /// Uploads without asking for the quota before. Where none is left, the service refuses the
    /// upload itself, after all of it was sent.
    pub fn without_quota_check(mut self) -> Submit {
        self.state = State::Uploading;
        self
    }

    fn job(&self, response: &Response<Bytes>) -> Result<Job, Error> {
        let accepted = self.upload.parse(response)?;
        let third_code = self.upload.partner().third_code().clone();
        Ok(Job::new(
            third_code,
            accepted,
            self.upload.repair(),
            self.now,
        ))
    }
}

impl Flow for Submit {
    type Output = Job;

    fn poll(&mut self, stamp: &Stamp) -> Result<Request<Payload>, Error> {
        self.now = stamp.now;
        // Nothing is asked for an upload that cannot be.
        self.upload.check()?;
        match &self.state {
            State::Asking(quota) => quota.request(stamp),
            State::Uploading => self.upload.request(stamp),
        }
    }

    fn handle(&mut self, response: &Response<Bytes>) -> Result<Turn<Job>, Error> {
        match &self.state {
            State::Asking(quota) => {
                if quota.parse(response)?.left == 0 {
                    return Err(InputError::NothingLeft.into());
                }
                self.state = State::Uploading;
                Ok(Turn::NEXT)
            }
            State::Uploading => self.job(response).map(Turn::Done),
        }
    }

    fn repeatable(&self) -> bool {
        match &self.state {
            State::Asking(quota) => Operation::repeatable(quota),
            State::Uploading => Operation::repeatable(&self.upload),
        }
    }

    fn if_carried_out(&self) -> Option<&'static str> {
        match &self.state {
            State::Asking(quota) => Operation::if_carried_out(quota),
            State::Uploading => Operation::if_carried_out(&self.upload),
        }
    }

    /// No refusal shows that an earlier upload was accepted.
    fn settled(&mut self, _: &ServiceError) -> Option<Turn<Job>> {
        None
    }
}

#[cfg(test)]
#[path = "submit_tests.rs"]
mod tests;
