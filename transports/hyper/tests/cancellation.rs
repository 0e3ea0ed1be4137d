//! To drop a future is to give up.

use std::{
    io::Cursor,
    sync::{Mutex, mpsc},
    time::Duration,
};

use yunmei_conformance::{Probe, Server};
use yunmei_core::Chunk;
use yunmei_hyper::{Client, Options, Proxy, Source};

/// More than the buffers of a connection hold.
const LENGTH: usize = 24 * 1024 * 1024;

/// How long the other side is waited for.
const PATIENCE: Duration = Duration::from_secs(30);

/// What the test and its server tell each other.
struct Talk {
    /// The first body is on its way.
    begins: mpsc::Receiver<()>,
    /// Nobody sends the first body any more.
    given_up: mpsc::Sender<()>,
    /// How much of each body came, and its sum.
    bodies: mpsc::Receiver<(u64, u64)>,
}

/// Takes a little of the first body, the rest when that was given up, and all of the second.
fn server() -> (Server, Talk) {
    let (send, bodies) = mpsc::channel();
    let (begun, begins) = mpsc::channel();
    let (given_up, is_given_up) = mpsc::channel();
    // Servers are shared by their connections.
    let is_given_up = Mutex::new(is_given_up);
    let server = Server::start(move |peer| {
        let head = peer.head()?;
        let outcome = if peer.number == 0 {
            peer.read(1000)?;
            // Nobody waits for either any more, if the test has failed.
            let _ = begun.send(());
            // If more were taken before, all of it might come.
            let given_up = is_given_up.lock().expect("no panic");
            let _ = given_up.recv_timeout(PATIENCE);
            (1000 + peer.drain(), 0)
        } else {
            let body = peer.body(&head)?;
            peer.answer("200 OK", "ok")?;
            (body.len() as u64, sum(&body))
        };
        let _ = send.send(outcome);
        Ok(())
    });
    let talk = Talk {
        begins,
        given_up,
        bodies,
    };
    (server, talk)
}

fn content() -> Vec<u8> {
    (0..LENGTH as u32)
        .map(|number| (number ^ (number >> 11)) as u8)
        .collect()
}

fn sum(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0, |sum: u64, &byte| {
        sum.wrapping_mul(31).wrapping_add(byte.into())
    })
}

async fn gives_up_and_begins_again(mut source: Source, expected: u64) {
    let (server, talk) = server();
    let client = Client::new(Options::default().proxy(Proxy::None)).expect("good settings");
    let chunk = Chunk::Source {
        source: 0,
        range: 0..LENGTH as u64,
    };
    let probe = Probe::post(server.url(), [chunk]);

    let begins = talk.begins;
    let begun = tokio::task::spawn_blocking(move || begins.recv_timeout(PATIENCE));
    tokio::select! {
        result = client.send(probe.clone(), &mut source) => panic!("ended: {result:?}"),
        begun = begun => begun.expect("no panic").expect("a request"),
    }
    talk.given_up.send(()).expect("the server waits for it");
    let (received, _) = wait(&talk.bodies);
    assert!(received < LENGTH as u64, "all of it came");

    let answer = client.send(probe, &mut source).await;
    assert_eq!(answer.expect("an answer").status, 200);
    assert_eq!(wait(&talk.bodies), (LENGTH as u64, expected));
}

fn wait(bodies: &mpsc::Receiver<(u64, u64)>) -> (u64, u64) {
    let body = bodies.recv_timeout(PATIENCE);
    body.expect("the connection was closed")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_was_given_up_can_be_sent_again() {
    let content = content();
    let file = tempfile::NamedTempFile::new().expect("a file");
    std::fs::write(file.path(), &content).expect("room on the disk");
    let source = Source::open(file.path()).await.expect("a source");
    gives_up_and_begins_again(source, sum(&content)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reader_that_was_given_up_can_be_sent_again() {
    let content = content();
    let expected = sum(&content);
    let source = Source::reader(Cursor::new(content)).await;
    gives_up_and_begins_again(source.expect("a source"), expected).await;
}
