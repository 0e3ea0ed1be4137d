use std::sync::{Arc, Mutex};

use yunmei_core::error::Delivery;
use yunmei_host::{Options, Proxy, ProxyUrl};

use super::{get, lost, options, seen};
use crate::{Client, Head, Server};

const SERVICE: &str = "http://service.invalid/path?sign=canary";

/// A proxy that is also the service behind it, and what it was asked.
fn proxy(answer: &'static str) -> (Server, Arc<Mutex<Vec<Head>>>) {
    let heads = Arc::new(Mutex::new(Vec::new()));
    let copy = heads.clone();
    let server = Server::start(move |peer| {
        loop {
            let head = peer.head()?;
            let tunnel = head.line.starts_with("CONNECT ");
            copy.lock().expect("a list").push(head);
            if tunnel {
                peer.write(answer)?;
            } else {
                peer.answer("200 OK", "ok")?;
            }
        }
    });
    (server, heads)
}

fn through(address: &str) -> Options {
    let url = ProxyUrl::parse(address).expect("a proxy");
    options().proxy(Proxy::At(url))
}

fn lines(heads: &Mutex<Vec<Head>>) -> Vec<String> {
    let heads = heads.lock().expect("a list");
    heads.iter().map(|head| head.line.clone()).collect()
}

pub fn a_proxy_is_asked_instead_of_the_host<C: Client>() {
    let (server, heads) = proxy("HTTP/1.1 200 Connection established\r\n\r\n");
    let options = through(&format!("http://{}", server.authority()));
    let answer = get::<C>(options, SERVICE.to_owned());
    assert_eq!(answer.expect("an answer"), seen(200, "ok"));
    let expected: &[&str] = if C::TUNNELS {
        &[
            "CONNECT service.invalid:80 HTTP/1.1",
            "GET /path?sign=canary HTTP/1.1",
        ]
    } else {
        &["GET http://service.invalid/path?sign=canary HTTP/1.1"]
    };
    assert_eq!(lines(&heads), expected);
    let heads = heads.lock().expect("a list");
    let head = heads.last().expect("a request");
    assert_eq!(head.header("host"), Some("service.invalid"));
}

pub fn a_proxy_that_wants_a_password_gets_it<C: Client>() {
    let (server, heads) = proxy("HTTP/1.1 200 Connection established\r\n\r\n");
    let options = through(&format!("http://na%20me:p%40ss@{}", server.authority()));
    let answer = get::<C>(options, SERVICE.to_owned());
    assert_eq!(answer.expect("an answer"), seen(200, "ok"));
    let heads = heads.lock().expect("a list");
    let shown = heads[0].header("proxy-authorization");
    assert_eq!(shown, Some("Basic bmEgbWU6cEBzcw=="));
    // The service behind a tunnel does not see it.
    for inside in &heads[1..] {
        assert_eq!(inside.header("proxy-authorization"), None);
    }
}

pub fn a_proxy_that_refuses_is_not_the_service<C: Client>() {
    let (server, heads) = proxy("HTTP/1.1 407 Proxy Authentication Required\r\n\r\n");
    let options = through(&format!("http://{}", server.authority()));
    let result = get::<C>(options, SERVICE.replace("http", "https"));
    assert_eq!(lost(result), (Delivery::NotSent, false));
    assert_eq!(lines(&heads), ["CONNECT service.invalid:443 HTTP/1.1"]);
}

pub fn a_socks_proxy_is_asked_for_the_name<C: Client>() {
    let server = Server::start(|peer| {
        let greeting = peer.read(2)?;
        peer.read(greeting[1].into())?;
        peer.write([5, 0])?;
        let asked = peer.read(5)?;
        let name = peer.read(asked[4].into())?;
        peer.read(2)?;
        peer.write([5, 0, 0, 1, 0, 0, 0, 0, 0, 0])?;
        let head = peer.head()?;
        let text = format!(
            "{} {:?} {}",
            String::from_utf8_lossy(&name),
            asked,
            head.line
        );
        peer.answer("200 OK", text)
    });
    let options = through(&format!("socks5h://{}", server.authority()));
    let answer = get::<C>(options, SERVICE.to_owned()).expect("an answer");
    assert_eq!(
        answer.body,
        "service.invalid [5, 1, 0, 3, 15] GET /path?sign=canary HTTP/1.1"
    );
}
