use std::time::Duration;

use bytes::Bytes;
use http::{Request, Response};

use super::{CheckStatus, Partner, PhotoId, Progress, ResultAddress};
use crate::{
    Flow, Operation, Payload, SignedUrl, Stamp, Timestamp, Turn,
    error::{DeadlineError, Error},
};

/// The pause after the first answer that it is not done.
pub const FIRST_PAUSE: Duration = Duration::from_secs(1);

/// No pause is longer. Each is one and a half times as long as the one before.
pub const LONGEST_PAUSE: Duration = Duration::from_secs(20);

/// How long a repaired picture is kept (dossier, "What it does").
pub const RESULT_LIFETIME: Duration = Duration::from_secs(3600);

/// Waits until a photo is repaired, and finds out where it can be fetched: [`Partner::wait`].
///
/// ```text
///          ┌ pause, longer each time
///          ▼ │
///   Status ──┴──▶ Address ──▶ done: fetch it within the hour
///      └─ too late: Error::Deadline; the job can be waited for again
/// ```
///
/// Nothing of it costs anything: it can be given up and begun again, by any process that has the
/// [`Job`](super::Job), or the id of the photo.
#[derive(Clone, Debug)]
pub struct Wait {
    id: PhotoId,
    until: Timestamp,
    state: State,
    /// When the request of the moment was made.
    now: Timestamp,
    /// When the repair was last known to go on.
    unfinished: Timestamp,
    /// The next pause.
    pause: Duration,
    /// The pause before this question was cut to end with the time: it is the last, and is asked
    /// even if it comes a moment late.
    last: bool,
    /// Asks where the result is, once there is one.
    address: ResultAddress,
}

#[derive(Clone, Debug)]
enum State {
    Status(CheckStatus),
    Address,
}

/// A repaired photo, for [`Partner::fetch`].
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Finished {
    /// The photo.
    pub id: PhotoId,
    /// Where it can be fetched. It may carry a permission in its query.
    pub url: SignedUrl,
    /// Until then it is surely kept: an hour after the repair was last known to go on, or after the
    /// photo was sent, if it was done when it was first asked for.
    pub expires: Timestamp,
    /// After that it is surely deleted: an hour after it was known to be done.
    pub gone: Timestamp,
}

impl Wait {
    pub(super) fn new(
        partner: &Partner,
        photo: &PhotoId,
        submitted: Timestamp,
        until: Timestamp,
    ) -> Wait {
        Wait {
            id: photo.clone(),
            until,
            state: State::Status(partner.status(photo)),
            now: submitted,
            unfinished: submitted,
            pause: FIRST_PAUSE,
            last: false,
            address: partner.result_address(photo),
        }
    }

    /// Pauses, unless the time is over; the last pause ends when the time does.
    fn go_on(&mut self) -> Result<Turn<Finished>, Error> {
        self.unfinished = self.now;
        let left = self.until.seconds().saturating_sub(self.now.seconds());
        let left = Duration::from_secs(left);
        if self.last || left.is_zero() {
            return Err(self.late());
        }
        self.last = left <= self.pause;
        let after = self.pause.min(left);
        self.pause = (self.pause * 3 / 2).min(LONGEST_PAUSE);
        Ok(Turn::Next { after })
    }

    fn late(&self) -> Error {
        DeadlineError::new(format!("the repair of photo {}", self.id), self.until).into()
    }

    fn finished(&self, url: SignedUrl) -> Finished {
        Finished {
            id: self.id.clone(),
            url,
            expires: an_hour_after(self.unfinished),
            // It was done before this address was asked for.
            gone: an_hour_after(self.now),
        }
    }
}

impl Flow for Wait {
    type Output = Finished;

    fn poll(&mut self, stamp: &Stamp) -> Result<Request<Payload>, Error> {
        self.now = stamp.now;
        // The job may come from a machine whose clock is ahead.
        self.unfinished = self.unfinished.min(self.now);
        match &self.state {
            State::Status(_) if self.now > self.until && !self.last => Err(self.late()),
            State::Status(status) => status.request(stamp),
            State::Address => self.address.request(stamp),
        }
    }

    fn handle(&mut self, response: &Response<Bytes>) -> Result<Turn<Finished>, Error> {
        match &self.state {
            State::Status(status) => match status.parse(response)?.progress {
                Progress::Processing => self.go_on(),
                Progress::Done => {
                    self.state = State::Address;
                    Ok(Turn::NEXT)
                }
            },
            State::Address => {
                let url = self.address.parse(response)?;
                Ok(Turn::Done(self.finished(url)))
            }
        }
    }

    fn repeatable(&self) -> bool {
        match &self.state {
            State::Status(status) => Operation::repeatable(status),
            State::Address => Operation::repeatable(&self.address),
        }
    }
}

fn an_hour_after(time: Timestamp) -> Timestamp {
    time.checked_add(RESULT_LIFETIME)
        .unwrap_or(Timestamp::from_seconds(u64::MAX))
}

#[cfg(test)]
#[path = "wait_tests.rs"]
mod tests;
