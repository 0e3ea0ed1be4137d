//! The async transport among badly behaved servers.

use std::{
    io::{self, Seek, SeekFrom, Write},
    pin::Pin,
    task::{Context, Poll},
};

use tokio::{
    io::{AsyncRead, AsyncSeek, AsyncWrite, ReadBuf},
    runtime::{Builder, Runtime},
};
use yunmei_conformance::{ProbeDownload, Sink, Stream, Supply};
use yunmei_core::{Downloaded, Error, Flow};
use yunmei_hyper::{Client, Options, Progress, Source};

struct Async {
    client: Client,
    runtime: Runtime,
}

impl yunmei_conformance::Client for Async {
    const REUSES_AT_ONCE: bool = false;
    const TUNNELS: bool = false;

    fn new(options: Options) -> Async {
        Async {
            client: Client::new(options).expect("good settings"),
            // As many threads on every machine.
            runtime: Builder::new_multi_thread()
                .worker_threads(2)
                .enable_all()
                .build()
                .expect("a runtime"),
        }
    }

    fn on_progress(self, sink: impl Fn(Progress) + Send + Sync + 'static) -> Async {
        let client = self.client.on_progress(sink);
        Async {
            client,
            runtime: self.runtime,
        }
    }

    fn send<F>(&self, flow: F, supplies: Vec<Supply>) -> Result<F::Output, Error>
    where
        F: Flow<Output: Send> + Send + 'static,
    {
        let client = self.client.clone();
        // On a task of its own: futures must be able to travel.
        let task = self.runtime.spawn(async move {
            let mut sources = Vec::new();
            for supply in supplies {
                sources.push(source(supply).await?);
            }
            client.send_all(flow, &mut sources).await
        });
        self.runtime.block_on(task).expect("no panic")
    }

    fn download(&self, download: ProbeDownload, sink: &mut Sink) -> Result<Downloaded, Error> {
        let client = self.client.clone();
        let mut inner = Waiting(std::mem::take(sink));
        let task = self.runtime.spawn(async move {
            let result = client.download(download, &mut inner).await;
            (result, inner)
        });
        let (result, Waiting(filled)) = self.runtime.block_on(task).expect("no panic");
        *sink = filled;
        result
    }
}

async fn source(supply: Supply) -> Result<Source, Error> {
    match supply {
        Supply::File(path) => Source::open(path).await,
        Supply::Bytes(bytes) => Ok(Source::bytes(bytes)),
        Supply::Reader(reader) => Source::reader(Waiting(reader)).await,
    }
}

/// Makes something blocking look async. Good enough where nothing really blocks.
struct Waiting<T>(T);

impl AsyncRead for Waiting<Box<dyn Stream>> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let count = self.0.read(buffer.initialize_unfilled())?;
        buffer.advance(count);
        Poll::Ready(Ok(()))
    }
}

impl AsyncSeek for Waiting<Box<dyn Stream>> {
    fn start_seek(mut self: Pin<&mut Self>, position: SeekFrom) -> io::Result<()> {
        self.0.seek(position).map(drop)
    }

    fn poll_complete(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<u64>> {
        Poll::Ready(self.0.stream_position())
    }
}

impl AsyncWrite for Waiting<Sink> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Poll::Ready(self.0.write(bytes))
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }
}

yunmei_conformance::suite!(Async);
