use std::{
    fmt,
    io::{Read, Write},
    sync::Arc,
    thread,
    time::Instant,
};

use bytes::Bytes;
use http::{HeaderValue, Request, Response, header};
use ureq::SendBody;
use yunmei_core::{
    Download, Downloaded, Driver, Error, Flow, Payload, Step,
    download::{DownloadStep, Downloader, Head},
    error::LocalError,
};
use yunmei_host::{Collector, Cursor, Options, Progress, ProgressSink, Tracker, stamp};

use crate::{Source, agents::Agents, body::Body, failure};

/// How much of an answer is read at a time.
const READ_SIZE: usize = 128 * 1024;

/// Carries flows to their end. Cheap to clone; clones share connections.
#[derive(Clone)]
pub struct Client {
    inner: Arc<Inner>,
    progress: Option<ProgressSink>,
}

struct Inner {
    options: Options,
    agents: Agents,
}

impl Client {
    /// A client with these settings. Nothing is connected yet.
    ///
    /// # Errors
    ///
    /// [`Error::Input`] if the user agent cannot stand in a header.
    pub fn new(options: Options) -> Result<Client, Error> {
        options.user_agent_header()?;
        let agents = Agents::new(&options);
        Ok(Client {
            inner: Arc::new(Inner { options, agents }),
            progress: None,
        })
    }

    /// This client, with its connections, for calls whose progress `sink` is told of.
    ///
    /// It is told on the thread that moves the bytes, some twenty times a second at most: it should
    /// return soon.
    pub fn on_progress(&self, sink: impl Fn(Progress) + Send + Sync + 'static) -> Client {
        Client {
            inner: Arc::clone(&self.inner),
            progress: Some(ProgressSink::new(sink)),
        }
    }

    /// Runs an operation or flow that sends nothing of the caller's.
    ///
    /// # Errors
    ///
    /// What ended the flow; see [`Error`].
    pub fn run<F: Flow>(&self, flow: F) -> Result<F::Output, Error> {
        self.send_all(flow, &mut [])
    }

    /// Runs an operation or flow that sends `source`.
    ///
    /// # Errors
    ///
    /// What ended the flow; [`Error::Local`] if the source cannot be read, or was modified since
    /// it was opened.
    pub fn send<F: Flow>(&self, flow: F, source: &mut Source) -> Result<F::Output, Error> {
        self.send_all(flow, std::slice::from_mut(source))
    }

    /// Runs a flow that sends several sources; the flow says in which order it counts them.
    ///
    /// # Errors
    ///
    /// As [`Client::send`].
    pub fn send_all<F: Flow>(&self, flow: F, sources: &mut [Source]) -> Result<F::Output, Error> {
        let lengths: Vec<u64> = sources.iter().map(Source::len).collect();
        let mut tracker = Tracker::sending(self.progress.clone(), &lengths);
        let mut driver = Driver::new(flow, self.inner.options.retry.clone());
        loop {
            match driver.poll(&stamp()) {
                Step::Send(request) => {
                    driver.handle(self.exchange(request, sources, &mut tracker));
                }
                Step::Sleep(pause) => thread::sleep(pause),
                Step::Done(result) => {
                    tracker.finish(result.is_ok());
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
    pub fn download<D: Download>(
        &self,
        download: D,
        writer: &mut impl Write,
    ) -> Result<Downloaded, Error> {
        let mut tracker = Tracker::receiving(self.progress.clone());
        let mut downloader = Downloader::new(download, self.inner.options.retry.clone());
        loop {
            match downloader.poll(&stamp()) {
                DownloadStep::Send(request) => match self.answer(request, &mut [], &mut tracker) {
                    Ok(answer) => self.take(&mut downloader, answer, writer, &mut tracker),
                    Err(error) => downloader.failed(error),
                },
                DownloadStep::Sleep(pause) => thread::sleep(pause),
                DownloadStep::Done(result) => {
                    tracker.finish(result.is_ok());
                    let downloaded = result?;
                    writer.flush().map_err(LocalError::Write)?;
                    return Ok(downloaded);
                }
            }
        }
    }

    /// One request and its whole answer.
    fn exchange(
        &self,
        request: Request<Payload>,
        sources: &mut [Source],
        tracker: &mut Tracker,
    ) -> Result<Response<Bytes>, Error> {
        let (head, body) = self.answer(request, sources, tracker)?.into_parts();
        let body = self.collect(&head.headers, body)?;
        Ok(Response::from_parts(head, body))
    }

    /// Sends one request. Returns the answer as soon as its head is there.
    fn answer(
        &self,
        request: Request<Payload>,
        sources: &mut [Source],
        tracker: &mut Tracker,
    ) -> Result<Response<ureq::Body>, Error> {
        let (mut head, payload) = request.into_parts();
        let lengths: Vec<u64> = sources.iter().map(Source::len).collect();
        let cursor = Cursor::new(payload, &lengths)?;
        let agent = self.inner.agents.find(&head.uri, &self.inner.options)?;
        let length = cursor.remaining();
        if length > 0 {
            // Without it the body would be sent in HTTP's chunks, which the services refuse.
            head.headers
                .insert(header::CONTENT_LENGTH, HeaderValue::from(length));
        }
        let mut body = Body::new(cursor, sources, tracker);
        let result = if length == 0 {
            agent.run(Request::from_parts(head, ()))
        } else {
            agent.run(Request::from_parts(head, SendBody::from_reader(&mut body)))
        };
        // What went wrong here is behind what went wrong there.
        match body.into_failure() {
            Some(failure) => Err(failure.into()),
            None => result.map_err(|error| failure::translate(error, &self.inner.options)),
        }
    }

    fn take<D: Download>(
        &self,
        downloader: &mut Downloader<D>,
        answer: Response<ureq::Body>,
        writer: &mut impl Write,
        tracker: &mut Tracker,
    ) {
        let (head, body) = answer.into_parts();
        match downloader.head(&head) {
            Head::Receive => {
                let result = self.receive(downloader, body, writer, tracker);
                downloader.end(result);
            }
            Head::Refused => {
                // The status of a refusal counts even where its body cannot be had.
                let body = self.collect(&head.headers, body).unwrap_or_default();
                downloader.refused(&Response::from_parts(head, body));
            }
        }
    }

    fn receive<D: Download>(
        &self,
        downloader: &mut Downloader<D>,
        body: ureq::Body,
        writer: &mut impl Write,
        tracker: &mut Tracker,
    ) -> Result<(), Error> {
        let mut left = body.content_length();
        let mut reader = body.into_reader();
        let mut buffer = vec![0; READ_SIZE];
        // An answer that is read to its end leaves a connection that can be used again.
        while downloader.wants_more() || left == Some(0) {
            let count = self.read(&mut reader, &mut buffer)?;
            if count == 0 {
                break;
            }
            let piece = &buffer[..count];
            left = left.map(|left| left.saturating_sub(count as u64));
            let wanted = downloader.data(piece);
            writer
                .write_all(&piece[wanted])
                .map_err(LocalError::Write)?;
            let (received, total) = downloader.progress();
            tracker.received(received, total, Instant::now());
        }
        Ok(())
    }

    fn collect(&self, headers: &http::HeaderMap, body: ureq::Body) -> Result<Bytes, Error> {
        let mut collector = Collector::new(self.inner.options.answer_limit, headers)?;
        let mut reader = body.into_reader();
        let mut buffer = vec![0; 16 * 1024];
        loop {
            match self.read(&mut reader, &mut buffer)? {
                0 => return Ok(collector.finish()),
                count => collector.push(&buffer[..count])?,
            }
        }
    }

    fn read(&self, reader: &mut impl Read, buffer: &mut [u8]) -> Result<usize, Error> {
        reader
            .read(buffer)
            .map_err(|error| failure::translate(error.into(), &self.inner.options))
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
        f.debug_tuple("Client").field(&self.inner.options).finish()
    }
}
