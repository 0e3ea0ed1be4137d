use std::sync::{Arc, Mutex};

use yunmei_core::{
    Downloaded, Error,
    error::{LocalError, ServiceErrorKind},
};

use super::{attempts, content, local, options, shown};
use crate::{Client, Peer, ProbeDownload, Server, Sink};

/// The object of most scenarios, cut off after `CUT` bytes on the first connection.
const LENGTH: usize = 300_000;
const CUT: usize = 170_000;

fn head(status: &str, length: usize, more: &str) -> String {
    format!("HTTP/1.1 {status}\r\nETag: \"one\"\r\nContent-Length: {length}\r\n{more}\r\n")
}

/// A server that breaks off the first answer, and goes on like this.
fn breaking(
    go_on: impl Fn(&mut Peer, &[u8]) -> std::io::Result<()> + Send + Sync + 'static,
) -> Server {
    let object = content(LENGTH);
    Server::start(move |peer| {
        let request = peer.head()?;
        if peer.number == 0 {
            assert_eq!(request.header("range"), None);
            peer.write(head("200 OK", LENGTH, ""))?;
            return peer.write(&object[..CUT]);
        }
        assert_eq!(request.header("range"), Some("bytes=170000-"));
        go_on(peer, &object)
    })
}

fn fetch<C: Client>(server: &Server, sink: &mut Sink) -> Result<Downloaded, Error> {
    let client = C::new(options().retry(attempts(3)).answer_limit(1000));
    client.download(ProbeDownload::new(server.url()), sink)
}

pub fn a_download_goes_to_the_writer<C: Client>() {
    let object = content(LENGTH);
    let answer = [head("200 OK", LENGTH, "").as_bytes(), &object].concat();
    let server = Server::answering(answer);
    let client = C::new(options());
    for _ in 0..20 {
        let mut sink = Sink::default();
        let done = client.download(ProbeDownload::new(server.url()), &mut sink);
        let done = done.expect("a download");
        assert!(sink.bytes == object, "other bytes than were sent");
        assert_eq!(done.length, LENGTH as u64);
        assert_eq!(done.total, Some(LENGTH as u64));
        assert_eq!(done.headers["etag"], "\"one\"");
    }
    let limit = if C::REUSES_AT_ONCE { 1 } else { 19 };
    assert!(server.connections() <= limit, "{}", server.connections());
}

pub fn a_download_that_breaks_off_is_taken_up<C: Client>() {
    let server = breaking(|peer, object| {
        let range = "Content-Range: bytes 170000-299999/300000\r\n";
        peer.write(head("206 Partial Content", LENGTH - CUT, range))?;
        peer.write(&object[CUT..])
    });
    let mut sink = Sink::default();
    fetch::<C>(&server, &mut sink).expect("a download");
    assert!(sink.bytes == content(LENGTH), "other bytes than were sent");
    assert_eq!(server.connections(), 2);
}

pub fn a_download_of_another_version_is_not_taken_up<C: Client>() {
    let server = breaking(|peer, object| {
        let range = "Content-Range: bytes 170000-299999/300000\r\n";
        let other = head("206 Partial Content", LENGTH - CUT, range).replace("one", "two");
        peer.write(other)?;
        peer.write(&object[CUT..])
    });
    let mut sink = Sink::default();
    let error = fetch::<C>(&server, &mut sink).expect_err("another version");
    assert!(matches!(shown(error), Error::Response(_)));
    assert!(sink.bytes == content(LENGTH)[..CUT], "not the beginning");
    assert_eq!(server.connections(), 2);
}

pub fn a_server_that_ignores_ranges_repeats_nothing<C: Client>() {
    let server = breaking(|peer, object| {
        peer.write(head("200 OK", LENGTH, ""))?;
        peer.write(object)
    });
    let mut sink = Sink::default();
    let done = fetch::<C>(&server, &mut sink).expect("a download");
    assert!(sink.bytes == content(LENGTH), "other bytes than were sent");
    assert_eq!(done.length, LENGTH as u64);
}

pub fn a_writer_that_fails_is_a_local_error<C: Client>() {
    let object = content(LENGTH);
    let answer = [head("200 OK", LENGTH, "").as_bytes(), &object].concat();
    let server = Server::answering(answer);
    let mut sink = Sink {
        room: Some(1),
        ..Sink::default()
    };
    let error = local(fetch::<C>(&server, &mut sink));
    assert!(
        matches!(&error, LocalError::Write(error) if error.kind() == std::io::ErrorKind::StorageFull),
        "{error}"
    );
    assert_eq!(server.connections(), 1);
}

pub fn a_refused_download_hands_the_answer_over<C: Client>() {
    let server = Server::answering("HTTP/1.1 404 Not Found\r\nContent-Length: 7\r\n\r\nmissing");
    let mut sink = Sink::default();
    let error = shown(fetch::<C>(&server, &mut sink).expect_err("a refusal"));
    let refusal = error.service().expect("the service's word");
    assert_eq!(refusal.kind(), ServiceErrorKind::NotFound);
    assert_eq!(refusal.message(), "missing");
    assert!(sink.bytes.is_empty());
}

pub fn an_endless_refusal_is_still_a_refusal<C: Client>() {
    let server = Server::start(|peer| {
        peer.head()?;
        peer.write("HTTP/1.1 404 Not Found\r\nTransfer-Encoding: chunked\r\n\r\n")?;
        loop {
            peer.write("5\r\nabcde\r\n".repeat(100))?;
        }
    });
    let error = fetch::<C>(&server, &mut Sink::default()).expect_err("a refusal");
    assert_eq!(
        shown(error).status().map(|status| status.as_u16()),
        Some(404)
    );
}

pub fn a_large_download_has_no_limit<C: Client>() {
    let server = Server::start(|peer| {
        peer.head()?;
        peer.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")?;
        for _ in 0..100 {
            peer.write(format!("8000\r\n{}\r\n", "x".repeat(0x8000)))?;
        }
        peer.write("0\r\n\r\n")
    });
    let mut sink = Sink::default();
    let done = fetch::<C>(&server, &mut sink).expect("a download");
    assert_eq!(done.length, 100 * 0x8000);
    assert!(sink.bytes.iter().all(|&byte| byte == b'x'));
}

pub fn an_empty_object_is_a_download<C: Client>() {
    let server = Server::answering(head("200 OK", 0, ""));
    let done = fetch::<C>(&server, &mut Sink::default()).expect("a download");
    assert_eq!((done.length, done.total), (0, Some(0)));
}

pub fn progress_of_a_download_ends_at_its_length<C: Client>() {
    let server = breaking(|peer, object| {
        peer.write(head("200 OK", LENGTH, ""))?;
        peer.write(object)
    });
    let seen = Arc::new(Mutex::new(Vec::new()));
    let copy = seen.clone();
    let client = C::new(options().retry(attempts(2)))
        .on_progress(move |progress| copy.lock().expect("a list").push(progress));
    client
        .download(ProbeDownload::new(server.url()), &mut Sink::default())
        .expect("a download");
    let seen = seen.lock().expect("a list");
    assert!(seen.is_sorted_by_key(|progress| progress.received));
    let last = seen.last().expect("a report");
    assert_eq!(
        (last.received, last.total),
        (LENGTH as u64, Some(LENGTH as u64))
    );
}
