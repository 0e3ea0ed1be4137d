//! What is no request at all is refused like everything else.

use std::{
    io::{BufReader, Read, Write},
    net::TcpStream,
};

use crate::support::{Answer, Stage, connect, policy, read};

const GOOD: &str = "GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n";

/// Sends this, and nothing more.
fn sent(stage: &Stage, bytes: &[u8]) -> BufReader<TcpStream> {
    let mut stream = connect(stage.server.address());
    stream.write_all(bytes).expect("sent");
    BufReader::new(stream)
}

/// An answer behind which the connection ends.
fn last(stream: &mut BufReader<TcpStream>) -> Answer {
    let answer = read(stream);
    assert_eq!(answer.header("connection"), Some("close"));
    let mut rest = Vec::new();
    stream.read_to_end(&mut rest).expect("the end");
    assert_eq!(rest, b"", "{answer:?}");
    answer
}

fn has_counted(stage: &Stage, status: u16, count: usize) {
    let counters = stage.open("/metrics").body;
    let line = format!(r#"requests_total{{route="other",status="{status}"}} {count}"#);
    assert!(counters.contains(&line), "{line}: {counters}");
}

#[test]
fn what_is_no_http_is_refused_in_json_and_counted() {
    let stage = Stage::new();
    let all: [&[u8]; 8] = [
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\x00\x00\x00\x04\x00\x00\x00\x00\x00",
        b"\x16\x03\x01\x00\xa5\x01\x00\x00\xa1\x03\x03",
        b"SSH-2.0-x\r\n\r\n",
        b"GET / HTTP/9.9\r\n\r\n",
        b"GET / HTTP/1.1\r\nHo st: x\r\n\r\n",
        b"GET / HTTP/1.1\r\nContent-Length: x\r\n\r\n",
        b"GET / HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
        b"GET /a\x00b HTTP/1.1\r\nHost: x\r\n\r\n",
    ];
    for bytes in all {
        let answer = last(&mut sent(&stage, bytes));
        answer.is(400, "malformed_request");
        for (name, value) in [
            ("content-type", "application/json"),
            ("cache-control", "no-store"),
            ("x-content-type-options", "nosniff"),
        ] {
            assert_eq!(answer.header(name), Some(value));
        }
        assert!(answer.header("date").is_some());
    }
    has_counted(&stage, 400, all.len());
}

#[test]
fn a_request_names_its_host_once_unless_it_is_of_http_1_0() {
    let stage = Stage::new();
    for head in [
        "GET /healthz HTTP/1.1\r\n\r\n",
        "GET /healthz HTTP/1.1\r\nHost: x\r\nHost: x\r\n\r\n",
        "GET http://x/healthz HTTP/1.1\r\n\r\n",
        "GET /healthz HTTP/1.0\r\nHost: x\r\nHost: y\r\n\r\n",
    ] {
        stage.send(head).is(400, "malformed_request");
    }
    assert_eq!(stage.send("GET /healthz HTTP/1.0\r\n\r\n").status, 200);
}

#[test]
fn a_head_that_is_too_large_to_be_read_is_refused_in_json_and_counted() {
    let stage = Stage::new();
    let huge = "y".repeat(20_000);
    for request in [
        format!("GET / HTTP/1.1\r\nHost: x\r\nX: {huge}\r\n\r\n"),
        format!("GET /?{huge} HTTP/1.1\r\nHost: x\r\n\r\n"),
        huge.repeat(4),
    ] {
        let answer = last(&mut sent(&stage, request.as_bytes()));
        answer.is(431, "head_too_large");
    }
    has_counted(&stage, 431, 3);
}

#[test]
fn requests_in_front_of_a_malformed_one_are_answered_first_and_none_behind_it() {
    let stage = Stage::new();
    let document = "GET /openapi.json HTTP/1.1\r\nHost: x\r\n\r\n";
    let requests = [GOOD, document, document, GOOD, "nonsense\r\n\r\n", GOOD].concat();
    let mut stream = sent(&stage, requests.as_bytes());
    let healthy = read(&mut stream);
    assert_eq!(
        (healthy.status, &*healthy.body),
        (200, r#"{"status":"ok"}"#)
    );
    for _ in 0..2 {
        assert!(read(&mut stream).json()["paths"].is_object());
    }
    assert_eq!(read(&mut stream).body, healthy.body);
    last(&mut stream).is(400, "malformed_request");
    // One after the other, and not only in one piece.
    let mut stream = sent(&stage, GOOD.as_bytes());
    assert_eq!(read(&mut stream).status, 200);
    stream
        .get_mut()
        .write_all(b"nonsense\r\n\r\n")
        .expect("sent");
    last(&mut stream).is(400, "malformed_request");
}

#[test]
fn malformed_requests_are_too_many_as_soon_as_others() {
    let policy = policy().replace("requests_a_minute = 100000", "requests_a_minute = 2");
    let stage = Stage::with_policy(&policy, |builder| builder);
    for _ in 0..2 {
        last(&mut sent(&stage, b"nonsense\r\n\r\n")).is(400, "malformed_request");
    }
    let refused = last(&mut sent(&stage, b"nonsense\r\n\r\n"));
    refused.is(429, "too_many_requests");
    assert!(refused.header("retry-after").is_some());
    stage.open("/style.css").is(429, "too_many_requests");
}

#[test]
fn a_body_ends_its_connection_and_hides_nothing_else_that_is_wrong() {
    let stage = Stage::new();
    let body = "Host: x\r\nContent-Length: 5\r\n\r\nhello";
    let expecting = format!("Expect: 100-continue\r\n{body}");
    for (request, status, code) in [
        (
            format!("POST /v1/sign/cos HTTP/1.1\r\n{body}"),
            405,
            "method_not_allowed",
        ),
        (
            format!("PUT / HTTP/1.1\r\n{expecting}"),
            405,
            "method_not_allowed",
        ),
        (
            format!("POST /nowhere HTTP/1.1\r\n{body}"),
            404,
            "not_found",
        ),
        (
            format!("GET /healthz HTTP/1.1\r\n{body}"),
            413,
            "body_not_allowed",
        ),
        (
            format!("GET /healthz HTTP/1.1\r\n{expecting}"),
            413,
            "body_not_allowed",
        ),
    ] {
        let requests = [GOOD, &request, GOOD].concat();
        let mut stream = sent(&stage, requests.as_bytes());
        assert_eq!(read(&mut stream).status, 200);
        last(&mut stream).is(status, code);
    }
}
