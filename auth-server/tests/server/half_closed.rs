//! Peers that are done with writing, and wait for the answer.

use std::{
    io::{BufReader, Read, Write},
    net::{Shutdown, TcpStream},
    time::Duration,
};

use crate::support::{Stage, connect, read};

const REQUEST: &str = "GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n";

/// Sends this, and that there is no more.
fn sent(stage: &Stage, text: &str) -> BufReader<TcpStream> {
    let mut stream = connect(stage.server.address());
    stream.write_all(text.as_bytes()).expect("sent");
    stream.shutdown(Shutdown::Write).expect("half closed");
    BufReader::new(stream)
}

fn rest(stream: &mut impl Read) -> String {
    let mut rest = String::new();
    stream.read_to_string(&mut rest).expect("the end");
    rest
}

#[test]
fn whoever_has_asked_and_writes_no_more_is_answered() {
    let stage = Stage::new();
    for _ in 0..50 {
        let mut stream = sent(&stage, &REQUEST.repeat(2));
        for _ in 0..2 {
            assert_eq!(read(&mut stream).status, 200);
        }
        assert_eq!(rest(&mut stream), "");
    }
}

#[test]
fn where_nothing_was_asked_the_end_is_the_end() {
    let stage = Stage::new();
    let mut stream = sent(&stage, "");
    // Long before an idle connection ends.
    let patience = Some(Duration::from_secs(10));
    stream
        .get_ref()
        .set_read_timeout(patience)
        .expect("a socket");
    assert_eq!(rest(&mut stream), "");
}
