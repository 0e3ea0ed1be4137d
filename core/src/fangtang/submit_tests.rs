//! The flow against a service that is played here, reply by reply.

use super::*;
use crate::{
    error::{RetryClass, ServiceError, ServiceErrorKind},
    fangtang::{
        RepairType,
        tests::{NOW, Played, job, partner, photo, play},
    },
};

const LEFT: &str = r#"{"code":200,"data":{"code":"example","nums":1}}"#;
const ACCEPTED: &str = r#"{"code":200,"data":{"img_url":"http://host/a.png",
    "mdf":"0cc175b9c0f1b6a831c399e269772661"}}"#;
const FAILED: &str = r#"{"code":9000,"errno":9006,"msg":"upload failed"}"#;
const NO_TOKEN: &str = r#"{"code":9000,"errno":9999,"msg":"token"}"#;

fn submit() -> Submit {
    partner().submit(RepairType::Restoration, "a.png", 1000)
}

fn uploaded(replies: &[&'static str]) -> Played<Job> {
    play(submit().without_quota_check(), replies)
}

#[test]
fn quota_then_upload_then_a_job() {
    let played = play(submit(), &[LEFT, ACCEPTED]);
    assert_eq!(played.asked, ["nums", "upload"]);
    let expected = Job {
        submitted: Timestamp::from_seconds(NOW + 1),
        ..job()
    };
    assert_eq!(played.result.ok(), Some(expected));
}

#[test]
fn with_nothing_left_nothing_is_uploaded() {
    let none = r#"{"code":200,"data":{"code":"example","nums":"0"}}"#;
    let played = play(submit(), &[none]);
    assert_eq!(played.asked, ["nums"]);
    assert!(matches!(
        played.result,
        Err(Error::Input(InputError::NothingLeft))
    ));
}

#[test]
fn what_cannot_be_uploaded_asks_for_nothing() {
    let empty = partner().submit(RepairType::Restoration, "a.png", 0);
    let played = play(empty, &[]);
    assert!(matches!(
        played.result,
        Err(Error::Input(InputError::EmptyPicture))
    ));
}

#[test]
fn a_lost_upload_is_not_sent_again_and_says_that_it_may_be_charged() {
    let played = play(submit(), &[LEFT, ""]);
    assert_eq!(played.asked, ["nums", "upload"]);
    let error = played.result.expect_err("lost");
    assert!(error.is_in_doubt());
    assert!(matches!(error, Error::Doubt(_)), "{error:?}");
    assert!(error.to_string().contains("charged"), "{error}");
}

#[test]
fn an_upload_with_an_answer_that_leaves_it_open_is_not_sent_again() {
    for reply in [
        "<html>502</html>",
        r#"{"code":7}"#,
        r#"{"code":200,"data":{"img_url":"u"}}"#,
        r#"{"code":9000,"errno":500,"msg":"any"}"#,
    ] {
        let played = uploaded(&[reply]);
        assert_eq!(played.asked, ["upload"], "{reply}");
        let error = played.result.expect_err(reply);
        assert!(matches!(error, Error::Doubt(_)), "{reply}: {error}");
    }
}

#[test]
fn a_lost_quota_is_asked_for_again() {
    let played = play(submit(), &["", LEFT, ACCEPTED]);
    assert_eq!(played.asked, ["nums", "nums", "upload"]);
    assert!(played.result.is_ok());
    let error = play(submit(), &["", "", "", ""]).result.expect_err("lost");
    assert!(matches!(error, Error::Transport(_)), "{error}");
}

#[test]
fn a_failed_upload_is_sent_again_with_a_fresh_token_since_it_costs_nothing() {
    let played = uploaded(&[FAILED, FAILED, ACCEPTED]);
    assert_eq!(played.asked, ["upload"; 3]);
    assert_eq!(played.pauses.len(), 2);
    let mut tokens = played.tokens;
    tokens.dedup();
    assert_eq!(tokens.len(), 3);
    assert_eq!(played.result.expect("a job").id, photo());
    let error = uploaded(&[FAILED; 4]).result.expect_err("failed");
    assert_eq!(error.service().map(ServiceError::code), Some(9006));
    assert!(matches!(error, Error::Service(_)), "{error}");
}

#[test]
fn a_failed_upload_that_is_then_lost_says_so() {
    let played = uploaded(&[FAILED, ""]);
    assert_eq!(played.asked, ["upload"; 2]);
    assert!(matches!(played.result, Err(Error::Doubt(_))));
}

#[test]
fn a_token_that_is_not_taken_is_made_again_once() {
    let played = uploaded(&[NO_TOKEN, ACCEPTED]);
    assert_ne!(played.tokens[0], played.tokens[1]);
    assert!(played.result.is_ok());
    let error = uploaded(&[NO_TOKEN, NO_TOKEN]).result.expect_err("refused");
    assert_eq!(error.retry_class(), RetryClass::Resign);
    assert!(error.to_string().contains("check the clock"), "{error}");
}

#[test]
fn other_refusals_are_final() {
    for (reply, kind) in [
        (r#"{"code":9000,"errno":9101}"#, ServiceErrorKind::Exhausted),
        (r#"{"code":9000,"errno":9001}"#, ServiceErrorKind::Invalid),
        (r#"{"code":9000,"errno":9005}"#, ServiceErrorKind::Invalid),
        (r#"{"code":9000,"errno":9009}"#, ServiceErrorKind::Invalid),
        (r#"{"code":9000,"msg":"why"}"#, ServiceErrorKind::Other),
    ] {
        let error = uploaded(&[reply]).result.expect_err(reply);
        assert_eq!(error.service().map(ServiceError::kind), Some(kind));
        assert!(matches!(error, Error::Service(_)), "{error}");
    }
}
