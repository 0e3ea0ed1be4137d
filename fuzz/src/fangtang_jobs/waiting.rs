//! Waiting: not beyond the time, and with an address in the end or an error.

use std::time::Duration;

use yunmei_core::{
    ByteRange, Download, Driver, Error, Retry, Step, Timestamp,
    error::InputError,
    fangtang::{Finished, Job, LONGEST_PAUSE, RESULT_LIFETIME},
};

use super::{REQUEST_LIMIT, clock::Clock, replies};
use crate::{
    doubt,
    sample::{
        self, Program,
        fangtang::{key, partner, photo},
    },
    wire,
};

/// How long to wait, in seconds.
const PATIENCE: [u64; 6] = [600, 0, 1, 30, 61, 59];

/// How far the clock of whoever submitted it was ahead, in seconds.
const AHEAD: [u64; 4] = [0, 1, 3600, u64::MAX];

/// What happened so far.
#[derive(Default)]
struct Past {
    sent: usize,
    /// When the last question was asked to which the answer was that the repair goes on, as long as
    /// no other came.
    goes_on: Option<Timestamp>,
    /// Whether a pause ended with the time, or may have.
    is_last: bool,
}

pub(super) fn run(mut program: Program<'_>) {
    let mut clock = Clock::new(&mut program);
    let until = clock.now().seconds() + program.choose(&PATIENCE);
    let until = Timestamp::from_seconds(until);
    let job = job(clock.now(), program.choose(&AHEAD));
    let wait = partner().wait(&job, until).expect("the same partner");
    let mut driver = Driver::new(wait, Retry::default());
    let mut past = Past::default();
    loop {
        let stamp = clock.stamp();
        match driver.poll(&stamp) {
            Step::Send(request) => {
                past.sent += 1;
                assert!(past.sent <= REQUEST_LIMIT, "this job does not end");
                let path = request.uri().path();
                let operation = path.strip_prefix("/api/third/").expect("an operation");
                let form = wire::fangtang::check(&request, operation, ("example", &key()), &stamp);
                assert_eq!(wire::text(&form, "mdf"), Some(photo().as_str().as_bytes()));
                match operation {
                    "photo/status" => assert!(stamp.now <= until || past.is_last, "too late"),
                    other => assert_eq!(other, "photo/download"),
                }
                let reply = replies::next(operation, &mut program);
                past.goes_on = replies::goes_on(&reply).then_some(stamp.now);
                // A form that is not known here.
                let is_other = |reply| doubt::may_hold(reply, "100");
                past.is_last |= past.goes_on.is_none() && reply.as_ref().is_ok_and(is_other);
                clock.exchange(&mut program);
                driver.handle(reply);
            }
            Step::Sleep(pause) => {
                assert!(pause <= LONGEST_PAUSE);
                if let Some(asked) = past.goes_on {
                    let left = Duration::from_secs(until.seconds() - asked.seconds());
                    assert!(pause <= left);
                    past.is_last |= pause == left;
                }
                clock.pass(pause);
            }
            Step::Done(result) => {
                finished(result, clock.now(), until);
                return;
            }
        }
    }
}

fn finished(result: Result<Finished, Error>, now: Timestamp, until: Timestamp) {
    let finished = match result {
        Ok(finished) => finished,
        Err(Error::Deadline(error)) => {
            assert_eq!(error.deadline(), until);
            assert!(now >= until, "too early");
            return;
        }
        Err(error @ (Error::Input(_) | Error::Local(_) | Error::Doubt(_))) => panic!("{error}"),
        Err(_) => return,
    };
    assert_eq!(finished.id, photo());
    assert!(finished.expires <= finished.gone);
    let hour = now.checked_add(RESULT_LIFETIME);
    assert!(hour.is_none_or(|hour| finished.gone <= hour));
    let fetch = partner().fetch(&finished).expect("an address");
    let fetch_at = |time| fetch.request(ByteRange::ALL, &sample::stamp_at(time, b""));
    assert!(fetch_at(finished.gone).is_ok());
    if let Some(later) = finished.gone.checked_add(Duration::from_secs(1)) {
        let refused = fetch_at(later);
        assert!(matches!(
            refused,
            Err(Error::Input(InputError::ResultExpired))
        ));
    }
}

fn job(now: Timestamp, ahead: u64) -> Job {
    let json = format!(
        r#"{{"version":1,"third_code":"example","id":"{}","repair":{{"type":"sr"}},"submitted":{}}}"#,
        photo(),
        now.seconds().saturating_add(ahead)
    );
    serde_json::from_str(&json).expect("a job")
}
