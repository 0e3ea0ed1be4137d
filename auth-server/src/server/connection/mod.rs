//! One connection: its requests, and the time between them.
//!
//! A connection on which nothing is going on keeps its socket and little else: what reads and writes
//! HTTP, with its buffers, is made when bytes come, and given up when it is idle again. Ten thousand
//! idle connections cost some megabytes, and not a hundred.

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
use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::{
    io::AsyncReadExt,
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
/// What is still taken from a peer that sends what nobody asked for: were it cut off at once, it
/// would never read why.
const LEFTOVER: u64 = 4 * 1024 * 1024;
/// For how long.
const LEFTOVER_PATIENCE: Duration = Duration::from_secs(1);

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
    let patience = answers.patience;
    let motion = Arc::new(Motion::default());
    let watched = Watched::new(stream, before, Arc::clone(&motion));
    let watcher = Arc::clone(&motion);
    let service = service_fn(move |request: Request<Incoming>| {
        let (answers, motion) = (Arc::clone(&answers), Arc::clone(&motion));
        async move {
            motion.begin();
            let response = answers.answer(peer, request).await;
            motion.end();
            Ok::<Response<Body>, Infallible>(response)
        }
    });
    let mut connection = protocol(patience).serve_connection(TokioIo::new(watched), service);
    let mut look = pin!(sleep(LOOK));
    let mut moved_at = Instant::now();
    let mut is_stopping = false;
    loop {
        let stops_now = tokio::select! {
            biased;
            _ = &mut connection => break,
            () = &mut look => false,
            _ = stop.wait_for(|stop| *stop), if !is_stopping => true,
        };
        if stops_now {
            is_stopping = true;
            Pin::new(&mut connection).graceful_shutdown();
            continue;
        }
        let now = Instant::now();
        match watcher.look() {
            Look::Moving => moved_at = now,
            Look::Still if now - moved_at > patience.still => return None,
            Look::Still => {}
            Look::Idle if is_stopping => return None,
            Look::Idle => {
                let parts = connection.into_parts();
                // Empty as it may be, a buffer holds its memory.
                let rest = match parts.read_buf.is_empty() {
                    true => Bytes::new(),
                    false => parts.read_buf,
                };
                return Some((parts.io.into_inner().into_inner(), rest));
            }
        }
        let pause = if moved_at == now { LOOK } else { LOOK_AGAIN };
        look.as_mut().reset(now + pause);
    }
    drain(connection.into_parts().io.into_inner().into_inner()).await;
    None
}

fn protocol(patience: Patience) -> http1::Builder {
    let mut builder = http1::Builder::new();
    builder
        .timer(TokioTimer::new())
        .header_read_timeout(patience.head)
        .max_buf_size(BUFFER)
        .max_header_size(HEAD_LIMIT);
    builder
}

/// Takes what a refused peer still sends, for a while, so that it gets to read the refusal.
async fn drain(stream: Stream) {
    let reading = async {
        let mut rest = stream.take(LEFTOVER);
        // On the heap: every connection would have room for it while it is busy.
        let mut buffer = vec![0; 4096];
        while matches!(rest.read(&mut buffer).await, Ok(1..)) {}
    };
    let _ = timeout(LEFTOVER_PATIENCE, reading).await;
}
