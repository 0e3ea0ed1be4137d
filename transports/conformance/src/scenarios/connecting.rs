use std::{
    net::TcpListener,
    time::{Duration, Instant},
};

use yunmei_core::error::Delivery;

use super::{SHORT, get, lost, options};
use crate::{Client, Server};

pub fn a_refused_connection_sent_nothing<C: Client>() {
    let listener = TcpListener::bind(("127.0.0.1", 0)).expect("a free port");
    let address = listener.local_addr().expect("an address");
    drop(listener);
    let result = get::<C>(options(), format!("http://{address}/?sign=canary"));
    assert_eq!(lost(result), (Delivery::NotSent, false));
}

pub fn a_name_that_does_not_exist_sent_nothing<C: Client>() {
    // Too long for a name: no network has an answer of its own to it.
    let name = "x".repeat(64);
    let result = get::<C>(options(), format!("http://{name}.invalid/?sign=canary"));
    assert_eq!(lost(result).0, Delivery::NotSent);
}

pub fn an_address_without_a_host_sends_nothing<C: Client>() {
    for address in ["/path?sign=canary", "other://host/path?sign=canary"] {
        let result = get::<C>(options(), address.to_owned());
        assert_eq!(lost(result), (Delivery::NotSent, false), "{address}");
    }
}

pub fn a_server_silent_in_tls_runs_into_the_connect_timeout<C: Client>() {
    let server = Server::start(|peer| {
        peer.drain();
        Ok(())
    });
    let begin = Instant::now();
    let options = options().connect_timeout(SHORT);
    let result = get::<C>(options, https(&server));
    assert_eq!(lost(result), (Delivery::NotSent, true));
    assert!(begin.elapsed() < Duration::from_secs(5));
}

pub fn an_exchange_timeout_while_connecting_sent_nothing<C: Client>() {
    let server = Server::start(|peer| {
        peer.drain();
        Ok(())
    });
    let options = options().exchange_timeout(SHORT);
    let result = get::<C>(options, https(&server));
    assert_eq!(lost(result), (Delivery::NotSent, true));
}

pub fn a_plain_server_behind_https_sends_nothing<C: Client>() {
    let server = Server::start(|peer| peer.write("HTTP/1.1 400 Bad Request\r\n\r\n"));
    let result = get::<C>(options(), https(&server));
    assert_eq!(lost(result), (Delivery::NotSent, false));
}

fn https(server: &Server) -> String {
    server.url().replace("http://", "https://")
}
