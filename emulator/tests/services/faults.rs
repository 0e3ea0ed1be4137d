//! Answers that go wrong on purpose.

use std::{
    io::{Read, Write},
    time::{Duration, Instant},
};

use crate::support::{Bed, DOWNLOAD_HOST, builder, code, file, multi_use, read_response, sign};
use http::Method;
use yunmei_core::cos::{Expiry, sign::Grant};
use yunmei_emulator::{
    Faults,
    faults::{Action, Fault, When},
};

fn bed(rules: &str) -> Bed {
    Bed::with(builder().faults(Faults::from_toml(rules).expect("rules")))
}

#[test]
fn an_answer_is_replaced_and_the_request_takes_no_effect() {
    let bed = bed(r#"
        [[fault]]
        op = "upload"
        nth = 2
        action = "answer"
        status = 503
        body = '{"code":-71,"message":"ERROR_PROXY_FREQ_CONTROL"}'
        headers = { Retry-After = "1" }
    "#);
    let upload = |path: &str| bed.upload_request(path, b"x", &[], &multi_use());
    assert_eq!(code(&upload("/1")), 0);
    let struck = upload("/2");
    assert_eq!((struck.status().as_u16(), code(&struck)), (503, -71));
    assert_eq!(struck.headers()["retry-after"], "1");
    assert_eq!(code(&bed.stat("/2")), -197);
    assert_eq!(code(&upload("/2")), 0);
}

#[test]
fn an_answer_is_lost_after_the_request_took_effect() {
    let bed = bed("[[fault]]\nop = \"upload\"\nnth = 1\naction = \"drop\"\nwhen = \"after\"");
    let body = crate::support::form(&[("op", b"upload"), ("filecontent", b"x")]);
    let head = format!(
        "POST {}/a HTTP/1.1\r\nhost: x\r\nauthorization: {}\r\ncontent-length: {}\r\n\
         content-type: multipart/form-data; boundary=xxBOUNDARYxx\r\n\r\n",
        crate::support::PREFIX,
        multi_use(),
        body.len()
    );
    let mut stream = bed.connect();
    stream
        .write_all(&[head.as_bytes(), &body].concat())
        .expect("sent");
    assert!(read_response(&stream, false).is_none());
    assert_eq!(code(&bed.stat("/a")), 0);
    let log = bed.emulator.log();
    assert_eq!(
        (log[0].status, log[0].op.as_deref()),
        (None, Some("upload"))
    );
}

#[test]
fn a_connection_is_dropped_before_the_request_takes_effect() {
    let faults = Faults::new().with(
        Fault::new(Action::Drop(When::Before))
            .method(Method::POST)
            .nth(1),
    );
    let bed = Bed::with(builder().faults(faults));
    let mut stream = bed.connect();
    let request = format!(
        "POST {}/f/ HTTP/1.1\r\nhost: x\r\nauthorization: {}\r\ncontent-length: 15\r\n\r\n\
         {{\"op\":\"create\"}}",
        crate::support::PREFIX,
        multi_use()
    );
    stream.write_all(request.as_bytes()).expect("sent");
    assert!(read_response(&stream, false).is_none());
    assert_eq!(code(&bed.stat("/f/")), -197);
}

#[test]
fn a_body_breaks_off() {
    let bed = bed(
        "[[fault]]\nmethod = \"GET\"\npath = \"/a\"\ntimes = 1\naction = \"truncate\"\nbytes = 1000",
    );
    bed.put("/a", &vec![7; 300_000]);
    let signature = sign(&Grant::download(&file("/a"), Expiry::after_seconds(60)));
    let request =
        format!("GET /a HTTP/1.1\r\nhost: {DOWNLOAD_HOST}\r\nauthorization: {signature}\r\n\r\n");
    let mut stream = bed.connect();
    stream.write_all(request.as_bytes()).expect("sent");
    let mut bytes = Vec::new();
    let _ = stream.read_to_end(&mut bytes);
    let head = bytes.windows(4).position(|four| four == b"\r\n\r\n");
    let head = head.expect("a head");
    assert!(String::from_utf8_lossy(&bytes[..head]).contains("content-length: 300000"));
    assert_eq!(bytes.len() - head - 4, 1000);
    assert_eq!(bed.download("/a").body().len(), 300_000);
}

#[test]
fn a_truncated_envelope_announces_all_of_itself() {
    let bed = bed("[[fault]]\nop = \"stat\"\nnth = 1\naction = \"truncate\"\nbytes = 5");
    let mut stream = bed.connect();
    let request = format!(
        "GET {}/a?op=stat HTTP/1.1\r\nhost: x\r\nauthorization: {}\r\n\r\n",
        crate::support::PREFIX,
        multi_use()
    );
    stream.write_all(request.as_bytes()).expect("sent");
    assert!(read_response(&stream, false).is_none());
    assert_eq!(code(&bed.stat("/a")), -197);
}

#[test]
fn an_answer_comes_late() {
    let bed = bed("[[fault]]\nop = \"stat\"\ntimes = 2\naction = \"delay\"\nmilliseconds = 200");
    let begin = Instant::now();
    assert_eq!(code(&bed.stat("/a")), -197);
    assert!(begin.elapsed() >= Duration::from_millis(200));
    // A refusal that comes before anything is done is late as well.
    let begin = Instant::now();
    assert_eq!(code(&bed.raw("GET", "/a?op=stat", &[], b"")), -81);
    assert!(begin.elapsed() >= Duration::from_millis(200));
}

#[test]
fn requests_that_are_refused_early_are_struck_as_well() {
    let bed = bed("[[fault]]\naction = \"answer\"\nstatus = 502\nbody = \"<html>\"");
    let answer = bed.raw("GET", "/a?op=stat", &[], b"");
    assert_eq!(
        (answer.status().as_u16(), &answer.body()[..]),
        (502, &b"<html>"[..])
    );
    let nowhere = bed.anywhere("GET", "/elsewhere", &[], b"");
    assert_eq!(nowhere.status(), 502);
}
