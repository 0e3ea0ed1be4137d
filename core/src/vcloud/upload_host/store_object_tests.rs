use super::*;
use crate::vcloud::{
    played::play,
    upload_host::tests::{address, hosts},
};

const STORED: &str = r#"{"success":0,"payload":{"hash":"000000ab"}}"#;
const TROUBLE: &str = r#"{"success":1,"error":{"code":500,"error_code":5000}}"#;
const REFUSED: &str = r#"{"success":1,"error":{"code":403,"error_code":4003}}"#;

fn store(hosts: &[&str]) -> StoreObject {
    let address = address(&["a"], hosts, "{}");
    StoreObject::new(&address, &address.stores()[0], Content::new(7, 0xab))
}

#[test]
fn a_host_in_trouble_is_tried_three_times_and_then_the_next() {
    let replies = [TROUBLE, TROUBLE, TROUBLE, TROUBLE, STORED];
    let played = play(store(&["a", "b"]), &replies);
    assert_eq!(hosts(&played), ["a", "a", "a", "b", "b"]);
    assert!(played.result.is_ok());
}

#[test]
fn a_host_that_does_not_answer_is_left_at_once() {
    let played = play(store(&["a", "b", "c"]), &["", "", STORED]);
    assert_eq!(hosts(&played), ["a", "b", "c"]);
    let stored = played.result.expect("stored");
    assert_eq!(
        (stored.uri.as_str(), stored.session_key.as_str()),
        ("a", "session")
    );
    let alone = play(store(&["a"]), &["", STORED]);
    assert_eq!(hosts(&alone), ["a", "a"]);
}

#[test]
fn a_refusal_is_not_asked_for_again() {
    let played = play(store(&["a", "b"]), &[REFUSED, STORED]);
    assert_eq!(hosts(&played), ["a"]);
    assert!(matches!(played.result, Err(Error::Service(_))));
}

#[test]
fn a_host_that_says_something_else_is_left_for_the_next() {
    const OTHER: &str = r#"{"success":0,"payload":{"hash":"000000ac"}}"#;
    for reply in ["<html>log in</html>", OTHER] {
        let played = play(store(&["a", "b"]), &[reply, STORED]);
        assert_eq!(hosts(&played), ["a", "b"], "{reply}");
        assert!(played.result.is_ok());
        let alone = play(store(&["a"]), &[reply, STORED]);
        assert!(matches!(alone.result, Err(Error::Response(_))));
    }
}

#[test]
fn a_session_key_is_not_shown() {
    let address = address(&["a"], &["h"], "{}");
    let stored = Stored {
        uri: "a".into(),
        session_key: "canary".into(),
    };
    let shown = format!("{stored:?} {address:?} {:?}", store(&["h"]));
    assert!(!shown.contains("canary"), "{shown}");
    assert!(!shown.contains("session_key"), "{shown}");
}

#[test]
fn it_ends_when_every_host_was_given_up() {
    let played = play(store(&["a", "b"]), &[TROUBLE; 9]);
    assert_eq!(hosts(&played), ["a", "a", "a", "b", "b", "b", "b"]);
    assert!(matches!(played.result, Err(Error::Service(_))));
    // Lost answers in between do not lead back to a host that was given up.
    let mut replies = vec![TROUBLE, TROUBLE, TROUBLE, ""];
    replies.extend([TROUBLE; 9]);
    let mixed = play(store(&["a", "b"]), &replies);
    assert_eq!(hosts(&mixed), ["a", "a", "a", "b", "b", "b", "b"]);
    assert!(mixed.result.is_err());
}
