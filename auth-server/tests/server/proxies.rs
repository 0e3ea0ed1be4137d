//! Clients behind a proxy, and those who say they are.

use std::{
    io::{BufReader, Write},
    num::NonZeroU32,
};

use crate::support::{Answer, Stage, connect, policy, read};

const UPLOAD: &str = "/v1/sign/cos?operation=upload&size=10&type=image/png&path=/users/alice/a.png";

fn behind(trusted: &str) -> Stage {
    let policy = policy()
        .replace("requests_a_minute = 100000", "requests_a_minute = 3")
        .replace(
            "[cors]",
            &format!("[proxies]\ntrusted = {trusted}\n\n[cors]"),
        );
    Stage::with_policy(&policy, |builder| {
        builder.connections_per_address(NonZeroU32::MIN)
    })
}

fn ask(stage: &Stage, told: &str) -> Answer {
    let token = stage.token("alice");
    let request = format!(
        "GET {UPLOAD} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\n\
         X-Forwarded-For: {told}\r\n\r\n"
    );
    for _ in 0..1000 {
        // The place of the one before may not be free yet, where there is but one.
        let mut stream = connect(stage.server.address());
        let sent = stream.write_all(request.as_bytes());
        if sent.is_ok() && matches!(stream.peek(&mut [0]), Ok(1)) {
            return read(&mut BufReader::new(stream));
        }
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
    panic!("the server takes no connection");
}

fn addresses(stage: &Stage, count: usize) -> Vec<String> {
    let lines = stage.audit.lines(count);
    let address = |line: &serde_json::Value| line["address"].as_str().expect("a text").to_owned();
    lines.iter().map(address).collect()
}

#[test]
fn each_client_of_a_trusted_proxy_is_counted_and_written_down_for_itself() {
    let stage = behind(r#"["127.0.0.1", "10.0.0.0/8"]"#);
    for made_up in 0..3 {
        // Who asked the first proxy could write what is in front.
        let told = format!("198.51.100.{made_up}, 192.0.2.7, 10.0.0.1");
        assert_eq!(ask(&stage, &told).status, 200);
    }
    ask(&stage, "198.51.100.9, 192.0.2.7, 10.0.0.1").is(429, "too_many_requests");
    assert_eq!(ask(&stage, "192.0.2.8").status, 200);
    assert_eq!(ask(&stage, "192.0.2.9, unknown").status, 200);
    let written = addresses(&stage, 5);
    let expected = [
        "192.0.2.7",
        "192.0.2.7",
        "192.0.2.7",
        "192.0.2.8",
        "127.0.0.1",
    ];
    assert_eq!(written, expected);
}

#[test]
fn who_is_no_trusted_proxy_does_not_choose_its_address() {
    for trusted in ["[]", r#"["10.0.0.0/8"]"#] {
        let stage = behind(trusted);
        for made_up in 0..3 {
            assert_eq!(ask(&stage, &format!("192.0.2.{made_up}")).status, 200);
        }
        ask(&stage, "192.0.2.4").is(429, "too_many_requests");
        assert_eq!(addresses(&stage, 3), ["127.0.0.1"; 3]);
    }
}

#[test]
fn a_trusted_proxy_has_as_many_connections_as_it_likes() {
    let stage = behind(r#"["127.0.0.1"]"#);
    let mut held: Vec<_> = (0..5).map(|_| connect(stage.server.address())).collect();
    for stream in &mut held {
        let request = b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n";
        stream.write_all(request).expect("sent");
        assert_eq!(read(&mut BufReader::new(stream)).status, 200);
    }
}
