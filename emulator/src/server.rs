//! The accept loop, and what bounds a connection.

use std::{net::SocketAddr, sync::Arc, time::Duration};

use hyper::{server::conn::http1, service::service_fn};
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    server::graceful::GracefulShutdown,
};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::{Semaphore, watch},
};

use crate::{router::Shared, stall::Stalling};

/// How many connections are served at once; the others wait to be accepted.
const CONNECTIONS: usize = 1024;
/// How long the head of a request may take.
const HEAD_PATIENCE: Duration = Duration::from_secs(30);
/// The largest head of a request, and what is read ahead of a body.
const BUFFER: usize = 64 * 1024;
/// What the reading of a body gets to say that it timed out, before the connection goes.
const GRACE: Duration = Duration::from_secs(5);
/// How long requests may go on after the emulator was told to stop.
const FAREWELL: Duration = Duration::from_millis(300);

/// Accepts connections until told to stop, then lets those at hand end, if they are quick.
pub(crate) async fn serve(
    listener: TcpListener,
    shared: Arc<Shared>,
    mut stop: watch::Receiver<bool>,
) {
    let places = Arc::new(Semaphore::new(CONNECTIONS));
    let graceful = GracefulShutdown::new();
    loop {
        let next = async {
            let place = Arc::clone(&places).acquire_owned().await;
            (place, listener.accept().await)
        };
        let (place, accepted) = tokio::select! {
            next = next => next,
            _ = stop.wait_for(|stop| *stop) => break,
        };
        let Ok((stream, peer)) = accepted else {
            // Out of file handles, most likely: some will be closed soon.
            tokio::time::sleep(Duration::from_millis(10)).await;
            continue;
        };
        let connection = connection(stream, peer, Arc::clone(&shared));
        let connection = graceful.watch(connection);
        tokio::spawn(async move {
            // A broken connection has nobody left to be told.
            let _ = connection.await;
            drop(place);
        });
    }
    let _ = tokio::time::timeout(FAREWELL, graceful.shutdown()).await;
}

fn connection(
    stream: TcpStream,
    peer: SocketAddr,
    shared: Arc<Shared>,
) -> impl hyper_util::server::graceful::GracefulConnection<Output: Send> + Send {
    // An answer is small and awaited: it should not wait for more.
    let _ = stream.set_nodelay(true);
    let stream = Stalling::new(stream, shared.idle + GRACE);
    let service = service_fn(move |request| {
        let shared = Arc::clone(&shared);
        async move { shared.answer(peer, request).await }
    });
    http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD_PATIENCE)
        .max_buf_size(BUFFER)
        // Who has sent everything may say so, and still wants the answer.
        .half_close(true)
        .serve_connection(TokioIo::new(stream), service)
}
