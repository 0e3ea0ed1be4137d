//! The flow against a service that is played here, reply by reply.

use super::*;
use crate::{
    Secret,
    error::{InputError, ServiceError, ServiceErrorKind},
    fangtang::{
        Job, Partner, ThirdCode,
        tests::{NOW, Played, job, partner, play},
    },
};

const PROCESSING: &str = r#"{"code":200,"data":{"status":100,"msg":"processing"}}"#;
const DONE: &str = r#"{"code":200,"data":{"status":200,"msg":"done"}}"#;
const ADDRESS: &str = r#"{"code":200,"data":{"url":"http://cdn.example.com/a.jpg?sign=x"}}"#;

fn wait(job: &Job, seconds: u64) -> Wait {
    let until = Timestamp::from_seconds(NOW + seconds);
    partner().wait(job, until).expect("a job of ours")
}

fn played(seconds: u64, replies: &[&'static str]) -> Played<Finished> {
    play(wait(&job(), seconds), replies)
}

#[test]
fn a_result_that_is_there_is_found_at_once() {
    let played = played(60, &[DONE, ADDRESS]);
    assert_eq!(played.asked, ["status", "download"]);
    assert!(played.pauses.is_empty());
    let finished = played.result.expect("finished");
    assert_eq!(finished.id, job().id);
    assert!(finished.url.expose().ends_with("sign=x"));
}

#[test]
fn a_photo_can_be_waited_for_by_its_id_alone() {
    let until = Timestamp::from_seconds(NOW + 60);
    let wait = partner().wait_for(&job().id, until);
    let finished = play(wait, &[PROCESSING, DONE, ADDRESS]).result;
    assert_eq!(finished.expect("finished").id, job().id);
    let wait = partner().wait_for(&job().id, until);
    let finished = play(wait, &[DONE, ADDRESS]).result.expect("finished");
    // Nobody knows since when it is there.
    assert!(finished.expires < Timestamp::from_seconds(NOW));
    assert!(finished.gone > Timestamp::from_seconds(NOW));
}

#[test]
fn pauses_grow_up_to_the_longest() {
    let mut replies = vec![PROCESSING; 10];
    replies.extend([DONE, ADDRESS]);
    let played = played(3600, &replies);
    assert_eq!(
        played.pauses,
        [
            1000, 1500, 2250, 3375, 5062, 7593, 11390, 17085, 20000, 20000
        ]
    );
    assert!(played.result.is_ok());
}

#[test]
fn a_job_that_never_ends_is_given_up_in_time_and_named() {
    let played = played(10, &[PROCESSING; 5]);
    // Asked at 0, 2, 4.5, 7.75, which counts as 7, and a last time after a pause that was cut.
    assert_eq!(played.pauses, [1000, 1500, 2250, 3000]);
    assert_eq!(played.asked.len(), 5);
    let Err(Error::Deadline(late)) = played.result else {
        panic!("not late")
    };
    assert_eq!(late.deadline(), Timestamp::from_seconds(NOW + 10));
    assert!(late.to_string().contains(job().id.as_str()), "{late}");
}

#[test]
fn a_job_that_was_given_up_can_be_waited_for_again() {
    assert!(played(0, &[PROCESSING]).result.is_err());
    assert!(played(60, &[DONE, ADDRESS]).result.is_ok());
}

#[test]
fn after_the_deadline_nothing_is_asked() {
    let until = Timestamp::from_seconds(NOW - 1);
    let wait = partner().wait(&job(), until).expect("a job of ours");
    let played = play(wait, &[]);
    assert!(matches!(played.result, Err(Error::Deadline(_))));
}

#[test]
fn an_hour_counts_from_when_the_repair_was_last_seen_to_go_on() {
    let finished = played(60, &[PROCESSING, PROCESSING, DONE, ADDRESS]);
    let finished = finished.result.expect("finished");
    // Asked at 0, at 2, when it went on still, and at 4; the address at 5.
    assert_eq!(finished.expires, Timestamp::from_seconds(NOW + 2 + 3600));
    assert_eq!(finished.gone, Timestamp::from_seconds(NOW + 5 + 3600));
}

#[test]
fn a_job_that_is_taken_up_late_may_be_gone_soon_but_is_tried() {
    let old = Job {
        submitted: Timestamp::from_seconds(NOW - 7200),
        ..job()
    };
    let finished = play(wait(&old, 60), &[DONE, ADDRESS]).result;
    let finished = finished.expect("finished");
    assert_eq!(finished.expires, Timestamp::from_seconds(NOW - 3600));
    assert_eq!(finished.gone, Timestamp::from_seconds(NOW + 1 + 3600));
}

#[test]
fn a_time_in_the_future_promises_nothing() {
    let ahead = Job {
        submitted: Timestamp::from_seconds(u64::MAX),
        ..job()
    };
    let finished = play(wait(&ahead, 60), &[DONE, ADDRESS]).result;
    let finished = finished.expect("finished");
    assert_eq!(finished.expires, Timestamp::from_seconds(NOW + 3600));
}

#[test]
fn a_lost_answer_is_asked_for_again() {
    let played = played(60, &["", PROCESSING, "", DONE, "", ADDRESS]);
    assert_eq!(
        played.asked,
        [
            "status", "status", "status", "status", "download", "download"
        ]
    );
    assert!(played.result.is_ok());
}

#[test]
fn a_photo_that_is_not_there_is_not_found_before_and_after_it_was_done() {
    let missing = r#"{"code":9000,"errno":9002,"msg":"not there"}"#;
    for replies in [&[missing][..], &[DONE, missing]] {
        let error = played(60, replies).result.expect_err("missing");
        let kind = error.service().map(ServiceError::kind);
        assert_eq!(kind, Some(ServiceErrorKind::NotFound));
    }
}

#[test]
fn an_answer_that_makes_no_sense_ends_the_wait() {
    for replies in [
        &[r#"{"code":200,"data":{"status":150}}"#][..],
        &[r#"{"code":200,"data":{}}"#],
        &["[]"],
        &[DONE, r#"{"code":200,"data":{"url":"nowhere"}}"#],
    ] {
        let error = played(60, replies).result.expect_err("no sense");
        assert!(matches!(error, Error::Response(_)), "{error}");
    }
}

#[test]
fn the_job_of_another_partner_is_refused() {
    let third_code = ThirdCode::new("another").expect("an id");
    let another = Partner::new(third_code, Secret::new("key")).expect("a partner");
    let wait = another.wait(&job(), Timestamp::from_seconds(NOW + 60));
    assert_eq!(wait.err(), Some(InputError::JobOfAnother));
}
