//! The flow against a service that is played here, reply by reply.

use serde_json::json;

use super::*;
use crate::{
    Chunk,
    vcloud::{
        Region,
        imagex::{imagex, service},
        played::{Played, body, credentials, parameter, play, success},
        upload_host::tests::{address_json, hosts},
    },
};

const STORED_1: &str = r#"{"success":0,"payload":{"hash":"00000001"}}"#;
const STORED_2: &str = r#"{"success":0,"payload":{"hash":"00000002"}}"#;
const REFUSED: &str = r#"{"success":1,"error":{"code":403,"error_code":4003}}"#;
const DONE: &str = r#"{"Results":[{"Uri":"a/2"},{"Uri":"a/1"}]}"#;

fn two() -> [NewImage; 2] {
    [
        NewImage::new(Content::new(10, 1)),
        NewImage::new(Content::new(20, 2)),
    ]
}

fn applied(stores: &[&str]) -> String {
    let address = address_json(stores, &["h1", "h2"], "{}");
    success(&format!(r#"{{"UploadAddress":{address}}}"#))
}

fn upload(replies: &[&str]) -> Played<UploadedImages> {
    play(imagex().upload(&service(), two()), replies)
}

fn both(rest: &[&str]) -> Played<UploadedImages> {
    let applied = applied(&["a/1", "a/2"]);
    let replies: Vec<_> = [&*applied]
        .into_iter()
        .chain(rest.iter().copied())
        .collect();
    upload(&replies)
}

#[test]
fn each_picture_goes_to_its_store_and_then_all_are_committed() {
    let played = both(&[STORED_1, STORED_2, &success(DONE)]);
    assert_eq!(played.result.expect("a commit").images.len(), 2);
    let sent = &played.sent;
    assert_eq!(parameter(&sent[0], "UploadNum").as_deref(), Some("2"));
    assert_eq!(parameter(&sent[0], "StoreKeys"), None);
    for (at, (uri, size)) in [("/a/1", 10), ("/a/2", 20)].into_iter().enumerate() {
        let put = &sent[at + 1];
        assert_eq!(put.uri().path(), uri);
        assert_eq!(put.uri().scheme_str(), Some("https"));
        let authorization = put.headers()["authorization"].to_str().expect("text");
        assert_eq!(authorization, format!("permission-{at}"));
        let range = 0..size;
        assert_eq!(put.body().chunks(), [Chunk::Source { source: at, range }]);
    }
    assert_eq!(
        body(&sent[3]),
        json!({"SessionKey": "session", "Functions": []})
    );
}

#[test]
fn what_was_said_of_the_pictures_is_sent() {
    let [one, two] = two();
    let images = [one.key("k1").file_name("1.png"), two.key("k2")];
    let flow = (imagex()
        .uploads_over(Scheme::Http)
        .upload(&service(), images))
    .space_name("s")
    .skip_meta()
    .function("F", json!({"a": 1}));
    let (applied, done) = (applied(&["a/1", "a/2"]), success(DONE));
    let played = play(flow, &[&applied, STORED_1, STORED_2, &done]);
    assert!(played.result.is_ok());
    let query = played.sent[0].uri().query().expect("a query");
    assert!(
        query.ends_with("&StoreKeys=k1&StoreKeys=k2&SpaceName=s"),
        "{query}"
    );
    assert_eq!(played.sent[1].uri().scheme_str(), Some("http"));
    let commit = &played.sent[3];
    assert_eq!(parameter(commit, "SkipMeta").as_deref(), Some("True"));
    assert_eq!(parameter(commit, "SpaceName").as_deref(), Some("s"));
    assert_eq!(
        body(commit),
        json!({"SessionKey": "session", "Functions": [{"Name": "F", "Input": {"a": 1}}],
            "OptionInfos": [{"StoreUri": "a/1", "FileName": "1.png"}]})
    );
}

#[test]
fn the_successor_is_told_what_was_stored() {
    let imagex = ImageX::new(Dialect::Volcengine, Region::default(), credentials());
    let upload = imagex.expect("a handle").upload(&service(), two());
    let applied = applied(&["a/1", "a/2"]);
    let done = r#"{"Results":[{"Uri":"a/1","UriStatus":2000},{"Uri":"a/2","UriStatus":2001}]}"#;
    let played = play(upload, &[&applied, STORED_1, STORED_2, &success(done)]);
    assert_eq!(body(&played.sent[3])["SuccessOids"], json!(["a/1", "a/2"]));
    let uploaded = played.result.expect("one is stored");
    assert_eq!(uploaded.images.len(), 1);
    let [failed] = &uploaded.failed[..] else {
        panic!("{:?}", uploaded.failed)
    };
    assert_eq!((failed.at, failed.uri.as_str()), (1, "a/2"));
    let refusal = failed.error.service().expect("a refusal");
    assert_eq!(
        (refusal.code(), refusal.message()),
        (2001, "not stored: a/2")
    );
    assert_eq!(refusal.request_id(), Some("id, log id log"));
}

#[test]
fn an_upload_of_which_the_service_kept_nothing_is_an_error() {
    let done = r#"{"Results":[{"Uri":"a/1","UriStatus":2001},{"Uri":"a/2","UriStatus":2001}]}"#;
    let error = both(&[STORED_1, STORED_2, &success(done)]).result;
    let refusal = error.expect_err("nothing is stored");
    assert_eq!(refusal.service().map(|refusal| refusal.code()), Some(2001));
}

#[test]
fn with_fewer_stores_than_pictures_nothing_is_uploaded() {
    for stores in [&["a/1"][..], &[], &["a/1", "a/2", "a/3"]] {
        let played = upload(&[&applied(stores)]);
        assert_eq!(played.sent.len(), 1);
        assert!(matches!(played.result, Err(Error::Response(_))));
    }
}

#[test]
fn what_cannot_be_uploaded_is_not_applied_for() {
    let empty = NewImage::new(Content::new(0, 0));
    let [one, two] = two();
    for images in [vec![], vec![one.clone(), empty], vec![one.key("k"), two]] {
        let played = play::<_, &str>(imagex().upload(&service(), images), &[]);
        assert!(played.sent.is_empty());
        assert!(matches!(played.result, Err(Error::Input(_))));
    }
}

#[test]
fn a_picture_that_is_refused_is_left_out_of_the_commit() {
    for (replies, at, left) in [
        ([REFUSED, STORED_2], 0, "a/2"),
        ([STORED_1, REFUSED], 1, "a/1"),
    ] {
        let done = success(&format!(r#"{{"Results":[{{"Uri":"{left}"}}]}}"#));
        let [first, second] = replies;
        let played = both(&[first, second, &done]);
        assert_eq!(body(&played.sent[3])["SuccessOids"], json!([left]));
        let uploaded = played.result.expect("one is stored");
        assert!(!uploaded.is_complete());
        assert_eq!(uploaded.images[0].uri, left);
        let failed = &uploaded.failed[0];
        assert_eq!(failed.at, at);
        let refusal = failed.error.service().expect("a refusal");
        assert_eq!(
            (refusal.code(), refusal.request_id()),
            (4003, Some("log id log"))
        );
    }
}

#[test]
fn a_picture_that_every_host_has_trouble_with_is_left_out() {
    const TROUBLE: &str = r#"{"success":1,"error":{"code":500,"error_code":5000}}"#;
    let done = success(r#"{"Results":[{"Uri":"a/2"}]}"#);
    let mut replies = vec![TROUBLE; 6];
    replies.extend([STORED_2, &done]);
    let played = both(&replies);
    assert_eq!(
        hosts(&played)[1..8],
        ["h1", "h1", "h1", "h2", "h2", "h2", "h1"]
    );
    assert_eq!(played.result.expect("one is stored").failed.len(), 1);
}

#[test]
fn if_no_picture_is_stored_nothing_is_committed() {
    let played = both(&[REFUSED, REFUSED]);
    assert_eq!(played.sent.len(), 3);
    assert!(matches!(played.result, Err(Error::Service(_))));
}

#[test]
fn lost_answers_are_made_up_for_and_another_host_is_tried() {
    let applied = applied(&["a/1", "a/2"]);
    let done = success(DONE);
    let played = upload(&["", &applied, "", STORED_1, STORED_2, "", &done]);
    assert!(played.result.is_ok());
    assert_eq!(hosts(&played)[2..5], ["h1", "h2", "h1"]);
}

#[test]
fn a_picture_that_the_commit_leaves_out_is_not_stored_and_the_others_are() {
    for results in [r#"[{"Uri":"a/1"}]"#, r#"[{"Uri":"a/1"},{"Uri":"a/3"}]"#] {
        let done = success(&format!(r#"{{"Results":{results}}}"#));
        let uploaded = both(&[STORED_1, STORED_2, &done]).result;
        let uploaded = uploaded.expect("one is stored");
        assert_eq!(uploaded.images.len(), 1);
        let [failed] = &uploaded.failed[..] else {
            panic!("{results}")
        };
        assert_eq!((failed.at, failed.uri.as_str()), (1, "a/2"));
        let Error::Response(error) = &failed.error else {
            panic!("{failed:?}")
        };
        assert_eq!(error.request_id(), Some("id, log id log"));
    }
    for nothing in ["[]", r#"[{"Uri":"a/3"}]"#] {
        let done = success(&format!(r#"{{"Results":{nothing}}}"#));
        let error = both(&[STORED_1, STORED_2, &done]).result;
        assert!(matches!(error, Err(Error::Response(_))), "{nothing}");
    }
}
