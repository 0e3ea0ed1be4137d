//! The scenarios. Each is a test: it panics where the transport does not behave.

#![expect(missing_docs, reason = "the names of the scenarios are sentences")]

pub mod answers;
pub mod bodies;
pub mod certificates;
pub mod connecting;
pub mod downloads;
pub mod parts;
pub mod pooling;
pub mod proxies;
pub mod sources;

use std::{ops::Range, time::Duration};

use bytes::Bytes;
use tempfile::NamedTempFile;
use yunmei_core::{
    Chunk, Error, Retry,
    error::{Delivery, LocalError},
};
use yunmei_host::{Options, Proxy};

use crate::{Client, Probe, Seen};

/// Long enough for a busy machine, short enough for a test.
const SHORT: Duration = Duration::from_millis(250);

/// More than the buffers of a connection hold, in bytes.
const LARGE: u64 = 48 * 1024 * 1024;

/// One attempt, no proxy, and time enough.
fn options() -> Options {
    Options::default()
        .proxy(Proxy::None)
        .retry(Retry::never())
        .connect_timeout(Duration::from_secs(5))
        .idle_timeout(Duration::from_secs(5))
}

/// So many attempts, with hardly a pause.
fn attempts(attempts: u32) -> Retry {
    Retry {
        attempts,
        base: Duration::from_millis(1),
        ..Retry::default()
    }
}

/// Sends a request without a body.
fn get<C: Client>(options: Options, uri: String) -> Result<Seen, Error> {
    C::new(options).send(Probe::get(uri), Vec::new())
}

fn seen(status: u16, body: impl Into<Bytes>) -> Seen {
    let body = body.into();
    Seen { status, body }
}

fn inline(bytes: impl Into<Bytes>) -> Chunk {
    Chunk::Inline(bytes.into())
}

fn part(source: usize, range: Range<u64>) -> Chunk {
    Chunk::Source { source, range }
}

/// Bytes of which no two stretches are alike.
fn content(length: usize) -> Vec<u8> {
    let mut state = 1u32;
    let next = |_| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 24) as u8
    };
    (0..length).map(next).collect()
}

/// A file that takes no room on the disk.
fn sparse(length: u64) -> NamedTempFile {
    let file = NamedTempFile::new().expect("a file");
    file.as_file().set_len(length).expect("a longer file");
    file
}

/// What became of a request that got no answer: whether it may have arrived, and whether it was a
/// matter of time.
#[track_caller]
fn lost<T: std::fmt::Debug>(result: Result<T, Error>) -> (Delivery, bool) {
    match shown(result.expect_err("no answer")) {
        Error::Transport(error) => (error.delivery(), error.is_timeout()),
        other => panic!("not a failure of the transport: {other}"),
    }
}

/// What went wrong on this side.
#[track_caller]
fn local<T: std::fmt::Debug>(result: Result<T, Error>) -> LocalError {
    match shown(result.expect_err("a local error")) {
        Error::Local(error) => error,
        other => panic!("not a local error: {other}"),
    }
}

/// Every address in these scenarios carries a signature, which no error may show.
#[track_caller]
fn shown(error: Error) -> Error {
    let text = format!("{error} {error:?}");
    assert!(!text.contains("canary"), "{text}");
    error
}
