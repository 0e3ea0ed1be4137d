use std::sync::mpsc;

use yunmei_core::error::Delivery;

use super::{attempts, lost, options, seen};
use crate::{Client, Probe, Server};

const OK: &str = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

pub fn two_requests_use_one_connection<C: Client>() {
    let server = Server::answering(OK);
    let client = C::new(options());
    for _ in 0..20 {
        let answer = client.send(Probe::get(server.url()), Vec::new());
        assert_eq!(answer.ok(), Some(seen(200, "ok")));
    }
    let limit = if C::REUSES_AT_ONCE { 1 } else { 19 };
    assert!(server.connections() <= limit, "{}", server.connections());
}

pub fn a_connection_that_was_closed_is_replaced<C: Client>() {
    let (closing, closed) = mpsc::channel();
    let server = Server::start(move |peer| {
        peer.head()?;
        peer.write(OK)?;
        peer.stream().shutdown(std::net::Shutdown::Both)?;
        // Nobody waits for it any more, if the test has failed.
        let _ = closing.send(());
        Ok(())
    });
    let client = C::new(options().retry(attempts(2)));
    for _ in 0..5 {
        let answer = client.send(Probe::get(server.url()), Vec::new());
        assert_eq!(answer.ok(), Some(seen(200, "ok")));
        closed.recv().expect("a connection was closed");
    }
    assert_eq!(server.connections(), 5);
}

pub fn a_connection_that_says_close_is_not_used_again<C: Client>() {
    let server =
        Server::answering("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok");
    let client = C::new(options());
    for _ in 0..2 {
        let answer = client.send(Probe::get(server.url()), Vec::new());
        assert_eq!(answer.ok(), Some(seen(200, "ok")));
    }
    assert_eq!(server.connections(), 2);
}

pub fn an_old_server_gets_a_connection_for_each_request<C: Client>() {
    let server = Server::start(|peer| {
        peer.head()?;
        peer.write("HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nok")
    });
    let client = C::new(options());
    for _ in 0..2 {
        let answer = client.send(Probe::get(server.url()), Vec::new());
        assert_eq!(answer.ok(), Some(seen(200, "ok")));
    }
    assert_eq!(server.connections(), 2);
}

/// Loses the answer on the first connection.
fn forgetful() -> Server {
    Server::start(|peer| {
        peer.head()?;
        match peer.number {
            0 => Ok(()),
            _ => peer.write(OK),
        }
    })
}

pub fn a_lost_answer_is_asked_for_again_if_that_is_safe<C: Client>() {
    let server = forgetful();
    let client = C::new(options().retry(attempts(2)));
    let answer = client.send(Probe::get(server.url()), Vec::new());
    assert_eq!(answer.ok(), Some(seen(200, "ok")));
    assert_eq!(server.connections(), 2);
}

pub fn a_lost_answer_is_not_asked_for_again_if_that_is_not_safe<C: Client>() {
    let server = forgetful();
    let client = C::new(options().retry(attempts(2)));
    let result = client.send(Probe::get(server.url()).once(), Vec::new());
    assert_eq!(lost(result), (Delivery::Unknown, false));
    assert_eq!(server.connections(), 1);
}
