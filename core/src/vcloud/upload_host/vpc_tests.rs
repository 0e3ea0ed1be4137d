//! Uploads by the addresses for machines of the service's own, played reply by reply.

use bytes::Bytes;
use http::{Request, Response};
use serde_json::json;

use super::{
    Content, StoreObject, Stored, VpcAddress, WrittenVpc,
    tests::{address, hosts, play_answers},
};
use crate::{
    Chunk, Payload,
    error::Error,
    vcloud::{
        Scheme,
        played::{Played, answer, body},
    },
};

fn vpc(json: serde_json::Value) -> VpcAddress {
    let written: WrittenVpc = serde_json::from_value(json).expect("an address");
    let read = written.read(&address(&["tos/a"], &["h"], "{}"));
    read.expect("one that can be used")
}

fn direct() -> VpcAddress {
    vpc(json!({
        "UploadMode": "direct",
        "PutUrl": "https://bucket.example.com/a?sign=canary",
        "PutUrlHeaders": {"X-Tos-Meta": "m", "Host": "evil"},
    }))
}

fn in_parts() -> VpcAddress {
    vpc(json!({
        "UploadMode": "part",
        "PartUploadInfo": {
            "PartSize": "4",
            "PartPutUrls": ["https://b/a?n=1", "https://b/a?n=2", "https://b/a?n=3"],
            "CompletePartUrl": "https://b/a?complete",
            "CompleteUrlHeaders": [{"Key": "X-Tos-Meta", "Value": "m"}],
        },
    }))
}

fn store(vpc: &VpcAddress, size: u64) -> StoreObject {
    let address = address(&["tos/a"], &["h"], "{}");
    let content = Content::new(size, 0xab);
    StoreObject::new(&address, &address.stores()[0], content).first_at(vpc, Scheme::Https)
}

fn tagged(tag: &str) -> Option<Response<Bytes>> {
    let response = Response::builder().header("ETag", tag).body(Bytes::new());
    Some(response.expect("a response"))
}

fn stored() -> Option<Response<Bytes>> {
    Some(answer(
        200,
        r#"{"success":0,"payload":{"hash":"000000ab"}}"#,
    ))
}

fn refused(status: u16) -> Option<Response<Bytes>> {
    let response = Response::builder()
        .status(status)
        .header("X-Tos-Request-Id", "id of the storage")
        .body(Bytes::from_static(
            br#"{"Code":"AccessDenied","Message":"no"}"#,
        ));
    Some(response.expect("a response"))
}

fn source(request: &Request<Payload>) -> &[Chunk] {
    request.body().chunks()
}

#[test]
fn a_content_goes_to_the_address_for_machines_of_the_services_own_first() {
    let played = play_answers(store(&direct(), 10), vec![tagged("\"t\"")]);
    let put = &played.sent[0];
    assert_eq!(put.method(), "PUT");
    assert_eq!(put.uri(), "https://bucket.example.com/a?sign=canary");
    assert_eq!(put.headers()["x-tos-meta"], "m");
    assert_eq!(put.headers()["content-length"], "10");
    assert!(!put.headers().contains_key("host"));
    assert!(!put.headers().contains_key("authorization"));
    let range = 0..10;
    assert_eq!(source(put), [Chunk::Source { source: 0, range }]);
    let stored = played.result.expect("stored");
    assert_eq!(
        (stored.uri.as_str(), stored.session_key.as_str()),
        ("tos/a", "session")
    );
}

#[test]
fn what_is_left_over_is_a_part_of_its_own_and_all_are_joined_by_their_tags() {
    let replies = vec![
        tagged("\"t1\""),
        tagged("t2"),
        tagged("\"t3\""),
        tagged("x"),
    ];
    let played = play_answers(store(&in_parts(), 10), replies);
    for (at, range) in [0..4, 4..8, 8..10].into_iter().enumerate() {
        let put = &played.sent[at];
        let query = format!("n={}", at + 1);
        assert_eq!(put.uri().query(), Some(query.as_str()));
        assert_eq!(source(put), [Chunk::Source { source: 0, range }]);
    }
    let complete = &played.sent[3];
    assert_eq!(complete.method(), "POST");
    assert_eq!(complete.headers()["x-tos-meta"], "m");
    assert_eq!(
        body(complete),
        json!({"Parts": [{"PartNumber": 1, "ETag": "t1"}, {"PartNumber": 2, "ETag": "t2"},
            {"PartNumber": 3, "ETag": "t3"}]})
    );
    assert!(played.result.is_ok());
    let untagged = play_answers(store(&in_parts(), 10), vec![tagged(""), stored()]);
    assert_eq!(hosts(&untagged), ["b", "h"]);
}

#[test]
fn where_it_cannot_be_reached_or_refuses_the_upload_hosts_have_their_turn() {
    let lost = play_answers(store(&direct(), 10), vec![None, stored()]);
    assert_eq!(hosts(&lost), ["bucket.example.com", "h"]);
    assert!(lost.result.is_ok());
    let played = play_answers(store(&direct(), 10), vec![refused(403), stored()]);
    assert_eq!(hosts(&played), ["bucket.example.com", "h"]);
    let both = |host: u16| -> Played<Stored> {
        let denied = r#"{"success":1,"error":{"code":403,"error_code":4003}}"#;
        let replies = vec![refused(host), Some(answer(403, denied))];
        play_answers(store(&direct(), 10), replies)
    };
    assert!(matches!(both(403).result, Err(Error::Service(_))));
}

#[test]
fn a_refusal_of_the_storage_keeps_what_was_said() {
    let vpc = super::put_vpc::PutVpc::new(&direct(), &Content::new(10, 1), 0)
        .handle(&refused(403).expect("an answer"));
    let Err(Error::Service(refusal)) = vpc else {
        panic!("{vpc:?}")
    };
    assert_eq!(
        (refusal.symbol(), refusal.message(), refusal.request_id()),
        ("AccessDenied", "no", Some("id of the storage"))
    );
}

#[test]
fn what_does_not_fit_or_is_readable_on_the_way_is_not_used() {
    for size in [8, 12, 13] {
        let fits = in_parts().takes(size, Scheme::Https);
        assert_eq!(fits, size == 12, "{size}");
    }
    let at = |url: &str| vpc(json!({"UploadMode": "direct", "PutUrl": url}));
    for (url, https, http) in [
        ("https://b/a", true, true),
        ("http://b/a", false, true),
        ("http://127.0.0.1:18081/a", true, true),
        ("ftp://b/a", false, false),
        ("/a", false, false),
        ("", false, false),
    ] {
        assert_eq!(at(url).takes(7, Scheme::Https), https, "{url}");
        assert_eq!(at(url).takes(7, Scheme::Http), http, "{url}");
    }
    let played = play_answers(store(&in_parts(), 99), vec![stored()]);
    assert_eq!(hosts(&played), ["h"]);
}
