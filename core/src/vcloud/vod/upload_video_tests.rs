use super::*;
use crate::vcloud::{
    Scheme,
    played::{answer, body, play, success},
    upload_host::{
        parts::PART_SIZE,
        tests::{address_json, half_done, hosts, large, part_stored, play_answers},
    },
    vod::tests::{successor, vod},
};

const STORED: &str = r#"{"success":0,"payload":{"hash":"000000ab"}}"#;
const TROUBLE: &str = r#"{"success":1,"error":{"code":500,"error_code":5000}}"#;
const REFUSED: &str = r#"{"success":1,"error":{"code":403,"error_code":4003}}"#;

fn content() -> Content {
    Content::new(7, 0xab)
}

fn applied() -> String {
    let address = address_json(&["tos/a"], &["one", "two"], "{}");
    success(&format!(r#"{{"UploadAddress":{address}}}"#))
}

fn committed() -> String {
    success(r#"{"Results":[{"Vid":"v1"}]}"#)
}

fn upload() -> UploadVideo {
    vod().upload_video("s", FileType::Video, content())
}

#[test]
fn a_content_is_applied_for_stored_and_committed() {
    let replies = [applied(), STORED.into(), committed()];
    let played = play(upload().function(CommitFunction::GetMeta), &replies);
    assert_eq!(
        hosts(&played),
        ["vod.bytedanceapi.com", "one", "vod.bytedanceapi.com"]
    );
    assert_eq!(played.sent[1].uri(), "https://one/tos/a");
    assert_eq!(body(&played.sent[2])["SessionKey"], "session");
    let video = played.result.expect("a video");
    assert_eq!(
        (video.vid(), video.store_uri.as_str()),
        (Some("v1"), "tos/a")
    );
}

#[test]
fn the_next_host_is_tried_and_http_only_if_asked_for() {
    let mut replies = vec![applied()];
    replies.extend([TROUBLE, TROUBLE, TROUBLE, STORED].map(str::to_owned));
    replies.push(committed());
    let upload = vod().uploads_over(Scheme::Http);
    let upload = upload.upload_video("s", FileType::Video, content());
    let played = play(upload, &replies);
    assert_eq!(hosts(&played)[1..5], ["one", "one", "one", "two"]);
    assert_eq!(played.sent[4].uri(), "http://two/tos/a");
    assert!(played.result.is_ok());
}

#[test]
fn what_the_upload_host_refuses_is_not_committed() {
    let replies = [applied(), REFUSED.into(), committed()];
    let played = play(upload(), &replies);
    assert_eq!(played.sent.len(), 2);
    assert!(matches!(played.result, Err(Error::Service(_))));
}

#[test]
fn a_lost_apply_and_a_lost_put_are_repeated_and_a_lost_commit_is_not() {
    let lost = String::new;
    let replies = [
        lost(),
        applied(),
        lost(),
        STORED.into(),
        lost(),
        committed(),
    ];
    let played = play(upload(), &replies);
    assert_eq!(hosts(&played)[2..4], ["one", "two"]);
    assert_eq!(played.sent.len(), 5);
    let error = played.result.expect_err("lost");
    assert!(matches!(error, Error::Doubt(_)), "{error}");
}

#[test]
fn an_upload_that_cannot_be_is_refused_before_anything_is_sent() {
    let empty = vod().upload_video("s", FileType::Video, Content::unchecked(0));
    let timeless = upload().function(CommitFunction::Snapshot { seconds: -1.0 });
    for upload in [empty, timeless] {
        let played = play(upload, &[applied()]);
        assert!(played.sent.is_empty());
        assert!(matches!(played.result, Err(Error::Input(_))));
    }
}

#[test]
fn of_several_addresses_the_session_of_the_one_that_took_it_is_committed() {
    let address = |host: &str, session: &str| {
        let address = address_json(&["tos/a"], &[host], "[]");
        address.replace(r#""session""#, &format!("{session:?}"))
    };
    let applied = success(&format!(
        r#"{{"Data":{{"CandidateUploadAddresses":{{"MainUploadAddresses":[{}],
            "BackupUploadAddresses":[{}]}}}}}}"#,
        address("one", "first"),
        address("two", "second")
    ));
    let mut replies = vec![applied];
    replies.extend([TROUBLE, TROUBLE, TROUBLE, STORED].map(str::to_owned));
    replies.push(success(r#"{"Data":{"Vid":"v1"}}"#));
    let played = play(
        successor().upload_video("s", FileType::Video, content()),
        &replies,
    );
    let commit = played.sent[5].uri().query().expect("a query");
    assert!(commit.contains("&SessionKey=second"), "{commit}");
    assert_eq!(played.result.expect("a video").vid(), Some("v1"));
}

fn successors(content: Content) -> UploadVideo {
    successor().upload_video("s", FileType::Video, content)
}

fn successors_address() -> String {
    let address = address_json(&["tos/a"], &["one"], "[]");
    success(&format!(r#"{{"Data":{{"UploadAddress":{address}}}}}"#))
}

fn successors_commit() -> String {
    success(r#"{"Data":{"Vid":"v1"}}"#)
}

const OPENED: &str = r#"{"success":0,"payload":{"uploadID":"id 1"}}"#;
const JOINED: &str = r#"{"success":0,"payload":{}}"#;

#[test]
fn large_contents_go_to_the_successor_in_parts_and_to_ttvcloud_if_asked_for() {
    let replies = [
        successors_address(),
        OPENED.into(),
        part_stored(0),
        part_stored(1),
        JOINED.into(),
        successors_commit(),
    ];
    let played = play(successors(large()), &replies);
    let apply = played.sent[0].uri().query().expect("a query");
    assert!(apply.contains("&FileSize=41943047"), "{apply}");
    assert_eq!(played.sent[1].uri().query(), Some("uploads"));
    assert_eq!(played.result.expect("a video").vid(), Some("v1"));
    let whole = [
        successors_address(),
        r#"{"success":0}"#.into(),
        successors_commit(),
    ];
    let played = play(successors(large()).in_one_request(), &whole);
    assert_eq!(played.sent[1].uri().query(), None);

    let old = || vod().upload_video("s", FileType::Video, large());
    let played = play(old(), &[applied(), r#"{"success":0}"#.into(), committed()]);
    assert_eq!(played.sent[1].uri().query(), None);
    let replies = [
        applied(),
        OPENED.into(),
        part_stored(0),
        part_stored(1),
        JOINED.into(),
        committed(),
    ];
    let played = play(old().in_parts_of(PART_SIZE), &replies);
    assert_eq!(played.sent.len(), 6);
    assert!(played.result.is_ok());
}

#[test]
fn an_upload_that_broke_off_goes_on_without_another_apply() {
    let keeper = SessionKeeper::default();
    let broken = [
        successors_address(),
        OPENED.into(),
        part_stored(0),
        REFUSED.into(),
    ];
    let played = play(successors(large()).kept_in(&keeper), &broken);
    assert!(played.result.is_err());
    let session = keeper.session().expect("a session");
    let upload = successors(large()).kept_in(&keeper).take_up(&session);
    let rest = [part_stored(1), JOINED.into(), successors_commit()];
    let played = play(upload.expect("the same content"), &rest);
    assert_eq!(
        played.sent[0].uri().query(),
        Some("partNumber=2&uploadID=id%201")
    );
    let commit = played.sent[2].uri().query().expect("a query");
    assert!(commit.contains("&SessionKey=session"), "{commit}");
    assert!(played.result.is_ok());
    assert_eq!(keeper.session(), None);
    let other = successors(Content::new(7, 7)).take_up(&session);
    assert!(matches!(other, Err(InputError::SessionOfAnother)));
}

#[test]
fn an_upload_whose_permission_has_ended_begins_with_another_apply() {
    let address = serde_json::from_str(&address_json(&["tos/a"], &["one"], "[]"));
    let session = half_done(&address.expect("an address"));
    let upload = successors(large()).take_up(&session);
    let replies = [
        REFUSED.to_owned(),
        REFUSED.into(),
        successors_address(),
        OPENED.into(),
        part_stored(0),
        part_stored(1),
        JOINED.into(),
        successors_commit(),
    ];
    let played = play(upload.expect("the same content"), &replies);
    let asked: Vec<_> = (played.sent.iter())
        .map(|request| request.uri().query().expect("a query").split('=').next())
        .collect();
    assert_eq!(
        asked[..4],
        [
            Some("partNumber"),
            Some("uploads"),
            Some("Action"),
            Some("uploads")
        ]
    );
    assert!(played.result.is_ok());
}

#[test]
fn an_answer_that_is_none_does_not_begin_an_upload_anew() {
    let keeper = SessionKeeper::default();
    let address = serde_json::from_str(&address_json(&["tos/a"], &["one"], "[]"));
    let session = half_done(&address.expect("an address"));
    let upload = successors(large()).kept_in(&keeper).take_up(&session);
    let played = play(upload.expect("the same content"), &["<html>log in</html>"]);
    assert!(matches!(played.result, Err(Error::Response(_))));
    assert_eq!(keeper.session(), Some(session));
}

#[test]
fn after_a_commit_that_failed_only_the_commit_is_made_up_for() {
    let keeper = SessionKeeper::default();
    let denied = r#"{"ResponseMetadata":{"RequestId":"id","Error":{"CodeN":100013}}}"#;
    let replies = [
        successors_address(),
        OPENED.into(),
        part_stored(0),
        part_stored(1),
        JOINED.into(),
        denied.into(),
    ];
    let played = play(successors(large()).kept_in(&keeper), &replies);
    assert!(matches!(played.result, Err(Error::Service(_))));
    let session = keeper.session().expect("a session");
    assert!(session.is_joined());
    let upload = successors(large()).kept_in(&keeper).take_up(&session);
    let played = play(upload.expect("the same content"), &[successors_commit()]);
    assert_eq!(played.sent.len(), 1);
    assert!(played.result.is_ok());
    assert_eq!(keeper.session(), None);
}

#[test]
fn what_the_successor_has_already_is_only_committed() {
    let address = address_json(&["tos/a"], &["one"], "[]");
    let applied = success(&format!(
        r#"{{"Data":{{"UploadAddress":{address},
            "VpcTosUploadAddress":{{"UploadMode":"direct","QuickCompleteMode":"enable"}}}}}}"#
    ));
    let played = play(successors(content()), &[applied, successors_commit()]);
    let commit = played.sent[1].uri().query().expect("a query");
    assert!(commit.contains("&SessionKey=session"), "{commit}");
    assert_eq!(played.result.expect("a video").store_uri, "tos/a");
}

#[test]
fn machines_of_the_services_own_have_an_address_of_their_own() {
    let address = address_json(&["tos/a"], &["one"], "[]");
    let applied = success(&format!(
        r#"{{"Data":{{"UploadAddress":{address},
            "VpcTosUploadAddress":{{"UploadMode":"direct","PutUrl":"https://inside/a"}}}}}}"#
    ));
    let replies = [
        Some(answer(200, &applied)),
        None,
        Some(answer(200, STORED)),
        Some(answer(200, &successors_commit())),
    ];
    let played = play_answers(successors(content()), replies.into());
    assert_eq!(hosts(&played)[1..3], ["inside", "one"]);
    assert!(played.result.is_ok());
}

#[test]
fn parts_of_a_size_that_nobody_takes_are_refused_before_anything_is_sent() {
    let played = play::<_, &str>(successors(large()).in_parts_of(7), &[]);
    assert!(matches!(
        played.result,
        Err(Error::Input(InputError::PartSize { asked: 7 }))
    ));
}
