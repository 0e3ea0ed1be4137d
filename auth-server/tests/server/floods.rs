//! Clients that never end, never read, or never stop: the server stays, and answers others.

use std::{
    io::{BufReader, Read, Write},
    net::TcpStream,
    num::NonZeroU32,
    time::{Duration, Instant},
};

use crate::support::{Answer, FOUND_IDLE, Stage, connect, read};

fn ask(stream: &mut TcpStream, target: &str) -> Answer {
    let request = format!("GET {target} HTTP/1.1\r\nHost: x\r\n\r\n");
    stream.write_all(request.as_bytes()).expect("sent");
    read(&mut BufReader::new(stream))
}

/// Somebody else is answered within a second; the machine itself may stall once or twice.
fn is_up(stage: &Stage) {
    let is_quick = |_| {
        let began = Instant::now();
        assert_eq!(stage.open("/healthz").status, 200);
        began.elapsed() < Duration::from_secs(1)
    };
    assert!((0..3).any(is_quick), "three times too late");
}

#[test]
fn a_head_that_never_ends_is_cut_off() {
    let stage = Stage::with(|builder| builder.head_timeout(Duration::from_secs(1)));
    let mut slow: Vec<_> = (0..200).map(|_| connect(stage.server.address())).collect();
    for stream in &mut slow {
        stream.write_all(b"GET / HTTP/1.1\r\nX-").expect("sent");
    }
    is_up(&stage);
    let began = Instant::now();
    for mut stream in slow {
        let mut rest = String::new();
        stream.read_to_string(&mut rest).expect("the end");
        assert!(rest.starts_with("HTTP/1.1 408 "), "{rest}");
        assert!(rest.contains(r#""code":"request_timeout""#), "{rest}");
    }
    assert!(
        began.elapsed() < Duration::from_secs(5),
        "{:?}",
        began.elapsed()
    );
    is_up(&stage);
}

#[test]
fn headers_that_never_end_are_refused() {
    let stage = Stage::new();
    let mut stream = connect(stage.server.address());
    stream.write_all(b"GET / HTTP/1.1\r\n").expect("sent");
    let line = [b"X: ".as_slice(), &[b'y'; 1000], b"\r\n"].concat();
    let sent = (0..10_000)
        .take_while(|_| stream.write_all(&line).is_ok())
        .count();
    assert!(sent < 10_000, "{sent}");
    is_up(&stage);
}

#[test]
fn a_body_that_never_ends_is_refused_and_cut_off() {
    let stage = Stage::new();
    let mut stream = connect(stage.server.address());
    let head = b"GET / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n";
    stream.write_all(head).expect("sent");
    let mut reader = BufReader::new(stream.try_clone().expect("a handle"));
    let answer = read(&mut reader);
    answer.is(413, "body_not_allowed");
    let chunk = [b"1000\r\n".as_slice(), &[b'y'; 4096], b"\r\n"].concat();
    let sent = (0..100_000)
        .take_while(|_| stream.write_all(&chunk).is_ok())
        .count();
    assert!(sent < 100_000, "{sent}");
    is_up(&stage);
}

#[test]
fn an_idle_connection_is_closed_and_one_that_asks_again_is_kept() {
    let stage = Stage::with(|builder| builder.idle_timeout(Duration::from_millis(1500)));
    let mut stream = connect(stage.server.address());
    let mut reader = BufReader::new(stream.try_clone().expect("a handle"));
    // Longer than the limit, altogether.
    for _ in 0..8 {
        std::thread::sleep(FOUND_IDLE);
        stream
            .write_all(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
            .expect("sent");
        assert_eq!(read(&mut reader).status, 200);
    }
    let began = Instant::now();
    assert_eq!(reader.read(&mut [0]).expect("the end"), 0);
    assert!(
        began.elapsed() < Duration::from_secs(10),
        "{:?}",
        began.elapsed()
    );
}

#[test]
fn a_request_in_pieces_is_put_together() {
    let stage = Stage::new();
    let mut stream = connect(stage.server.address());
    let request = b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n";
    let mut reader = BufReader::new(stream.try_clone().expect("a handle"));
    // One and a half at once, and the rest after a connection would have been found idle.
    let (half, rest) = request.split_at(12);
    stream.write_all(&[request, half].concat()).expect("sent");
    assert_eq!(read(&mut reader).status, 200);
    std::thread::sleep(FOUND_IDLE);
    stream.write_all(rest).expect("sent");
    assert_eq!(read(&mut reader).status, 200);
}

#[test]
fn connections_beyond_the_limit_wait_and_are_served_when_there_is_room() {
    let two = NonZeroU32::new(2).expect("not zero");
    let stage = Stage::with(|builder| builder.connections(two).connections_per_address(two));
    let held = [
        connect(stage.server.address()),
        connect(stage.server.address()),
    ];
    let mut waiting = connect(stage.server.address());
    waiting
        .write_all(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
        .expect("sent");
    let short = Some(Duration::from_millis(300));
    waiting.set_read_timeout(short).expect("a time limit");
    assert!(waiting.read(&mut [0]).is_err(), "nobody is there yet");
    drop(held);
    let long = Some(Duration::from_secs(20));
    waiting.set_read_timeout(long).expect("a time limit");
    assert_eq!(read(&mut BufReader::new(waiting)).status, 200);
}

#[test]
fn one_address_cannot_take_all_places() {
    let three = NonZeroU32::new(3).expect("not zero");
    let stage = Stage::with(|builder| builder.connections_per_address(three));
    let address = stage.server.address();
    let mut held: Vec<_> = (0..3).map(|_| connect(address)).collect();
    for stream in &mut held {
        // They are in the order of the backlog: when the last is answered, all are counted.
        assert_eq!(ask(stream, "/healthz").status, 200);
    }
    for _ in 0..2 {
        // Closed unread, or reset.
        let read = connect(address).read(&mut [0]);
        assert!(matches!(read, Ok(0) | Err(_)), "{read:?}");
    }
    let metrics = ask(&mut held[0], "/metrics").body;
    for line in ["connections 3", "connections_refused_total 2"] {
        assert!(
            metrics.contains(&format!("\nyunmei_auth_{line}\n")),
            "{metrics}"
        );
    }
    drop(held);
    let is_served = || {
        let mut stream = connect(address);
        let request = b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n";
        let mut status = [0; 12];
        stream.write_all(request).is_ok()
            && stream.read_exact(&mut status).is_ok()
            && &status == b"HTTP/1.1 200"
    };
    let began = Instant::now();
    while !is_served() {
        assert!(
            began.elapsed() < Duration::from_secs(5),
            "there is room again"
        );
    }
}

#[test]
fn a_default_leaves_half_of_the_places_to_others() {
    let four = NonZeroU32::new(4).expect("not zero");
    let stage = Stage::with(|builder| builder.connections(four));
    let mut held: Vec<_> = (0..2).map(|_| connect(stage.server.address())).collect();
    for stream in &mut held {
        assert_eq!(ask(stream, "/healthz").status, 200);
    }
    let read = connect(stage.server.address()).read(&mut [0]);
    assert!(matches!(read, Ok(0) | Err(_)), "{read:?}");
}

#[test]
fn a_flood_of_connections_and_requests_leaves_the_server_up() {
    let stage = Stage::new();
    let address = stage.server.address();
    let flood: Vec<_> = (0..4)
        .map(|_| {
            std::thread::spawn(move || {
                let requests = "GET /v1/sign/cos HTTP/1.1\r\nHost: x\r\n\r\n".repeat(200);
                for _ in 0..50 {
                    let mut stream = connect(address);
                    // Never read.
                    let _ = stream.write_all(requests.as_bytes());
                }
            })
        })
        .collect();
    for thread in flood {
        thread.join().expect("no panic");
    }
    is_up(&stage);
}

#[test]
fn whoever_stops_it_waits_for_nothing_idle() {
    let stage = Stage::new();
    let idle: Vec<_> = (0..50).map(|_| connect(stage.server.address())).collect();
    is_up(&stage);
    let began = Instant::now();
    stage.server.stopper().stop();
    stage.server.wait();
    assert!(
        began.elapsed() < Duration::from_secs(5),
        "{:?}",
        began.elapsed()
    );
    drop(idle);
}
