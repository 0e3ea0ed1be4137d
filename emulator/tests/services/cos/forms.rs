//! Forms, however the network cuts them.

use std::io::Write;

use crate::support::{
    Bed, PREFIX, code, content, data,
    fangtang::{Studio, Text, answer, errno},
    multi_use, read_response,
    slices::{MIB, manifest},
};

const CONTENT_TYPE: &str = "multipart/form-data; boundary=xxBOUNDARYxx";

/// An upload whose content is followed by more fields.
fn message(path: &str, bytes: &[u8]) -> Vec<u8> {
    let manifest = manifest(bytes);
    let body = crate::support::form(&[
        ("op", b"upload"),
        ("filecontent", bytes),
        ("sha", manifest.sha1().as_bytes()),
        ("biz_attr", b"behind the content"),
        ("insertOnly", b"0"),
    ]);
    let head = format!(
        "POST {PREFIX}{path} HTTP/1.1\r\nhost: x\r\nauthorization: {}\r\n\
         content-type: {CONTENT_TYPE}\r\ncontent-length: {}\r\n\r\n",
        multi_use(),
        body.len()
    );
    [head.as_bytes(), &body].concat()
}

fn is_accepted(step: usize) {
    let bed = Bed::new();
    let bytes = content(MIB);
    let mut stream = bed.connect();
    stream.set_nodelay(true).expect("a socket");
    for piece in message("/a", &bytes).chunks(step) {
        stream.write_all(piece).expect("sent");
    }
    let answer = read_response(&stream, false).expect("an answer");
    assert_eq!(code(&answer), 0, "{step}: {}", bed.last_refusal());
    assert!(bed.download("/a").body() == &bytes, "{step}");
    let found = data(&bed.stat("/a"));
    assert_eq!(found["biz_attr"], "behind the content", "{step}");
}

#[test]
fn fields_behind_a_large_content_are_read_when_all_comes_at_once() {
    is_accepted(usize::MAX);
}

#[test]
fn fields_behind_a_large_content_are_read_whatever_pieces_come() {
    for step in [997, 8191, 16 * 1024 + 1, 65_537, 300_007, MIB - 1] {
        is_accepted(step);
    }
}

#[test]
fn fields_behind_a_large_content_are_read_from_a_connection_that_is_used_again() {
    let bed = Bed::new();
    let bytes = content(MIB);
    let mut stream = bed.connect();
    // The connection's buffer has grown with the first one: pieces are large from the beginning.
    for path in ["/a", "/b", "/c"] {
        stream.write_all(&message(path, &bytes)).expect("sent");
        let answer = read_response(&stream, false).expect("an answer");
        assert_eq!(code(&answer), 0, "{path}: {}", bed.last_refusal());
        assert!(bed.download(path).body() == &bytes, "{path}");
    }
}

#[test]
fn a_form_has_at_most_64_fields() {
    let studio = Studio::new();
    let names: Vec<_> = (0..64).map(|number| format!("field{number}")).collect();
    let fields: Vec<_> = names.iter().map(|name| Text(name, "x")).collect();
    // And the one of the partner, in front.
    let call = |count: usize| studio.call("company/nums", &fields[..count - 1]);
    assert_eq!(answer(&call(64))["nums"], 100);
    assert_eq!(errno(&call(65)), 500);
}
