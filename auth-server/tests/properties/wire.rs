//! A server, and a client that sends targets as they stand.

use std::{
    io::{BufRead, BufReader, Write},
    net::TcpStream,
    sync::atomic::{AtomicUsize, Ordering::Relaxed},
    time::Duration,
};

use serde_json::Value;
use yunmei_auth_server::{
    policy::Policy,
    server::Server,
    sign::Accounts,
    token::{TokenMaker, VerifyingKey},
};
use yunmei_core::Secret;

use super::{
    claims::Who,
    run::{NOW, stamp},
};

const KEY: &str = "a canary of a key, with more than 32 bytes in it";

/// How many requests are sent before the first answer is read.
const AHEAD: usize = 16;

/// A server and a connection to it.
pub(crate) struct Wire {
    // Stops when dropped.
    _server: Server,
    stream: BufReader<TcpStream>,
    maker: TokenMaker,
}

/// What came back.
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) body: Value,
}

impl Wire {
    pub(crate) fn new(policy: Policy, accounts: Accounts) -> Wire {
        let key = Secret::new(KEY);
        let rules = policy.token().clone();
        let verifying = VerifyingKey::new(rules.algorithm, &key).expect("a key");
        let number = AtomicUsize::new(0);
        let server = Server::builder(policy, verifying, accounts)
            .stamps(move || stamp(number.fetch_add(1, Relaxed)))
            .start()
            .expect("a server");
        let stream = TcpStream::connect(server.address()).expect("a connection");
        let patience = Some(Duration::from_secs(60));
        stream.set_read_timeout(patience).expect("a time limit");
        stream.set_nodelay(true).expect("a connection");
        Wire {
            _server: server,
            stream: BufReader::new(stream),
            maker: TokenMaker::new(rules, &key).expect("a key"),
        }
    }

    /// The answers to these.
    pub(crate) fn ask<'a>(&mut self, all: impl Iterator<Item = (&'a Who, &'a str)>) -> Vec<Reply> {
        let all: Vec<_> = all.collect();
        let mut replies = Vec::with_capacity(all.len());
        for some in all.chunks(AHEAD) {
            let requests: String = some
                .iter()
                .map(|(who, target)| self.request(who, target))
                .collect();
            let sent = self.stream.get_mut().write_all(requests.as_bytes());
            sent.expect("sent");
            replies.extend(some.iter().map(|(_, target)| {
                read(&mut self.stream).unwrap_or_else(|| panic!("no answer to {target}"))
            }));
        }
        replies
    }

    fn request(&self, who: &Who, target: &str) -> String {
        let mut claims = who.map();
        // A subject that is no text, or none, is said to be so.
        claims.insert("sub".to_owned(), who.sub.value.clone());
        let token = self.maker.make("", Duration::from_secs(60), claims, NOW);
        let token = token.expect("a token");
        let token = token.expose();
        format!("GET {target} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\n\r\n")
    }
}

fn read(stream: &mut impl BufRead) -> Option<Reply> {
    let (mut status, mut length) = (None, 0);
    loop {
        let mut line = String::new();
        stream.read_line(&mut line).ok()?;
        let line = line.trim_end();
        match line.split_once(": ") {
            _ if status.is_none() => status = line.get(9..12)?.parse().ok(),
            Some((name, value)) if name.eq_ignore_ascii_case("content-length") => {
                length = value.parse().ok()?;
            }
            None if line.is_empty() => break,
            _ => {}
        }
    }
    let mut body = vec![0; length];
    stream.read_exact(&mut body).ok()?;
    Some(Reply {
        status: status?,
        body: serde_json::from_slice(&body).ok()?,
    })
}
