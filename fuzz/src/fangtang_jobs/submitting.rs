//! Uploads: at most one that may have arrived, and only while there are uploads left.

use yunmei_core::{
    Driver, Error, Retry, Step, Timestamp,
    error::InputError,
    fangtang::{Job, RepairType},
};

use super::{REQUEST_LIMIT, clock::Clock, replies};
use crate::{
    sample::{
        Program,
        fangtang::{REPAIRS, key, partner, third_code},
    },
    wire,
};

const SIZE: u64 = 7;

/// What happened so far.
#[derive(Default)]
struct Past {
    sent: usize,
    /// When the last upload was sent.
    uploaded: Option<Timestamp>,
    /// Whether an upload may have been accepted.
    may_be_charged: bool,
}

pub(super) fn run(asks: bool, mut program: Program<'_>) {
    let repair = program.choose(&REPAIRS);
    let mut clock = Clock::new(&mut program);
    let mut submit = partner().submit(repair, "a.jpg", SIZE);
    if !asks {
        submit = submit.without_quota_check();
    }
    let mut driver = Driver::new(submit, Retry::default());
    let mut past = Past::default();
    loop {
        let stamp = clock.stamp();
        match driver.poll(&stamp) {
            Step::Send(request) => {
                past.sent += 1;
                assert!(past.sent <= REQUEST_LIMIT, "this job does not end");
                assert!(!past.may_be_charged, "an upload that may be charged twice");
                let path = request.uri().path();
                let operation = path.strip_prefix("/api/third/").expect("an operation");
                assert!(asks || operation == "photo/upload");
                let form = wire::fangtang::check(&request, operation, ("example", &key()), &stamp);
                if operation == "photo/upload" {
                    assert_eq!(wire::content(&form), Some(0..SIZE));
                    past.uploaded = Some(stamp.now);
                }
                let reply = replies::next(operation, &mut program);
                past.may_be_charged |=
                    operation == "photo/upload" && replies::may_be_charged(&reply);
                clock.exchange(&mut program);
                driver.handle(reply);
            }
            Step::Sleep(pause) => {
                assert!(pause <= Retry::default().cap);
                clock.pass(pause);
            }
            Step::Done(result) => {
                finished(&result, &past, repair);
                return;
            }
        }
    }
}

fn finished(result: &Result<Job, Error>, past: &Past, repair: RepairType) {
    let error = match result {
        Ok(job) => {
            assert_eq!(job.third_code, third_code());
            assert_eq!(job.repair, repair);
            assert_eq!(Some(job.submitted), past.uploaded);
            return;
        }
        Err(error) => error,
    };
    match error {
        Error::Input(InputError::NothingLeft) => assert_eq!(past.uploaded, None),
        Error::Input(_) | Error::Local(_) | Error::Deadline(_) => panic!("{error}"),
        // Whoever reads it must learn that the upload may have been paid for.
        Error::Doubt(_) => assert!(past.uploaded.is_some()),
        other => assert!(!past.may_be_charged, "{other}"),
    }
}
