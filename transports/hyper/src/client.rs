use std::{fmt, sync::Arc};

use tokio::{
    io::{AsyncWrite, AsyncWriteExt},
    time::sleep,
};
use yunmei_core::{
    Download, Downloaded, Driver, Error, Flow, Step,
    download::{DownloadStep, Downloader},
    error::LocalError,
};
use yunmei_host::{Options, Progress, ProgressSink, Tracker, stamp};

use crate::{Source, exchange::Exchanger, feed::Feed};

/// Carries flows to their end. Cheap to clone; clones share connections.
#[derive(Clone)]
pub struct Client {
    exchanger: Arc<Exchanger>,
    progress: Option<ProgressSink>,
}

impl Client {
    /// A client with these settings. Nothing is connected yet.
    ///
    /// # Errors
    ///
    /// [`Error::Input`] if the user agent cannot stand in a header.
    pub fn new(options: Options) -> Result<Client, Error> {
        Ok(Client {
            exchanger: Arc::new(Exchanger::new(options)?),
            progress: None,
        })
    }

    /// This client, with its connections, for calls whose progress `sink` is told of.
    ///
    /// It is told on the thread that moves the bytes, some twenty times a second at most: it should
    /// return soon.
    pub fn on_progress(&self, sink: impl Fn(Progress) + Send + Sync + 'static) -> Client {
        let progress = Some(ProgressSink::new(sink));
        Client {
            exchanger: Arc::clone(&self.exchanger),
            progress,
        }
    }

    /// Runs an operation or flow that sends nothing of the caller's.
    ///
    /// # Errors
    ///
    /// What ended the flow; see [`Error`].
    pub async fn run<F: Flow>(&self, flow: F) -> Result<F::Output, Error> {
        self.send_all(flow, &mut []).await
    }

    /// Runs an operation or flow that sends `source`.
    ///
    /// # Errors
    ///
    /// What ended the flow; [`Error::Local`] if the source cannot be read, or was modified since
    /// it was opened.
    pub async fn send<F: Flow>(&self, flow: F, source: &mut Source) -> Result<F::Output, Error> {
        self.send_all(flow, std::slice::from_mut(source)).await
    }

    /// Runs a flow that sends several sources; the flow says in which order it counts them.
    ///
    /// # Errors
    ///
    /// As [`Client::send`].
    pub async fn send_all<F: Flow>(
        &self,
        flow: F,
        sources: &mut [Source],
    ) -> Result<F::Output, Error> {
        let mut feed = Feed::new(sources, self.progress.clone());
        let mut driver = Driver::new(flow, self.exchanger.options().retry.clone());
        loop {
            match driver.poll(&stamp()) {
                Step::Send(request) => {
                    driver.handle(self.exchanger.exchange(request, &mut feed).await);
                }
                Step::Sleep(pause) => sleep(pause).await,
                Step::Done(result) => {
                    feed.finish(result.is_ok());
                    return result;
                }
            }
        }
    }

    /// Downloads into `writer`, and flushes it. A download that breaks off is taken up where it
    /// broke.
    ///
    /// # Errors
    ///
    /// What ended the download; [`Error::Local`] if the writer fails. What was written until then
    /// is the beginning of the object.
    pub async fn download<D: Download>(
        &self,
        download: D,
        writer: &mut (impl AsyncWrite + Unpin),
    ) -> Result<Downloaded, Error> {
        let mut tracker = Tracker::receiving(self.progress.clone());
        let mut downloader = Downloader::new(download, self.exchanger.options().retry.clone());
        loop {
            match downloader.poll(&stamp()) {
                DownloadStep::Send(request) => {
                    let fetch =
                        self.exchanger
                            .fetch(&mut downloader, request, writer, &mut tracker);
                    if let Err(error) = fetch.await {
                        downloader.failed(error);
                    }
                }
                DownloadStep::Sleep(pause) => sleep(pause).await,
                DownloadStep::Done(result) => {
                    tracker.finish(result.is_ok());
                    let downloaded = result?;
                    writer.flush().await.map_err(LocalError::Write)?;
                    return Ok(downloaded);
                }
            }
        }
    }
}

/// A client with the default settings.
impl Default for Client {
    fn default() -> Client {
        Client::new(Options::default()).expect("the default settings are good")
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Client")
            .field(self.exchanger.options())
            .finish()
    }
}
