//! One connection: its requests, and the time between them.
//!
//! A connection on which nothing is going on keeps its socket and little else: what reads and writes
//! HTTP, with its buffers, is made when bytes come, and given up when it is idle again. Ten thousand
//! idle connections cost some megabytes, and not a hundred.

mod ending;
mod motion;
mod stream;

use std::{
    convert::Infallible,
    net::IpAddr,
    pin::{Pin, pin},
    sync::Arc,
    time::Duration,
};

use bytes::Bytes;
use http::{Request, Response};
use hyper::{
    body::Incoming,
    server::conn::http1,
    service::{Service, service_fn},
};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::{
    sync::watch,
    time::{Instant, sleep, timeout},
};

pub(super) use stream::Stream;

use super::{HEAD_LIMIT, Patience, answers::Answers, reply::Body};
use motion::{Look, Motion, Watched};

/// After which time without a request a connection is idle.
const LOOK: Duration = Duration::from_millis(10);
/// How often it is looked at one that is waited for.
const LOOK_AGAIN: Duration = Duration::from_millis(200);
/// The most that is read ahead: the least that can be asked for, above the longest head.
const BUFFER: usize = HEAD_LIMIT + 4096;
/// A connection on which nothing is going on, and what was read too much.
type Idle = (Stream, Bytes);

/// Tells that the server is to stop.
pub(super) type Stop = watch::Receiver<bool>;

/// What goes with a connection for as long as it is kept.
pub(super) struct Visit<P> {
    /// Who is at the other end.
    pub(super) peer: IpAddr,
    pub(super) answers: Arc<Answers>,
    pub(super) stop: Stop,
    /// Given back at the end.
    pub(super) _place: P,
}

/// Answers what comes on a connection, until that ends or has been idle for too long.
///
/// Not an `async fn`: that would have room for its arguments twice, in each of ten thousand idle
/// connections.
pub(super) fn keep<P: Send>(
    mut stream: Stream,
    mut visit: Visit<P>,
) -> impl Future<Output = ()> + Send {
    let mut before = Bytes::new();
    async move {
        loop {
            if before.is_empty() {
                let idle = timeout(visit.answers.patience.idle, stream.readable());
                tokio::select! {
                    biased;
                    _ = visit.stop.wait_for(|stop| *stop) => return,
                    ready = idle => if !matches!(ready, Ok(Ok(()))) { return },
                }
            }
            match attend_apart(stream, before, &visit).await {
                Some(idle) => (stream, before) = idle,
                None => return,
            }
        }
    }
}

/// [`attend`] on the heap, and made there: what a connection holds while it is idle has no room for it.
fn attend_apart<P>(
    stream: Stream,
    before: Bytes,
    visit: &Visit<P>,
) -> Pin<Box<dyn Future<Output = Option<Idle>> + Send>> {
    let (answers, stop) = (Arc::clone(&visit.answers), visit.stop.clone());
    Box::pin(attend(stream, before, visit.peer, answers, stop))
}

/// Answers requests; gives the connection back when it is idle, with what was read too much.
async fn attend(
    stream: Stream,
    before: Bytes,
    peer: IpAddr,
    answers: Arc<Answers>,
    mut stop: Stop,
) -> Option<Idle> {
    let motion = Arc::new(Motion::default());
    let watched = Watched::new(stream, before, Arc::clone(&motion));
    let (its_answers, its_motion) = (Arc::clone(&answers), Arc::clone(&motion));
    let service = service_fn(move |request: Request<Incoming>| {
        let (answers, motion) = (Arc::clone(&its_answers), Arc::clone(&its_motion));
        async move {
            motion.begin();
            let response = answers.answer(peer, request).await;
            motion.end();
            Ok::<Response<Body>, Infallible>(response)
        }
    });
    let mut connection =
        protocol(answers.patience).serve_connection(TokioIo::new(watched), service);
    let outcome = follow(&mut connection, &motion, answers.patience, &mut stop).await;
    let parts = connection.into_parts();
    let watched = parts.io.into_inner();
    match outcome {
        Outcome::Idle => {
            // Empty as it may be, a buffer holds its memory.
            let rest = match parts.read_buf.is_empty() {
                true => Bytes::new(),
                false => parts.read_buf,
            };
            return Some((watched.into_inner(), rest));
        }
        Outcome::Ended(result) => {
            let refused = ending::refused(&result, &watched);
            // On the heap: every connection would have room for it while it is busy.
            Box::pin(ending::end(watched.into_inner(), refused, peer, &answers)).await;
        }
        Outcome::GivenUp => {}
    }
    None
}

/// What became of a connection.
enum Outcome {
    /// Nothing is going on, and nothing is outstanding.
    Idle,
    /// Nobody waits for it any more.
    GivenUp,
    /// No more requests will be read.
    Ended(hyper::Result<()>),
}

/// Lets a connection be served until it is idle, or ends, or does not move for too long.
async fn follow<S>(
    connection: &mut http1::Connection<TokioIo<Watched<Stream>>, S>,
    motion: &Motion,
    patience: Patience,
    stop: &mut Stop,
) -> Outcome
where
    S: Service<Request<Incoming>, Response = Response<Body>, Error = Infallible>,
{
    let mut look = pin!(sleep(LOOK));
    let mut moved_at = Instant::now();
    let mut is_stopping = false;
    loop {
        let stops_now = tokio::select! {
            biased;
            ended = &mut *connection => return Outcome::Ended(ended),
            () = &mut look => false,
            _ = stop.wait_for(|stop| *stop), if !is_stopping => true,
        };
        if stops_now {
            is_stopping = true;
            Pin::new(&mut *connection).graceful_shutdown();
            continue;
        }
        let now = Instant::now();
        match motion.look() {
            Look::Moving => moved_at = now,
            Look::Still if now - moved_at > patience.still => return Outcome::GivenUp,
            Look::Still => {}
            Look::Idle if is_stopping => return Outcome::GivenUp,
            Look::Idle => return Outcome::Idle,
        }
        let pause = if moved_at == now { LOOK } else { LOOK_AGAIN };
        look.as_mut().reset(now + pause);
    }
}

fn protocol(patience: Patience) -> http1::Builder {
    let mut builder = http1::Builder::new();
    builder
        .timer(TokioTimer::new())
        // Whoever asked may be done with writing, and not with reading.
        .half_close(true)
        .header_read_timeout(patience.head)
        .max_buf_size(BUFFER)
        .max_header_size(HEAD_LIMIT);
    builder
}
