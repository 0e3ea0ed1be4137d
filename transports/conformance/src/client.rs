use std::{
    io::{self, Read, Seek, Write},
    path::PathBuf,
};

use bytes::Bytes;
use yunmei_core::{Downloaded, Error, Flow};
use yunmei_host::{Options, Progress};

use crate::ProbeDownload;

/// A transport under test; an async one waits for itself.
pub trait Client: Sized {
    /// How it asks an HTTP proxy for an `http` address: `CONNECT`, or with the whole address.
    const TUNNELS: bool;

    /// Whether a connection is back in the pool as soon as the answer is there. In an async one
    /// that is the work of another task, which may come late.
    const REUSES_AT_ONCE: bool;

    /// A client with these settings.
    fn new(options: Options) -> Self;

    /// The same client, telling `sink` of its progress.
    #[must_use]
    fn on_progress(self, sink: impl Fn(Progress) + Send + Sync + 'static) -> Self;

    /// Runs the flow with these sources.
    ///
    /// # Errors
    ///
    /// What the transport makes of it.
    fn send<F>(&self, flow: F, supplies: Vec<Supply>) -> Result<F::Output, Error>
    where
        F: Flow<Output: Send> + Send + 'static;

    /// Runs the download.
    ///
    /// # Errors
    ///
    /// What the transport makes of it.
    fn download(&self, download: ProbeDownload, sink: &mut Sink) -> Result<Downloaded, Error>;
}

/// What a source is made of.
pub enum Supply {
    /// A file, to be opened.
    File(PathBuf),
    /// Bytes.
    Bytes(Bytes),
    /// A reader.
    Reader(Box<dyn Stream>),
}

/// What reads and seeks, on any thread.
pub trait Stream: Read + Seek + Send {}

impl<T: Read + Seek + Send> Stream for T {}

/// A writer that may fail.
#[derive(Debug, Default)]
pub struct Sink {
    /// What was written.
    pub bytes: Vec<u8>,
    /// After how many bytes it fails.
    pub room: Option<usize>,
}

impl Write for Sink {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.room.is_some_and(|room| self.bytes.len() >= room) {
            return Err(io::ErrorKind::StorageFull.into());
        }
        self.bytes.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
