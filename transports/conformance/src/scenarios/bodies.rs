use std::{
    io::{self, Cursor},
    sync::{Arc, Mutex, mpsc},
    time::Duration,
};

use http::header;
use tempfile::NamedTempFile;
use yunmei_core::{Error, error::Delivery};

use super::{LARGE, SHORT, attempts, content, inline, lost, options, part, seen, sparse};
use crate::{Client, Head, Probe, Seen, Server, Supply};

/// Sends the probe to a server that keeps what comes.
fn sent<C: Client>(
    probe: impl FnOnce(String) -> Probe,
    supplies: Vec<Supply>,
) -> (Result<Seen, Error>, Head, Vec<u8>) {
    let (send, requests) = mpsc::channel();
    let server = Server::start(move |peer| {
        let head = peer.head()?;
        let body = peer.body(&head)?;
        // Nobody waits for it any more, if the test has failed.
        let _ = send.send((head, body));
        peer.answer("200 OK", "ok")
    });
    let result = C::new(options()).send(probe(server.url()), supplies);
    let request = requests.recv_timeout(Duration::from_secs(5));
    let (head, body) = request.expect("a request");
    (result, head, body)
}

pub fn a_body_of_several_sources_arrives_as_it_is<C: Client>() {
    let (first, second) = (content(700_000), content(300));
    let mut file = NamedTempFile::new().expect("a file");
    io::copy(&mut first.as_slice(), &mut file).expect("room on the disk");
    let chunks = [
        inline("head"),
        part(0, 5..600_005),
        inline("middle"),
        part(1, 100..300),
        part(0, 0..7),
        part(2, 10..90_000),
        inline("tail"),
    ];
    let supplies = vec![
        Supply::File(file.path().to_owned()),
        Supply::Bytes(second.clone().into()),
        Supply::Reader(Box::new(Cursor::new(first.clone()))),
    ];
    let (result, _, body) = sent::<C>(|url| Probe::post(url, chunks), supplies);
    let expected = [
        b"head",
        &first[5..600_005],
        b"middle",
        &second[100..300],
        &first[0..7],
        &first[10..90_000],
        b"tail",
    ]
    .concat();
    assert!(body == expected, "other bytes than were sent");
    assert_eq!(result.ok(), Some(seen(200, "ok")));
}

pub fn a_body_larger_than_all_buffers_arrives_as_it_is<C: Client>() {
    let bytes = content(20_000_001);
    let mut file = NamedTempFile::new().expect("a file");
    io::copy(&mut bytes.as_slice(), &mut file).expect("room on the disk");
    let chunks = [part(0, 0..bytes.len() as u64)];
    let supplies = vec![Supply::File(file.path().to_owned())];
    let (result, _, body) = sent::<C>(|url| Probe::post(url, chunks), supplies);
    assert!(body == bytes, "other bytes than were sent");
    assert_eq!(result.ok(), Some(seen(200, "ok")));
}

pub fn the_length_is_announced_and_nothing_is_chunked<C: Client>() {
    let chunks = [inline("abc"), part(0, 1..3)];
    let supplies = vec![Supply::Bytes("xyz".into())];
    let (_, head, body) = sent::<C>(|url| Probe::post(url, chunks), supplies);
    assert_eq!(body, b"abcyz");
    assert_eq!(head.header("content-length"), Some("5"));
    assert_eq!(head.header("transfer-encoding"), None);
    assert_eq!(head.header("expect"), None);
}

pub fn an_empty_body_announces_its_length<C: Client>() {
    let (result, head, _) = sent::<C>(|url| Probe::post(url, []), Vec::new());
    assert_eq!(head.header("content-length"), Some("0"));
    assert_eq!(head.header("transfer-encoding"), None);
    assert_eq!(result.ok(), Some(seen(200, "ok")));
    let (_, head, _) = sent::<C>(Probe::get, Vec::new());
    assert_eq!(head.header("content-length"), None);
    assert_eq!(head.header("transfer-encoding"), None);
}

pub fn headers_of_the_operation_are_kept<C: Client>() {
    let probe = |url| {
        Probe::get(url)
            .header(header::HOST, "bucket-1.example")
            .header(header::ACCEPT_ENCODING, "identity")
            .header(header::AUTHORIZATION, "signature==")
    };
    let (_, head, _) = sent::<C>(probe, Vec::new());
    assert_eq!(head.line, "GET /path?sign=canary HTTP/1.1");
    assert_eq!(head.header("host"), Some("bucket-1.example"));
    assert_eq!(head.header("accept-encoding"), Some("identity"));
    assert_eq!(head.header("authorization"), Some("signature=="));
    let agent = head.header("user-agent").expect("a user agent");
    assert!(agent.starts_with("yunmei/"), "{agent}");
    let (_, head, _) = sent::<C>(Probe::get, Vec::new());
    let host = head.header("host").expect("a host");
    assert!(host.starts_with("127.0.0.1:"), "{host}");
    assert_eq!(head.header("accept-encoding"), None);
}

pub fn an_early_refusal_is_delivered<C: Client>() {
    let server = Server::start(|peer| {
        peer.head()?;
        peer.read(100)?;
        peer.write("HTTP/1.1 403 Forbidden\r\nConnection: close\r\nContent-Length: 3\r\n\r\n-97")?;
        peer.drain();
        Ok(())
    });
    let probe = Probe::post(server.url(), [part(0, 0..8_000_000)]);
    let supplies = vec![Supply::Bytes(content(8_000_000).into())];
    let answer = C::new(options()).send(probe, supplies);
    assert_eq!(answer.expect("an answer"), seen(403, "-97"));
}

pub fn an_early_refusal_is_delivered_though_the_server_hangs_up<C: Client>() {
    let server = Server::start(|peer| {
        peer.head()?;
        peer.read(100)?;
        peer.write("HTTP/1.1 403 Forbidden\r\nContent-Length: 3\r\n\r\n-97")
    });
    let file = sparse(LARGE);
    let probe = Probe::post(server.url(), [part(0, 0..LARGE)]);
    let supplies = vec![Supply::File(file.path().to_owned())];
    let answer = C::new(options()).send(probe, supplies);
    assert_eq!(answer.expect("an answer"), seen(403, "-97"));
}

pub fn a_server_that_stops_reading_runs_into_the_idle_timeout<C: Client>() {
    let (stop, stopped) = mpsc::channel::<()>();
    let stopped = Mutex::new(stopped);
    let server = Server::start(move |peer| {
        peer.head()?;
        // Until the test is over.
        let _ = stopped.lock().expect("one connection").recv();
        Ok(())
    });
    let file = sparse(LARGE);
    let probe = Probe::post(server.url(), [part(0, 0..LARGE)]);
    let supplies = vec![Supply::File(file.path().to_owned())];
    let result = C::new(options().idle_timeout(SHORT)).send(probe, supplies);
    drop(stop);
    assert_eq!(lost(result), (Delivery::Unknown, true));
}

pub fn a_server_that_reads_slowly_but_steadily_is_no_idle_one<C: Client>() {
    const PIECE: usize = 2 * 1024;
    let bytes = content(2 * 1024 * 1024);
    let expected = bytes.clone();
    let server = Server::narrow(move |peer| {
        let head = peer.head()?;
        let mut body = Vec::new();
        // The first quarter takes far longer than a connection may rest, and each stretch that a
        // client hands over at once takes longer too.
        while body.len() < expected.len() / 4 {
            body.extend(peer.read(PIECE)?);
            peer.wait(Duration::from_micros(7500));
        }
        body.extend(peer.read(head.content_length() - body.len())?);
        peer.answer("200 OK", if body == expected { "same" } else { "other" })
    });
    let probe = Probe::post(server.url(), [part(0, 0..bytes.len() as u64)]);
    let supplies = vec![Supply::Bytes(bytes.into())];
    let answer = C::new(options().idle_timeout(SHORT * 3)).send(probe, supplies);
    assert_eq!(answer.expect("an answer"), seen(200, "same"));
}

pub fn progress_counts_each_byte_once<C: Client>() {
    let server = Server::start(|peer| {
        let head = peer.head()?;
        peer.body(&head)?;
        match peer.number {
            0 => Ok(()),
            _ => peer.answer("200 OK", "ok"),
        }
    });
    let seen = Arc::new(Mutex::new(Vec::new()));
    let copy = seen.clone();
    let client = C::new(options().retry(attempts(2)))
        .on_progress(move |progress| copy.lock().expect("a list").push(progress));
    let probe = Probe::post(server.url(), [inline("head"), part(0, 0..3_000_000)]);
    let supplies = vec![Supply::Bytes(content(3_000_000).into())];
    client.send(probe, supplies).expect("an answer");
    assert_eq!(server.connections(), 2);
    let seen = seen.lock().expect("a list");
    assert!(seen.is_sorted_by_key(|progress| progress.sent), "{seen:?}");
    let last = seen.last().expect("a report");
    assert_eq!((last.sent, last.total), (3_000_000, Some(3_000_000)));
}
