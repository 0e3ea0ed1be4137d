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
    client::legacy::{self, ResponseFuture, connect::capture_connection},
    rt::{TokioExecutor, TokioTimer},
};
use tokio::{
    io::{AsyncWrite, AsyncWriteExt},
    select,
};
use yunmei_core::{
    Download, Error, Payload,
    download::{Downloader, Head},
    error::LocalError,
};
use yunmei_host::{Collector, Cursor, IDLE_CONNECTION_AGE, Options, Tracker};

use crate::{body::Body, connector::Connector, failure, feed::Feed, patience::Patience};

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
    ) -> Result<Response<Bytes>, Error> {
        let (head, payload) = request.into_parts();
        let cursor = Cursor::new(payload, feed.lengths())?;
        let (sender, body) = Body::new(cursor.remaining());
        let (answering, patience) = self.begin(head, body)?;
        let feeding = async {
            patience.ready().await?;
            feed.send(cursor, &sender, &patience).await
        };
        let whole = self.whole(answering, feeding, &patience);
        patience.in_time(whole).await
    }

    async fn whole(
        &self,
        mut answering: ResponseFuture,
        feeding: impl Future<Output = Result<(), Error>>,
        patience: &Patience<'_>,
    ) -> Result<Response<Bytes>, Error> {
        let mut feeding = pin!(feeding);
        let (answer, early) = self
            .answer(&mut answering, feeding.as_mut(), patience)
            .await?;
        let (head, body) = answer.into_parts();
        let accepted = head.status.is_success();
        let mut collecting = pin!(self.collect(head, body, patience));
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
    ) -> Result<(), Error> {
        let (head, payload) = request.into_parts();
        let cursor = Cursor::new(payload, &[])?;
        let (sender, body) = Body::new(cursor.remaining());
        let (mut answering, patience) = self.begin(head, body)?;
        let mut feed = Feed::new(&mut [], None);
        let feeding = pin!(async {
            patience.ready().await?;
            feed.send(cursor, &sender, &patience).await
        });
        let answer = self.answer(&mut answering, feeding, &patience);
        let (answer, _) = patience.in_time(answer).await?;
        let (head, body) = answer.into_parts();
        match downloader.head(&head) {
            Head::Receive => {
                let result = receive(downloader, body, writer, tracker, &patience).await;
                downloader.end(result);
            }
            Head::Refused => {
                // The status of a refusal counts even where its body cannot be had.
                let bare = Response::from_parts(head.clone(), Bytes::new());
                let answer = patience.in_time(self.collect(head, body, &patience)).await;
                downloader.refused(&answer.unwrap_or(bare));
            }
        }
        Ok(())
    }

    fn begin(
        &self,
        mut head: request::Parts,
        body: Body,
    ) -> Result<(ResponseFuture, Patience<'_>), Error> {
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
        let patience = Patience::new(&self.options, connection);
        Ok((self.http.request(request), patience))
    }

    /// Waits for the head of the answer while the body is sent, and for a while after that. Says
    /// whether it came early.
    async fn answer(
        &self,
        answering: &mut ResponseFuture,
        feeding: Pin<&mut impl Future<Output = Result<(), Error>>>,
        patience: &Patience<'_>,
    ) -> Result<(Response<Incoming>, bool), Error> {
        let (answer, early) = select! {
            biased;
            answer = &mut *answering => (answer, true),
            fed = feeding => {
                fed?;
                (patience.unless_idle(answering).await?, false)
            }
        };
        let answer = answer.map_err(|error| failure::translate(&error, &self.options))?;
        Ok((answer, early))
    }

    async fn collect(
        &self,
        head: response::Parts,
        mut body: Incoming,
        patience: &Patience<'_>,
    ) -> Result<Response<Bytes>, Error> {
        let mut collector = Collector::new(self.options.answer_limit, &head.headers)?;
        while let Some(piece) = piece(&mut body, patience).await? {
            collector.push(&piece)?;
        }
        Ok(Response::from_parts(head, collector.finish()))
    }
}

async fn receive<D: Download>(
    downloader: &mut Downloader<D>,
    mut body: Incoming,
    writer: &mut (impl AsyncWrite + Unpin),
    tracker: &mut Tracker,
    patience: &Patience<'_>,
) -> Result<(), Error> {
    // An answer that is read to its end leaves a connection that can be used again.
    while downloader.wants_more() || body.is_end_stream() {
        // The limit is for the answer. What of it was counted is written, however long that takes.
        let reading = piece(&mut body, patience);
        let Some(piece) = patience.while_time_is_left(reading).await? else {
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

/// The next bytes of an answer.
async fn piece(body: &mut Incoming, patience: &Patience<'_>) -> Result<Option<Bytes>, Error> {
    loop {
        return match patience.unless_idle(body.frame()).await? {
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
