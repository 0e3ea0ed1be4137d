//! Starting, stopping, and what every answer carries.

use std::{
    io::{Read, Write},
    net::TcpStream,
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

use crate::support::{Bed, PREFIX, builder, code, multi_use};
use yunmei_emulator::Emulator;

#[test]
fn it_starts_and_stops_quickly_and_frees_its_port() {
    let begin = Instant::now();
    let emulator = Emulator::start().expect("an emulator");
    let address = emulator.address();
    assert!(address.ip().is_loopback());
    assert_eq!(emulator.endpoint().as_str(), format!("http://{address}"));
    // An idle connection does not hold it up.
    let mut idle = TcpStream::connect(address).expect("a connection");
    drop(emulator);
    assert!(
        begin.elapsed() < Duration::from_secs(5),
        "{:?}",
        begin.elapsed()
    );
    let _ = idle.read(&mut [0; 1]);
    Emulator::builder()
        .listen(address)
        .start()
        .expect("the port is free again");
}

#[test]
fn it_can_be_used_from_within_a_runtime() {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .build()
        .expect("a runtime");
    runtime.block_on(async {
        let emulator = Emulator::start().expect("an emulator");
        assert!(emulator.log().is_empty());
    });
}

#[test]
fn it_waits_until_it_is_stopped() {
    let emulator = Emulator::start().expect("an emulator");
    let (address, stopper) = (emulator.address(), emulator.stopper());
    let waiting = std::thread::spawn(|| emulator.wait());
    TcpStream::connect(address).expect("a connection");
    stopper.stop();
    waiting.join().expect("it came back");
    assert!(TcpStream::connect(address).is_err());
}

#[test]
fn two_emulators_have_nothing_in_common() {
    let (one, other) = (Emulator::start(), Emulator::start());
    let (one, other) = (one.expect("an emulator"), other.expect("an emulator"));
    assert_ne!(one.address(), other.address());
    let key = |emulator: &Emulator| {
        let account = emulator.cos_account();
        account.credentials().secret_key().expose().to_owned()
    };
    assert_ne!(key(&one), key(&other));
    let config = one.client_config();
    assert!(config.contains(&key(&one)) && config.contains(one.endpoint().as_str()));
}

#[test]
fn browsers_are_told_that_they_may() {
    let bed = Bed::new();
    let asked = bed.raw(
        "OPTIONS",
        "/a",
        &[
            ("origin", "https://example.com"),
            ("access-control-request-method", "POST"),
            ("access-control-request-headers", "authorization,x-mine"),
        ],
        b"",
    );
    assert_eq!(asked.status(), 204);
    assert_eq!(asked.headers()["access-control-allow-origin"], "*");
    assert_eq!(
        asked.headers()["access-control-allow-headers"],
        "authorization,x-mine"
    );
    let methods = asked.headers()["access-control-allow-methods"].to_str();
    assert!(methods.is_ok_and(|methods| methods.contains("POST")));
    for answer in [
        bed.stat("/"),
        bed.stat("/none"),
        bed.download("/none"),
        bed.anywhere("GET", "/elsewhere", &[], b""),
    ] {
        assert_eq!(answer.headers()["access-control-allow-origin"], "*");
        let exposed = answer.headers()["access-control-expose-headers"].to_str();
        assert!(exposed.is_ok_and(|names| names.contains("x-cos-request-id")));
    }
}

#[test]
fn every_request_is_logged_without_its_signature() {
    let seen = Arc::new(Mutex::new(Vec::new()));
    let watcher = Arc::clone(&seen);
    let bed = Bed::with(builder().on_request(move |entry| {
        watcher.lock().expect("a list").push(entry.clone());
    }));
    let signature = multi_use();
    let query = format!("/a?op=stat&sign={}", signature.replace('+', "%2B"));
    assert_eq!(code(&bed.raw("GET", &query, &[], b"")), -197);
    let log = bed.emulator.log();
    assert_eq!(*seen.lock().expect("a list"), log);
    let entry = &log[0];
    assert_eq!(
        (entry.method.as_str(), entry.op.as_deref()),
        ("GET", Some("stat"))
    );
    assert_eq!(entry.path, format!("{PREFIX}/a"));
    assert_eq!((entry.status, entry.code), (Some(404), Some(-197)));
    assert!(!format!("{entry:?}").contains(&signature[..27]));
}

#[test]
fn a_connection_serves_many_requests() {
    let bed = Bed::new();
    let mut stream = bed.connect();
    for _ in 0..3 {
        let request = format!(
            "GET {PREFIX}/?op=stat HTTP/1.1\r\nhost: x\r\nauthorization: {}\r\n\r\n",
            multi_use()
        );
        stream.write_all(request.as_bytes()).expect("sent");
        let answer = crate::support::read_response(&stream, false).expect("an answer");
        assert_eq!(code(&answer), 0);
    }
}
