//! Uploads in parts, played reply by reply.

use http::Request;

use super::*;
use crate::{
    Chunk, Flow, Operation, Payload,
    error::{Error, InputError},
    vcloud::{
        Content,
        played::{Played, answer, play, stamp},
        upload_host::{
            StorageClass, StoreObject, Stored,
            tests::{address, half_done, hosts, large, part_stored},
        },
    },
};

const OPENED: &str = r#"{"success":0,"payload":{"uploadID":"id 1"}}"#;
const OPENED_AGAIN: &str = r#"{"success":0,"payload":{"uploadID":"id2"}}"#;
const JOINED: &str = r#"{"success":0,"payload":{"hash":"12345678","key":"a"}}"#;
const TROUBLE: &str = r#"{"success":1,"error":{"code":500,"error_code":5000}}"#;
const UNKNOWN: &str = r#"{"success":1,"error":{"code":404,"error_code":4004}}"#;
const REFUSED: &str = r#"{"success":1,"error":{"code":403,"error_code":4003}}"#;

fn store(hosts: &[&str]) -> StoreObject {
    let address = address(&["tos/a"], hosts, r#"{"X-Store":"a"}"#);
    StoreObject::new(&address, &address.stores()[0], large()).in_parts_of(PART_SIZE)
}

/// What the requests were, in short.
fn steps(played: &Played<Stored>) -> Vec<String> {
    (played.sent.iter()).map(step).collect()
}

fn step(request: &Request<Payload>) -> String {
    let host = request.uri().host().expect("a host");
    let query = request.uri().query().expect("a query");
    format!("{host} {query}")
}

fn text(request: &Request<Payload>) -> &[u8] {
    match request.body().chunks() {
        [Chunk::Inline(bytes)] => bytes,
        other => panic!("{other:?}"),
    }
}

#[test]
fn an_upload_is_opened_sent_in_parts_and_joined() {
    let (first, second) = (part_stored(0), part_stored(1));
    let flow = store(&["h"]).storage_class(StorageClass::Archive).source(3);
    let played = play(flow, &[OPENED, &first, &second, JOINED]);
    assert_eq!(
        steps(&played),
        [
            "h uploads",
            "h partNumber=1&uploadID=id%201",
            "h partNumber=2&uploadID=id%201",
            "h uploadID=id%201&ObjectContentType=video%2Fmp4",
        ]
    );
    for request in &played.sent {
        assert_eq!(request.method(), "PUT");
        assert_eq!(request.uri().path(), "/tos/a");
        let header = |name: &str| request.headers()[name].to_str().expect("a text");
        assert_eq!(header("authorization"), "permission-0");
        assert_eq!(header("x-storage-mode"), "gateway");
        assert_eq!(header("x-upload-storage-class"), "archive");
        assert_eq!(header("x-store"), "a");
        assert_eq!(header("content-length"), request.body().len().to_string());
    }
    let content = large();
    let ranges = [0..PART_SIZE, PART_SIZE..content.size()];
    let mut lines = Vec::new();
    for (at, range) in ranges.into_iter().enumerate() {
        let put = &played.sent[at + 1];
        let crc32 = content.crc32_of(&range).expect("a checksum");
        assert_eq!(put.headers()["content-crc32"], format!("{crc32:08x}"));
        assert_eq!(put.body().chunks(), [Chunk::Source { source: 3, range }]);
        lines.push(format!("{}:{crc32:08x}", at + 1));
    }
    assert_eq!(text(&played.sent[3]), lines.join(",").as_bytes());
    assert!(!played.sent[3].headers().contains_key("content-crc32"));
    assert_eq!(played.result.expect("stored").uri, "tos/a");
}

#[test]
fn what_is_smaller_than_a_part_goes_in_one_request() {
    let address = address(&["a"], &["h"], "{}");
    let content = Content::new(PART_SIZE - 1, 0xab);
    let flow = StoreObject::new(&address, &address.stores()[0], content).in_parts_of(PART_SIZE);
    let stored = r#"{"success":0,"payload":{"hash":"000000ab"}}"#;
    let played = play(flow, &[stored]);
    assert_eq!(played.sent[0].uri().query(), None);
    assert!(played.result.is_ok());
}

#[test]
fn without_the_mode_for_large_files_parts_are_counted_from_0() {
    let (first, second) = (part_stored(0), part_stored(1));
    let flow = store(&["h"]).plain_up_to(large().size());
    let played = play(flow, &[OPENED, &first, &second, JOINED]);
    assert!(steps(&played)[1].contains("partNumber=0&"));
    assert!(steps(&played)[2].contains("partNumber=1&"));
    assert!(text(&played.sent[3]).starts_with(b"0:"));
    for request in &played.sent {
        assert!(!request.headers().contains_key("x-storage-mode"));
    }
}

#[test]
fn without_checksums_of_ones_own_those_of_the_host_join_the_parts() {
    let address = address(&["a"], &["h"], "{}");
    for content in [
        Content::unchecked(2 * PART_SIZE),
        Content::new(2 * PART_SIZE, 7),
    ] {
        let flow = StoreObject::new(&address, &address.stores()[0], content);
        let flow = flow.in_parts_of(PART_SIZE);
        let stored = |crc32| format!(r#"{{"success":0,"payload":{{"crc32":"{crc32}"}}}}"#);
        let replies = [OPENED, &stored("0000000a"), &stored("b"), JOINED];
        let played = play(flow.clone(), &replies);
        assert_eq!(played.sent[1].headers()["content-crc32"], "Ignore");
        assert_eq!(text(&played.sent[3]), b"1:0000000a,2:0000000b");
        assert!(played.result.is_ok());
        let silent = play(flow, &[OPENED, r#"{"success":0,"payload":{}}"#]);
        assert!(matches!(silent.result, Err(Error::Response(_))));
    }
}

#[test]
fn a_part_that_was_damaged_and_an_upload_without_a_name_are_errors_with_the_request_id() {
    let damaged = r#"{"success":0,"payload":{"crc32":"00000000"}}"#;
    let nameless = r#"{"success":0,"payload":{"uploadID":""}}"#;
    let name = "a".repeat(100_000);
    let endless = format!(r#"{{"success":0,"payload":{{"uploadID":"{name}"}}}}"#);
    for replies in [&[OPENED, damaged][..], &[nameless], &[&endless]] {
        let Err(Error::Response(error)) = play(store(&["h"]), replies).result else {
            panic!("{replies:?}")
        };
        assert_eq!(error.request_id(), Some("log id log"));
    }
}

#[test]
fn a_host_in_trouble_is_followed_by_another_that_goes_on_with_the_same_upload() {
    let (first, second) = (part_stored(0), part_stored(1));
    let replies = [OPENED, &first, TROUBLE, TROUBLE, TROUBLE, &second, JOINED];
    let played = play(store(&["a", "b"]), &replies);
    assert_eq!(hosts(&played), ["a", "a", "a", "a", "a", "b", "b"]);
    assert_eq!(steps(&played)[5], "b partNumber=2&uploadID=id%201");
    assert!(played.result.is_ok());
    // One lost answer is no reason to leave a host at which parts are.
    let replies = [OPENED, &first, "", &second, "", JOINED];
    let played = play(store(&["a", "b"]), &replies);
    assert_eq!(hosts(&played), ["a"; 6]);
    let replies = [OPENED, &first, "", "", "", &second, JOINED];
    let played = play(store(&["a", "b"]), &replies);
    assert_eq!(hosts(&played)[5..], ["b", "b"]);
}

#[test]
fn another_host_that_does_not_know_the_upload_gets_it_from_the_beginning() {
    let (first, second) = (part_stored(0), part_stored(1));
    let mut replies = vec![OPENED, &first, TROUBLE, TROUBLE, TROUBLE, UNKNOWN];
    replies.extend([OPENED_AGAIN, &first, &second, JOINED]);
    let played = play(store(&["a", "b"]), &replies);
    assert_eq!(
        steps(&played)[5..8],
        [
            "b partNumber=2&uploadID=id%201",
            "b uploads",
            "b partNumber=1&uploadID=id2"
        ]
    );
    assert!(played.result.is_ok());
}

#[test]
fn a_refusal_of_an_upload_that_was_begun_here_is_final() {
    let first = part_stored(0);
    for replies in [
        &[REFUSED][..],
        &[OPENED, UNKNOWN],
        &[OPENED, &first, REFUSED],
    ] {
        let played = play(store(&["a", "b"]), replies);
        assert_eq!(played.sent.len(), replies.len());
        assert!(matches!(played.result, Err(Error::Service(_))));
    }
}

/// The first answer was lost: the parts may have been joined, and the upload be gone because of that.
#[test]
fn what_may_have_been_joined_is_sent_once_more() {
    let (first, second) = (part_stored(0), part_stored(1));
    let mut replies = vec![OPENED, &first, &second, "", UNKNOWN];
    replies.extend([OPENED_AGAIN, &first, &second, JOINED]);
    let played = play(store(&["a"]), &replies);
    assert_eq!(played.sent.len(), 9);
    assert!(played.result.is_ok());
    // But not for ever.
    let mut replies = vec![];
    for _ in 0..4 {
        replies.extend([OPENED, &first, &second, "", UNKNOWN]);
    }
    let played = play(store(&["a"]), &replies);
    assert_eq!(played.sent.len(), 20);
    assert!(matches!(played.result, Err(Error::Service(_))));
}

#[test]
fn the_session_of_a_broken_upload_can_be_saved_and_taken_up() {
    let keeper = SessionKeeper::default();
    let (first, second) = (part_stored(0), part_stored(1));
    let broken = play(
        store(&["a", "b"]).kept_in(&keeper),
        &[OPENED, &first, REFUSED],
    );
    assert!(broken.result.is_err());
    let session = keeper.session().expect("a session");
    assert_eq!((session.stored(), session.parts()), (PART_SIZE, 2));
    let saved = serde_json::to_string(&session).expect("a document");
    let session: Session = serde_json::from_str(&saved).expect("a session");
    assert_eq!(keeper.session(), Some(session.clone()));

    let flow = StoreObject::take_up(&session, large()).expect("the same content");
    let played = play(flow.kept_in(&keeper), &[&second, JOINED]);
    assert_eq!(
        steps(&played),
        [
            "a partNumber=2&uploadID=id%201",
            "a uploadID=id%201&ObjectContentType=video%2Fmp4"
        ]
    );
    let auth = &played.sent[0].headers()["authorization"];
    assert_eq!(auth, "permission-0");
    assert_eq!(played.sent[0].headers()["x-store"], "a");
    let stored = played.result.expect("stored");
    assert_eq!(
        (stored.uri.as_str(), stored.session_key.as_str()),
        ("tos/a", "session")
    );
    assert_eq!(keeper.session(), None);
}

#[test]
fn a_session_that_the_host_has_forgotten_begins_anew() {
    let session = half_done(&address(&["tos/a"], &["h"], "{}"));
    let flow = StoreObject::take_up(&session, large()).expect("the same content");
    let (first, second) = (part_stored(0), part_stored(1));
    let replies = [UNKNOWN, OPENED_AGAIN, &first, &second, JOINED];
    let played = play(flow, &replies);
    assert_eq!(
        steps(&played)[1..3],
        ["h uploads", "h partNumber=1&uploadID=id2"]
    );
    assert!(played.result.is_ok());
}

/// The login page of a network is no reason to send gigabytes again.
#[test]
fn an_answer_that_is_none_does_not_cost_what_is_stored() {
    let keeper = SessionKeeper::default();
    let session = half_done(&address(&["tos/a"], &["h"], "{}"));
    let flow = StoreObject::take_up(&session, large()).expect("the same content");
    let played = play(flow.kept_in(&keeper), &["<html>log in</html>"]);
    assert!(matches!(played.result, Err(Error::Response(_))));
    assert_eq!(keeper.session(), Some(session));
}

#[test]
fn a_session_is_for_the_content_that_it_was_begun_with() {
    let session = half_done(&address(&["a"], &["h"], "{}"));
    let size = large().size();
    let mut others = vec![
        Content::new(size, 7),
        Content::new(7, 7),
        Content::unchecked(size),
    ];
    for other in others.drain(..) {
        assert!(matches!(
            StoreObject::take_up(&session, other),
            Err(InputError::SessionOfAnother)
        ));
    }
    let mut damaged = session.clone();
    damaged.take(&PartStored {
        part: 0,
        crc32: 7,
        content_type: None,
    });
    assert!(StoreObject::take_up(&damaged, large()).is_err());
    assert!(StoreObject::take_up(&session, large()).is_ok());
}

#[test]
fn a_session_shows_no_permission_and_a_spoilt_one_is_none() {
    let headers = r#"{"X-Store":"canary"}"#;
    let session = half_done(&address(&["a"], &["h"], headers));
    let shown = format!("{session:?}");
    assert!(
        !shown.contains("permission-0") && !shown.contains("canary"),
        "{shown}"
    );
    let good = serde_json::to_value(&session).expect("a document");
    assert!(serde_json::from_value::<Session>(good.clone()).is_ok());
    for (member, bad) in [
        ("upload_id", ""),
        ("host", "a/b"),
        ("auth", "a\nb"),
        ("store_uri", ""),
        ("session_key", ""),
    ] {
        let mut spoilt = good.clone();
        spoilt[member] = bad.into();
        assert!(
            serde_json::from_value::<Session>(spoilt).is_err(),
            "{member}"
        );
    }
    for (member, bad) in [("part_size", 7), ("part_size", 0), ("size", 0)] {
        let mut spoilt = good.clone();
        spoilt[member] = bad.into();
        assert!(
            serde_json::from_value::<Session>(spoilt).is_err(),
            "{member}"
        );
    }
    let mut spoilt = good;
    spoilt["stored"]["99"] = 7.into();
    assert!(serde_json::from_value::<Session>(spoilt).is_err());
}

#[test]
fn the_steps_can_be_taken_one_by_one_and_in_any_order() {
    let address = address(&["a"], &["h"], "{}");
    let open = OpenParts::new(&address, &address.stores()[0], &address.hosts()[0], large());
    let mut session = open.parse(&answer(200, OPENED)).expect("a session");
    assert!(matches!(
        MergeParts::new(&session).request(&stamp()),
        Err(Error::Input(InputError::PartsMissing))
    ));
    let missing: Vec<_> = session.missing().collect();
    assert_eq!(missing[0], (0, 0..PART_SIZE));
    for part in [1, 0] {
        let put = PutPart::new(&session, part, &large());
        let stored = put.parse(&answer(200, &part_stored(part)));
        session.take(&stored.expect("a part"));
    }
    let merge = MergeParts::new(&session).request(&stamp());
    assert!(text(&merge.expect("a request")).starts_with(b"1:"));
    assert_eq!(session.missing().count(), 0);
}

#[test]
fn parts_have_a_size_that_the_service_takes() {
    for asked in [0, 7, PART_SIZE + 1] {
        let address = address(&["a"], &["h"], "{}");
        let mut flow = StoreObject::new(&address, &address.stores()[0], large());
        flow = flow.in_parts_of(asked);
        assert!(matches!(
            flow.poll(&stamp()),
            Err(Error::Input(InputError::PartSize { .. }))
        ));
    }
    let empty = Content::unchecked(0);
    let address = address(&["a"], &["h"], "{}");
    let open = OpenParts::new(&address, &address.stores()[0], &address.hosts()[0], empty);
    assert!(matches!(
        open.request(&stamp()),
        Err(Error::Input(InputError::EmptyContent))
    ));
}
