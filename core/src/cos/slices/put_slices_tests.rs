//! The flow against a service that is played here, reply by reply.

use super::*;
use crate::{
    Driver, Retry, Step,
    cos::{
        slices::Manifest,
        tests::{answer, bucket, file, stamp, text},
    },
    error::TransportError,
};

const FINISHED: &str =
    r#"{"code":0,"data":{"access_url":"a","source_url":"s","resource_path":"r"}}"#;
const SESSION: &str = r#"{"code":0,"data":{"session":"00","slice_size":1048576}}"#;

/// 2 MiB and 1 byte: three slices.
fn manifest() -> Manifest {
    let mut builder = Manifest::builder();
    builder.update(&vec![1; 2 * 1024 * 1024 + 1]);
    builder.finish()
}

fn digested() -> PutSlices {
    bucket().put_slices(&file("/big"), manifest().into())
}

fn unchecked() -> PutSlices {
    bucket().put_slices(&file("/big"), Content::unchecked(2 * 1024 * 1024 + 1))
}

fn stored(offset: u64) -> String {
    format!(r#"{{"code":0,"data":{{"session":"00","offset":{offset}}}}}"#)
}

fn refused(code: i64) -> String {
    format!(r#"{{"code":{code},"message":"x"}}"#)
}

/// An open upload of this content, with this `listparts`.
fn open(parts: &str) -> String {
    let sha = manifest().sha1().to_owned();
    format!(
        r#"{{"code":0,"data":{{"session":"11","filesize":2097153,"slice_size":1048576,"sha":"{sha}_1","listparts":{parts}}}}}"#
    )
}

fn attributes(size: u64, sha: &str) -> String {
    format!(
        r#"{{"code":0,"data":{{"access_url":"a","source_url":"s","filesize":{size},"filelen":{size},"ctime":1,"mtime":1,"sha":"{sha}"}}}}"#
    )
}

/// Plays replies; an empty one stands for a lost answer. Returns what was asked, as `op` and, of
/// slices, the offset, and how it ended.
fn play(flow: PutSlices, replies: &[&str]) -> (Vec<String>, Result<Uploaded, Error>) {
    let mut driver = Driver::new(flow, Retry::default());
    let mut replies = replies.iter();
    let mut asked = Vec::new();
    loop {
        match driver.poll(&stamp()) {
            Step::Send(request) => {
                asked.push(summary(&request));
                let reply = *replies
                    .next()
                    .unwrap_or_else(|| panic!("no reply to {asked:?}"));
                driver.handle(match reply {
                    "" => Err(TransportError::unknown("reset").into()),
                    body => Ok(answer(200, String::from(body).leak())),
                });
            }
            Step::Sleep(_) => {}
            Step::Done(result) => {
                assert_eq!(replies.next(), None, "{asked:?}");
                return (asked, result);
            }
        }
    }
}

fn summary(request: &Request<Payload>) -> String {
    let body = text(request.body());
    let field = |name: &str| {
        let (_, rest) = body.split_once(&format!("name=\"{name}\"\r\n\r\n"))?;
        rest.split_once("\r\n").map(|(value, _)| value.to_owned())
    };
    match (field("op"), field("offset"), field("session")) {
        (Some(op), Some(offset), Some(session)) => {
            format!(
                "{} {session}@{offset}",
                op.trim_start_matches("upload_slice_")
            )
        }
        (Some(op), ..) => op.trim_start_matches("upload_slice_").to_owned(),
        _ if body == r#"{"op":"delete"}"# => "delete".into(),
        _ => request.uri().query().unwrap_or_default().to_owned(),
    }
}

#[test]
fn slices_are_sent_in_order_and_the_upload_is_closed() {
    let replies = [
        SESSION,
        &stored(0),
        &stored(1_048_576),
        &stored(2_097_152),
        FINISHED,
    ];
    let (asked, result) = play(digested(), &replies);
    assert_eq!(
        asked,
        [
            "init",
            "data 00@0",
            "data 00@1048576",
            "data 00@2097152",
            "finish"
        ]
    );
    assert_eq!(result.expect("uploaded").source_url, "s");
}

#[test]
fn content_that_is_there_already_is_not_sent() {
    let (asked, result) = play(digested(), &[FINISHED]);
    assert_eq!(asked, ["init"]);
    assert!(result.is_ok());
}

#[test]
fn an_unfinished_upload_of_the_same_content_is_taken_up_where_it_was_left() {
    let parts = r#"[{"offset":0,"datalen":1048576},{"offset":2097152,"datalen":1}]"#;
    let replies = [&refused(-4019), &open(parts), &stored(1_048_576), FINISHED];
    let (asked, result) = play(digested(), &replies);
    assert_eq!(asked, ["init", "list", "data 11@1048576", "finish"]);
    assert!(result.is_ok());
}

#[test]
fn an_unfinished_upload_of_something_else_is_reported_and_left_alone() {
    for code in [-4020, -4024, -4026, -4027] {
        let (asked, result) = play(digested(), &[&refused(code)]);
        assert_eq!(asked, ["init"]);
        assert_eq!(
            result.expect_err("refused").service().map(|e| e.code()),
            Some(code)
        );
    }
}

#[test]
fn it_is_deleted_when_that_was_asked_for() {
    let replies = [&refused(-4020), r#"{"code":0}"#, FINISHED];
    let (asked, result) = play(digested().replace_unfinished(), &replies);
    assert_eq!(asked, ["init", "delete", "init"]);
    assert!(result.is_ok());
}

#[test]
fn without_digests_nothing_is_taken_up_that_somebody_else_may_have_sent() {
    let parts = r#"[{"offset":0,"datalen":1048576}]"#;
    let (asked, result) = play(unchecked(), &[&refused(-4019), &open(parts)]);
    assert_eq!(asked, ["init", "list"]);
    assert_eq!(
        result.expect_err("refused").service().map(|e| e.code()),
        Some(-4019)
    );
}

#[test]
fn without_digests_an_opening_whose_answer_was_lost_is_found_again() {
    let replies = [
        "",
        &refused(-4019),
        &open("[]").replace("\"sha\"", "\"other\""),
        &stored(0),
        &stored(1_048_576),
        &stored(2_097_152),
        FINISHED,
    ];
    let (asked, result) = play(unchecked(), &replies);
    assert_eq!(asked[..3], ["init", "init", "list"]);
    assert!(result.is_ok());
}

#[test]
fn a_lost_answer_to_the_finish_is_found_out_by_asking() {
    let sha = manifest().sha1().to_owned();
    // Which code a second finish gets is not established.
    for code in [-29096, -197, -177] {
        let replies = [
            SESSION,
            &stored(0),
            &stored(1_048_576),
            &stored(2_097_152),
            "",
            &refused(code),
            FINISHED,
            &attributes(2_097_153, &sha),
        ];
        let (asked, result) = play(digested(), &replies);
        assert_eq!(asked[4..], ["finish", "finish", "list", "op=stat"]);
        assert!(result.is_ok());
    }
}

#[test]
fn without_digests_the_size_alone_proves_nothing_unless_our_finish_may_have_worked() {
    let old = attributes(2_097_153, "00");
    let unknown = refused(-29096);
    let (_, result) = play(unchecked(), &[&refused(-4018), FINISHED, &old]);
    assert!(result.is_err());
    let [first, second, third] = [0, 1_048_576, 2_097_152].map(stored);
    let slices = [SESSION, &first, &second, &third];
    let lost = [&slices[..], &["", &unknown, FINISHED, &old]].concat();
    assert!(play(unchecked(), &lost).1.is_ok());
    // Refused at once: what is there is of before, and the upload begins again.
    let again = [
        &[SESSION, &unknown, FINISHED, &old][..],
        &slices,
        &[FINISHED],
    ]
    .concat();
    let (asked, result) = play(unchecked(), &again);
    assert_eq!(asked[..5], ["init", "data 00@0", "list", "op=stat", "init"]);
    assert!(result.is_ok());
}

#[test]
fn an_upload_that_somebody_else_began_is_not_mixed_with_ours() {
    let parts = r#"[{"offset":0,"datalen":1048576}]"#;
    let theirs = open(parts).replace("\"sha\"", "\"other\"");
    // Our session died; theirs, without a digest, is open now.
    let (asked, result) = play(digested(), &[SESSION, &refused(-29096), &theirs]);
    assert_eq!(asked, ["init", "data 00@0", "list"]);
    assert!(result.is_err());
}

#[test]
fn slices_that_an_earlier_attempt_spoilt_are_cleared_away_when_that_was_asked_for() {
    let parts = r#"[{"offset":0,"datalen":1048576},{"offset":1048576,"datalen":1048576},{"offset":2097152,"datalen":1}]"#;
    let spoilt = [&refused(-4019), &open(parts), &refused(-4016)];
    let (_, result) = play(digested(), &spoilt.map(String::as_str));
    assert!(result.is_err());
    let mut replies = spoilt.map(String::as_str).to_vec();
    replies.extend([r#"{"code":0}"#, FINISHED]);
    let (asked, result) = play(digested().replace_unfinished(), &replies);
    assert_eq!(asked, ["init", "list", "finish", "delete", "init"]);
    assert!(result.is_ok());
}

#[test]
fn a_long_upload_may_lose_its_session_many_times_if_it_gets_further_each_time() {
    let at = |count: u64| {
        let parts: Vec<String> = (0..count)
            .map(|i| format!(r#"{{"offset":{},"datalen":1048576}}"#, i * 1_048_576))
            .collect();
        format!(
            r#"{{"code":0,"data":{{"session":"00","filesize":20971520,"slice_size":1048576,"listparts":[{}]}}}}"#,
            parts.join(",")
        )
    };
    let mut replies = vec![SESSION.to_owned()];
    for slice in 0..20 {
        replies.extend([refused(-29096), at(slice), stored(slice * 1_048_576)]);
    }
    replies.push(FINISHED.into());
    let replies: Vec<&str> = replies.iter().map(String::as_str).collect();
    let flow = bucket().put_slices(&file("/big"), Content::unchecked(20 * 1_048_576));
    assert!(play(flow, &replies).1.is_ok());
}

#[test]
fn a_finished_file_of_other_content_is_not_taken_for_ours() {
    let (asked, result) = play(
        digested(),
        &[&refused(-4018), FINISHED, &attributes(2_097_153, "00")],
    );
    assert_eq!(asked, ["init", "list", "op=stat"]);
    assert_eq!(
        result.expect_err("refused").service().map(|e| e.code()),
        Some(-4018)
    );
}

#[test]
fn the_service_is_believed_that_it_has_our_digest_where_it_shows_none() {
    for shown in [r#","other":"00""#, r#","sha":"""#] {
        let found = |size| attributes(size, "00").replace(r#","sha":"00""#, shown);
        let (asked, result) = play(digested(), &[&refused(-4018), FINISHED, &found(2_097_153)]);
        assert_eq!(asked, ["init", "list", "op=stat"]);
        assert!(result.is_ok(), "{shown}");
        let (_, result) = play(digested(), &[&refused(-4018), FINISHED, &found(7)]);
        assert!(result.is_err(), "{shown}");
    }
}

#[test]
fn a_slice_found_missing_at_the_end_is_sent_again() {
    let parts = r#"[{"offset":0,"datalen":1048576},{"offset":1048576,"datalen":1048576}]"#;
    let replies = [
        SESSION,
        &stored(0),
        &stored(1_048_576),
        &stored(2_097_152),
        &refused(-29144),
        &open(parts),
        &stored(2_097_152),
        FINISHED,
    ];
    let (asked, result) = play(digested(), &replies);
    assert_eq!(asked[4..], ["finish", "list", "data 11@2097152", "finish"]);
    assert!(result.is_ok());
}

#[test]
fn a_service_that_never_agrees_does_not_keep_us_for_ever() {
    let mut replies = vec![SESSION.to_owned()];
    for _ in 0..RECOVERIES {
        replies.extend([refused(-29096), open("[]")]);
    }
    replies.push(refused(-29096));
    let replies: Vec<&str> = replies.iter().map(String::as_str).collect();
    let (_, result) = play(digested(), &replies);
    assert!(result.is_err());
}

#[test]
fn digests_for_other_slices_than_granted_are_an_error_and_not_a_corrupt_upload() {
    let (asked, result) = play(
        digested(),
        &[r#"{"code":0,"data":{"session":"00","slice_size":524288}}"#],
    );
    assert_eq!(asked, ["init"]);
    assert!(matches!(result, Err(Error::Response(_))));
}

#[test]
fn a_wrong_signature_is_not_tried_again() {
    let (asked, result) = play(digested(), &[SESSION, &refused(-97)]);
    assert_eq!(asked.len(), 2);
    assert_eq!(
        result.expect_err("refused").service().map(|e| e.code()),
        Some(-97)
    );
}
