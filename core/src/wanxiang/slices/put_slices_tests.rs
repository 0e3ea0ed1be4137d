use super::*;
use crate::{
    Driver, Retry, Step,
    error::TransportError,
    wanxiang::{
        DigestBuilder,
        tests::{answer, bucket, file, stamp, text, videos},
    },
};

type Reply = Result<(u16, &'static str), ()>;

const DONE: &str = r#"{"code":0,"data":{"url":"u","download_url":"d","fileid":"cat"}}"#;
const FORGOTTEN: &str = r#"{"code":-5983,"message":"session error"}"#;

fn content() -> Digests {
    let mut digests = DigestBuilder::new();
    digests.update(b"0123456789");
    digests.finish()
}

/// Plays `replies` in order. Returns the offset of every slice that was sent (`None` for an opening)
/// and the result.
fn play<S: Stored>(
    flow: PutSlices<S>,
    replies: &[Reply],
) -> (Vec<Option<String>>, Result<S, Error>) {
    let mut driver = Driver::new(flow, Retry::default());
    let (mut sent, mut replies) = (Vec::new(), replies.iter());
    loop {
        match driver.poll(&stamp()) {
            Step::Send(request) => {
                let body = text(request.body());
                let range = body.split("ilecontent\"\r\n\r\n").nth(1);
                let range = range.or_else(|| body.split("ileContent\"\r\n\r\n").nth(1));
                sent.push(range.map(|rest| rest.split("\r\n").next().unwrap_or_default().into()));
                driver.handle(
                    match replies.next().expect("no more requests than replies") {
                        Ok((status, body)) => Ok(answer(*status, body)),
                        Err(()) => Err(TransportError::unknown("reset").into()),
                    },
                );
            }
            Step::Sleep(_) => {}
            Step::Done(result) => {
                assert_eq!(replies.next(), None, "a reply is left");
                return (sent, result);
            }
        }
    }
}

fn offsets(sent: &[Option<String>]) -> Vec<&str> {
    sent.iter()
        .map(|range| range.as_deref().unwrap_or("open"))
        .collect()
}

fn session() -> Session {
    Session {
        id: "s".into(),
        size: 10,
        sha1: content().sha1().into(),
        offset: 4,
        slice_size: 4,
    }
}

fn photo() -> PutSlices<UploadedPhoto> {
    bucket().put_slices(Some(&file("cat")), content())
}

/// The last slice was sent, and what came back cannot be followed: it may be stored.
fn is_unreadable_in_doubt<S>(result: &Result<S, Error>) -> bool {
    let Err(Error::Doubt(doubt)) = result else {
        return false;
    };
    matches!(doubt.cause(), Error::Response(_))
}

#[test]
fn slices_follow_each_other_as_long_as_the_service_wants_them() {
    let replies = [
        Ok((
            200,
            r#"{"code":0,"data":{"session":"s","offset":"0","slice_size":"4"}}"#,
        )),
        Ok((200, r#"{"code":0,"data":{"session":"s","offset":0}}"#)),
        Ok((200, r#"{"code":0,"data":{"session":"s","offset":"4"}}"#)),
        Ok((200, DONE)),
    ];
    let (sent, result) = play(photo(), &replies);
    assert_eq!(offsets(&sent), ["open", "0..4", "4..8", "8..10"]);
    assert_eq!(result.expect("stored").file_id.as_str(), "cat");
    let (sent, result) = play(videos().put_slices(content()), &replies);
    assert_eq!(offsets(&sent), ["open", "0..4", "4..8", "8..10"]);
    assert!(result.is_ok());
}

/// Section 12.10: the vendor's client sends an empty slice after that.
#[test]
fn known_content_is_not_sent() {
    let (sent, result) = play(videos().put_slices(content()), &[Ok((200, DONE))]);
    assert_eq!((offsets(&sent), result.is_ok()), (vec!["open"], true));
}

/// Section 12.10: the vendor's client sends the beginning of the file at the service's offset.
#[test]
fn an_upload_that_was_begun_before_goes_on_at_the_services_offset() {
    let (sent, result) = play(
        photo().take_up(&session()).expect("the same content"),
        &[
            Ok((
                200,
                r#"{"code":0,"data":{"session":"s","offset":4,"slice_size":4}}"#,
            )),
            Ok((200, r#"{"code":0,"data":{"session":"s","offset":4}}"#)),
            Ok((200, DONE)),
        ],
    );
    assert_eq!(offsets(&sent), ["open", "4..8", "8..10"]);
    assert!(result.is_ok());
}

/// Section 12.10: the vendor's client goes on without a session.
#[test]
fn the_first_refusal_ends_it_and_is_the_result() {
    let refused = Ok((400, r#"{"code":-5998,"message":"sign format error"}"#));
    let (sent, result) = play(photo(), &[refused]);
    assert_eq!(offsets(&sent), ["open"]);
    let code = result
        .expect_err("refused")
        .service()
        .map(|error| error.code());
    assert_eq!(code, Some(-5998));
}

#[test]
fn a_forgotten_session_is_opened_again_and_a_closed_upload_recognised() {
    let open = Ok((
        200,
        r#"{"code":0,"data":{"session":"s","offset":0,"slice_size":16}}"#,
    ));
    let (sent, result) = play(
        photo(),
        &[open, Err(()), Ok((400, FORGOTTEN)), Ok((200, DONE))],
    );
    assert_eq!(offsets(&sent), ["open", "0..10", "0..10", "open"]);
    assert!(result.is_ok());
}

#[test]
fn a_service_that_forgets_every_session_is_not_asked_for_ever() {
    let open = Ok((
        200,
        r#"{"code":0,"data":{"session":"s","offset":0,"slice_size":16}}"#,
    ));
    let mut replies = Vec::new();
    for _ in 0..=RECOVERIES {
        replies.extend([open, Ok((400, FORGOTTEN))]);
    }
    let (_, result) = play(photo(), &replies);
    let code = result
        .expect_err("refused")
        .service()
        .map(|error| error.code());
    assert_eq!(code, Some(codes::UNKNOWN_SESSION));
    let (sent, _) = play(photo(), &[Ok((400, FORGOTTEN))]);
    assert_eq!(offsets(&sent), ["open"]);
}

#[test]
fn a_service_that_goes_back_is_followed_but_not_for_ever() {
    let open = Ok((
        200,
        r#"{"code":0,"data":{"session":"s","offset":4,"slice_size":2}}"#,
    ));
    let back = Ok((200, r#"{"code":0,"data":{"session":"s","offset":0}}"#));
    let (sent, result) = play(
        photo(),
        &[
            open,
            back,
            Ok((200, r#"{"code":0,"data":{"offset":2}}"#)),
            Ok((200, DONE)),
        ],
    );
    assert_eq!(offsets(&sent), ["open", "4..6", "2..4", "4..6"]);
    assert!(result.is_ok());
    let mut replies = vec![open];
    replies.extend([back; 10]);
    let (_, result) = play(photo(), &replies);
    assert!(matches!(result, Err(Error::Response(_))), "{result:?}");
}

#[test]
fn answers_that_cannot_be_followed_are_errors() {
    for data in [
        r#"{"session":"s","offset":0,"slice_size":0}"#,
        r#"{"session":"s","offset":0}"#,
        r#"{"offset":0,"slice_size":4}"#,
        r#"{"session":"","offset":0,"slice_size":4}"#,
        r#"{"session":"s","offset":-1,"slice_size":4}"#,
        r#"{"url":"u"}"#,
    ] {
        let body = format!(r#"{{"code":0,"data":{data}}}"#);
        let (sent, result) = play(photo(), &[Ok((200, body.leak()))]);
        assert!(matches!(result, Err(Error::Response(_))), "{data}");
        assert_eq!(sent.len(), 1);
    }
    let open = Ok((
        200,
        r#"{"code":0,"data":{"session":"s","offset":0,"slice_size":16}}"#,
    ));
    for body in [
        r#"{"code":0,"data":{"session":"s","offset":7}}"#,
        r#"{"code":0,"data":{"url":"u","download_url":"d","fileid":"dog"}}"#,
    ] {
        let (_, result) = play(photo(), &[open, Ok((200, body))]);
        assert!(is_unreadable_in_doubt(&result), "{body}");
    }
}

#[test]
fn an_upload_that_does_not_close_gets_its_last_slice_again_but_not_for_ever() {
    let open = Ok((
        200,
        r#"{"code":0,"data":{"session":"s","offset":10,"slice_size":4}}"#,
    ));
    let stored = Ok((200, r#"{"code":0,"data":{"session":"s","offset":8}}"#));
    let (sent, result) = play(photo(), &[open, stored, Ok((200, DONE))]);
    assert_eq!(offsets(&sent), ["open", "8..10", "8..10"]);
    assert!(result.is_ok());
    let mut replies = vec![open];
    replies.extend([stored; RECOVERIES as usize]);
    let (_, result) = play(photo(), &replies);
    assert!(is_unreadable_in_doubt(&result), "{result:?}");
}

/// What counts against an upload is going back, not going forward again.
#[test]
fn a_long_upload_that_is_forgotten_late_begins_anew_and_ends() {
    let mut digests = DigestBuilder::new();
    digests.update(&[7; 30]);
    let upload = bucket().put_slices(Some(&file("cat")), digests.finish());
    let open = Ok((
        200,
        r#"{"code":0,"data":{"session":"s","offset":0,"slice_size":1}}"#,
    ));
    let stored = Ok((200, r#"{"code":0,"data":{"session":"s"}}"#));
    let mut replies = vec![open];
    replies.extend([stored; 20]);
    replies.extend([Ok((400, FORGOTTEN)), open]);
    replies.extend([stored; 29]);
    replies.push(Ok((200, DONE)));
    assert!(play(upload, &replies).1.is_ok());
}

#[test]
fn without_an_id_of_ones_own_nothing_is_stored_twice() {
    let open = Ok((
        200,
        r#"{"code":0,"data":{"session":"s","offset":0,"slice_size":16}}"#,
    ));
    let upload = || videos().put_slices(content());
    let (sent, result) = play(upload(), &[open, Err(()), Ok((400, FORGOTTEN))]);
    assert_eq!(offsets(&sent), ["open", "0..10", "0..10"]);
    assert!(matches!(result, Err(Error::Doubt(_))), "{result:?}");
    // Known content is stored by the opening itself.
    let (sent, result) = play(upload(), &[Err(())]);
    assert_eq!(sent.len(), 1);
    assert!(matches!(result, Err(Error::Doubt(_))), "{result:?}");
}

/// The first copy of the last slice may come late, and close what the second one found open.
#[test]
fn a_doubt_is_not_forgotten_over_an_answer_to_another_attempt() {
    let open = r#"{"code":0,"data":{"session":"s","offset":0,"slice_size":10}}"#;
    let stored = r#"{"code":0,"data":{"session":"s","offset":0}}"#;
    let flow = bucket().put_slices(None, content());
    let replies = [
        Ok((200, open)),
        Err(()),
        Ok((200, stored)),
        Ok((400, FORGOTTEN)),
    ];
    let (sent, result) = play(flow, &replies);
    assert_eq!(offsets(&sent), ["open", "0..10", "0..10", "0..10"]);
    let Err(Error::Doubt(doubt)) = &result else {
        panic!("{result:?}");
    };
    // One doubt is enough.
    assert!(matches!(doubt.cause(), Error::Service(_)), "{result:?}");
}

#[test]
fn an_id_that_is_taken_after_a_lost_answer_may_be_our_own_doing() {
    let open = Ok((
        200,
        r#"{"code":0,"data":{"session":"s","offset":0,"slice_size":16}}"#,
    ));
    let taken = Ok((400, r#"{"code":-177}"#));
    let (_, result) = play(photo(), &[open, Err(()), Ok((400, FORGOTTEN)), taken]);
    assert!(matches!(result, Err(Error::Doubt(_))), "{result:?}");
    let (_, result) = play(photo(), &[taken]);
    assert!(matches!(result, Err(Error::Service(_))), "{result:?}");
}

#[test]
fn the_session_of_a_failed_upload_can_be_kept_and_taken_up_for_the_same_content_only() {
    let keeper = SessionKeeper::default();
    let (_, result) = play(
        photo().kept_in(&keeper),
        &[
            Ok((
                200,
                r#"{"code":0,"data":{"session":"s","offset":0,"slice_size":4}}"#,
            )),
            Ok((200, r#"{"code":0,"data":{"offset":0}}"#)),
            Ok((400, r#"{"code":-5999}"#)),
        ],
    );
    assert!(result.is_err());
    let kept = keeper.session().expect("a session");
    assert_eq!(kept, session());
    let json = serde_json::to_string(&kept).expect("a document");
    let saved: Session = serde_json::from_str(&json).expect("a session");
    assert!(photo().take_up(&saved).is_ok());
    let mut digests = DigestBuilder::new();
    digests.update(b"9876543210");
    let other = bucket().put_slices(None, digests.finish());
    assert!(matches!(
        other.take_up(&saved),
        Err(InputError::SessionOfAnother)
    ));
    let (_, result) = play(photo().kept_in(&keeper), &[Ok((200, DONE))]);
    assert!(result.is_ok());
    assert_eq!(keeper.session(), None);
}

#[test]
fn nothing_is_opened_without_content_or_for_slices_above_the_limit() {
    let mut empty = bucket().put_slices(None, DigestBuilder::new().finish());
    assert!(matches!(
        empty.poll(&stamp()),
        Err(Error::Input(InputError::NothingToSlice))
    ));
    let mut huge = photo().slice_size(super::super::SLICE_LIMIT + 1);
    assert!(matches!(
        huge.poll(&stamp()),
        Err(Error::Input(InputError::PictureSliceSize { .. }))
    ));
}
