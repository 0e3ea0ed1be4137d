use std::{
    fs::File,
    io::{self, Read, Seek, SeekFrom},
    sync::mpsc,
    time::{Duration, SystemTime},
};

use yunmei_core::{
    Chunk, Error,
    error::{InputError, LocalError},
};

use super::{LARGE, SHORT, attempts, inline, local, options, part, sparse};
use crate::{Client, Probe, Seen, Server, Supply};

pub fn a_source_that_shrinks_is_not_sent_to_the_end<C: Client>() {
    let (result, received) = disturbed::<C>(|file| file.set_len(1000));
    let error = local(result);
    assert!(
        matches!(error, LocalError::Changed { expected: LARGE, found } if found < LARGE),
        "{error}"
    );
    assert!(received < LARGE, "{received}");
}

pub fn a_source_that_is_modified_is_not_sent_to_the_end<C: Client>() {
    let later = SystemTime::now() + Duration::from_secs(60);
    let (result, received) = disturbed::<C>(move |file| file.set_modified(later));
    let error = local(result);
    assert!(
        matches!(
            error,
            LocalError::Changed {
                expected: LARGE,
                found: LARGE
            }
        ),
        "{error}"
    );
    assert!(received < LARGE, "{received}");
}

/// Sends a file that is disturbed when the server has its first bytes. Returns how much came.
fn disturbed<C: Client>(
    disturb: impl Fn(&File) -> io::Result<()> + Send + Sync + 'static,
) -> (Result<Seen, Error>, u64) {
    let file = sparse(LARGE);
    let copy = file.reopen().expect("the same file");
    let (send, counts) = mpsc::channel();
    let server = Server::start(move |peer| {
        peer.head()?;
        peer.read(100)?;
        disturb(&copy)?;
        // Nobody waits for it any more, if the test has failed.
        let _ = send.send(100 + peer.drain());
        Ok(())
    });
    let probe = Probe::post(server.url(), [part(0, 0..LARGE)]);
    let supplies = vec![Supply::File(file.path().to_owned())];
    let result = C::new(options().retry(attempts(3))).send(probe, supplies);
    let received = counts.recv_timeout(Duration::from_secs(5));
    assert_eq!(server.connections(), 1, "a local error is not tried again");
    (result, received.expect("a count"))
}

pub fn an_unreadable_source_is_a_local_error<C: Client>() {
    let supply = Supply::Reader(Box::new(Broken {
        length: 1000,
        error: Some(io::ErrorKind::PermissionDenied),
    }));
    let error = local(refusing::<C>(part(0, 0..1000), supply));
    assert!(
        matches!(&error, LocalError::Read(error) if error.kind() == io::ErrorKind::PermissionDenied),
        "{error}"
    );
}

pub fn a_reader_that_ends_early_is_a_local_error<C: Client>() {
    let supply = Supply::Reader(Box::new(Broken {
        length: 1000,
        error: None,
    }));
    let error = local(refusing::<C>(part(0, 100..900), supply));
    assert!(
        matches!(
            error,
            LocalError::Changed {
                expected: 1000,
                found: 100
            }
        ),
        "{error}"
    );
}

/// Sends this to a server that must not get all of it.
fn refusing<C: Client>(chunk: Chunk, supply: Supply) -> Result<Seen, Error> {
    let (send, complete) = mpsc::channel();
    let server = Server::start(move |peer| {
        let head = peer.head()?;
        // Nobody waits for it any more, if the test has failed.
        let _ = send.send(peer.body(&head).is_ok());
        peer.answer("200 OK", "ok")
    });
    let probe = Probe::post(server.url(), [inline("head"), chunk, inline("tail")]);
    let result = C::new(options()).send(probe, vec![supply]);
    // No connection at all is as good.
    let complete = complete.recv_timeout(SHORT);
    assert_ne!(complete, Ok(true));
    result
}

pub fn a_missing_source_sends_nothing<C: Client>() {
    let server = Server::answering("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
    let probe = Probe::post(server.url(), [inline("head"), part(1, 0..1)]);
    let result = C::new(options()).send(probe, vec![Supply::Bytes("x".into())]);
    assert!(
        matches!(
            result,
            Err(Error::Input(InputError::NoSource { source: 1 }))
        ),
        "{result:?}"
    );
    assert_eq!(server.connections(), 0);
}

/// A reader that claims a length, and then has nothing.
struct Broken {
    length: u64,
    error: Option<io::ErrorKind>,
}

impl Read for Broken {
    fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
        self.error.map_or(Ok(0), |kind| Err(kind.into()))
    }
}

impl Seek for Broken {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        Ok(match to {
            SeekFrom::Start(offset) => offset,
            SeekFrom::End(_) | SeekFrom::Current(_) => self.length,
        })
    }
}
