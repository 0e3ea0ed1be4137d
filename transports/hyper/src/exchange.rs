use std::{
    future::Future,
    pin::{Pin, pin},
    time::Instant,
};

use bytes::Bytes;
use http::{HeaderValue, Request, Response, header, request, response};
use http_body::Body as _;
use http_body_util::BodyExt;
use hyper::body::Incoming;
use hyper_util::{
    client::legacy::{
        self, ResponseFuture,
        connect::{CaptureConnection, capture_connection},
    },
    rt::{TokioExecutor, TokioTimer},
};
use tokio::{
    io::{AsyncWrite, AsyncWriteExt},
    select,
    time::{Instant as Deadline, timeout, timeout_at},
};
use yunmei_core::{
    Download, Error, Payload,
    download::{Downloader, Head},
    error::LocalError,
};
use yunmei_host::{Collector, Cursor, IDLE_CONNECTION_AGE, Options, Tracker};

use crate::{body::Body, connector::Connector, failure, feed::Feed};

/// Sends one request at a time, and takes its answer.
pub(crate) struct Exchanger {
    options: Options,
    user_agent: HeaderValue,
    connector: Connector,
    http: legacy::Client<Connector, Body>,
}

impl Exchanger {
    pub(crate) fn new(options: Options) -> Result<Exchanger, Error> {
        let connector = Connector::new(&options);
        let http = legacy::Client::builder(TokioExecutor::new())
            .pool_timer(TokioTimer::new())
            .pool_idle_timeout(IDLE_CONNECTION_AGE)
            .pool_max_idle_per_host(options.max_idle_connections)
            .build(connector.clone());
        Ok(Exchanger {
            user_agent: options.user_agent_header()?,
            options,
            connector,
            http,
        })
    }

    pub(crate) fn options(&self) -> &Options {
        &self.options
    }

    /// One request and its whole answer.
    pub(crate) async fn exchange(
        &self,
        request: Request<Payload>,
        feed: &mut Feed<'_>,
        deadline: Option<Deadline>,
    ) -> Result<Response<Bytes>, Error> {
        let (head, payload) = request.into_parts();
        let cursor = Cursor::new(payload, feed.lengths())?;
        let (sender, body) = Body::new(cursor.remaining());
        let (mut answering, connection) = self.begin(head, body)?;
        let mut feeding = pin!(async {
            self.ready(connection, deadline).await?;
            feed.send(cursor, &sender, &self.options).await
        });
        let (answer, early) = self.answer(&mut answering, feeding.as_mut()).await?;
        let (head, body) = answer.into_parts();
        let accepted = head.status.is_success();
        let mut collecting = pin!(self.collect(head, body));
        // A server that begins to answer may want to read on. One that refuses does not; then the
        // body stays where it is, because to end it would close the connection.
        if early && accepted {
            select! {
                biased;
                answer = &mut collecting => return answer,
                fed = &mut feeding => fed?,
            }
        }
        collecting.await
    }

    /// One request of a download, and what of the answer can be used.
    pub(crate) async fn fetch<D: Download>(
        &self,
        downloader: &mut Downloader<D>,
        request: Request<Payload>,
        writer: &mut (impl AsyncWrite + Unpin),
        tracker: &mut Tracker,
        deadline: Option<Deadline>,
    ) -> Result<(), Error> {
        let (head, payload) = request.into_parts();
        let cursor = Cursor::new(payload, &[])?;
        let (sender, body) = Body::new(cursor.remaining());
        let (mut answering, connection) = self.begin(head, body)?;
        let mut feed = Feed::new(&mut [], None);
        let feeding = pin!(async {
            self.ready(connection, deadline).await?;
            feed.send(cursor, &sender, &self.options).await
        });
        let (answer, _) = self.answer(&mut answering, feeding).await?;
        let (head, body) = answer.into_parts();
        match downloader.head(&head) {
            Head::Receive => {
                let result = self.receive(downloader, body, writer, tracker).await;
                downloader.end(result);
            }
            Head::Refused => {
                // The status of a refusal counts even where its body cannot be had.
                let bare = Response::from_parts(head.clone(), Bytes::new());
                let answer = self.collect(head, body).await.unwrap_or(bare);
                downloader.refused(&answer);
            }
        }
        Ok(())
    }

    fn begin(
        &self,
        mut head: request::Parts,
        body: Body,
    ) -> Result<(ResponseFuture, CaptureConnection), Error> {
        if let Some(length) = body.size_hint().exact().filter(|&length| length > 0) {
            let length = HeaderValue::from(length);
            head.headers.insert(header::CONTENT_LENGTH, length);
        }
        if let Some(value) = self.connector.proxy_authorization(&head.uri)? {
            head.headers.insert(header::PROXY_AUTHORIZATION, value);
        }
        head.headers
            .entry(header::USER_AGENT)
            .or_insert_with(|| self.user_agent.clone());
        let mut request = Request::from_parts(head, body);
        let connection = capture_connection(&mut request);
        Ok((self.http.request(request), connection))
    }

    /// Waits until there is a connection: no byte of the request leaves before. If there never is
    /// one, the answer says why, and this waits for ever.
    async fn ready(
        &self,
        mut connection: CaptureConnection,
        deadline: Option<Deadline>,
    ) -> Result<(), Error> {
        let connected = async { drop(connection.wait_for_connection_metadata().await) };
        match deadline {
            None => connected.await,
            Some(deadline) => timeout_at(deadline, connected)
                .await
                .map_err(|_| self.options.connect_error())?,
        }
        Ok(())
    }

    /// Waits for the head of the answer while the body is sent, and for a while after that. Says
    /// whether it came early.
    async fn answer(
        &self,
        answering: &mut ResponseFuture,
        feeding: Pin<&mut impl Future<Output = Result<(), Error>>>,
    ) -> Result<(Response<Incoming>, bool), Error> {
        let (answer, early) = select! {
            biased;
            answer = &mut *answering => (answer, true),
            fed = feeding => {
                fed?;
                (self.unless_idle(answering).await?, false)
            }
        };
        let answer = answer.map_err(|error| failure::translate(&error, &self.options))?;
        Ok((answer, early))
    }

    async fn receive<D: Download>(
        &self,
        downloader: &mut Downloader<D>,
        mut body: Incoming,
        writer: &mut (impl AsyncWrite + Unpin),
        tracker: &mut Tracker,
    ) -> Result<(), Error> {
        // An answer that is read to its end leaves a connection that can be used again.
        while downloader.wants_more() || body.is_end_stream() {
            let Some(piece) = self.piece(&mut body).await? else {
                break;
            };
            let wanted = downloader.data(&piece);
            writer
                .write_all(&piece[wanted])
                .await
                .map_err(LocalError::Write)?;
            let (received, total) = downloader.progress();
            tracker.received(received, total, Instant::now());
        }
        Ok(())
    }

    async fn collect(
        &self,
        head: response::Parts,
        mut body: Incoming,
    ) -> Result<Response<Bytes>, Error> {
        let mut collector = Collector::new(self.options.answer_limit, &head.headers)?;
        while let Some(piece) = self.piece(&mut body).await? {
            collector.push(&piece)?;
        }
        Ok(Response::from_parts(head, collector.finish()))
    }

    /// The next bytes of an answer.
    async fn piece(&self, body: &mut Incoming) -> Result<Option<Bytes>, Error> {
        loop {
            return match self.unless_idle(body.frame()).await? {
                None => Ok(None),
                Some(Err(error)) => Err(failure::broken_off(&error)),
                Some(Ok(frame)) => match frame.into_data() {
                    Ok(bytes) => Ok(Some(bytes)),
                    // Trailers are of no use here.
                    Err(_) => continue,
                },
            };
        }
    }

    /// Waits as long as a connection may rest.
    async fn unless_idle<T>(&self, waiting: impl Future<Output = T>) -> Result<T, Error> {
        timeout(self.options.idle_timeout, waiting)
            .await
            .map_err(|_| self.options.idle_error())
    }

    /// When an exchange that begins now must have ended.
    pub(crate) fn deadline(&self) -> Option<Deadline> {
        Some(Deadline::now() + self.options.exchange_timeout?)
    }

    pub(crate) async fn in_time<T>(
        &self,
        deadline: Option<Deadline>,
        exchange: impl Future<Output = Result<T, Error>>,
    ) -> Result<T, Error> {
        match deadline {
            None => exchange.await,
            Some(deadline) => timeout_at(deadline, exchange)
                .await
                .unwrap_or_else(|_| Err(self.options.exchange_error())),
        }
    }
}
