//! The accept loop.

use std::{net::SocketAddr, pin::Pin, sync::Arc, time::Duration};

use tokio::{
    net::{TcpListener, TcpStream},
    sync::{OwnedSemaphorePermit, Semaphore},
    time::timeout,
};
use tokio_rustls::{TlsAcceptor, server::TlsStream};

use super::{
    SharedState,
    answers::Answers,
    connection::{self, Stop, Stream},
    routes,
};

/// How long requests may go on after the server was told to stop.
const FAREWELL: Duration = Duration::from_secs(3);

/// How connections are accepted.
pub(super) struct Entrance {
    pub(super) listener: TcpListener,
    pub(super) tls: Option<TlsAcceptor>,
    /// How many are served at once; the others wait to be accepted.
    pub(super) connections: u32,
    pub(super) patience: super::Patience,
}

/// Accepts connections until told to stop, then lets those at hand end, if they are quick.
pub(super) async fn serve(entrance: Entrance, shared: SharedState, mut stop: Stop) {
    let Entrance {
        listener,
        tls,
        connections,
        patience,
    } = entrance;
    let places = Arc::new(Semaphore::new(connections as usize));
    let router = routes::router(&shared);
    let answers = Arc::new(Answers { router, patience });
    loop {
        let next = async {
            let place = Arc::clone(&places).acquire_owned().await;
            (place, listener.accept().await)
        };
        let (place, accepted) = tokio::select! {
            next = next => next,
            _ = stop.wait_for(|stop| *stop) => break,
        };
        let (Ok(place), Ok((stream, peer))) = (place, accepted) else {
            // Out of file handles, most likely: some will be closed soon.
            tokio::time::sleep(Duration::from_millis(10)).await;
            continue;
        };
        let place = Place::taken(place, &shared);
        let (tls, answers, stop) = (tls.clone(), Arc::clone(&answers), stop.clone());
        tokio::spawn(async move {
            serve_one(stream, peer, tls, answers, stop).await;
            drop(place);
        });
    }
    drop(listener);
    let _ = timeout(FAREWELL, places.acquire_many(connections)).await;
}

async fn serve_one(
    stream: TcpStream,
    peer: SocketAddr,
    tls: Option<TlsAcceptor>,
    answers: Arc<Answers>,
    stop: Stop,
) {
    // An answer is small and awaited: it should not wait for more.
    let _ = stream.set_nodelay(true);
    let stream = match tls {
        None => Stream::Plain(stream),
        Some(tls) => match handshake(tls, stream, answers.patience.head).await {
            Some(stream) => Stream::Tls(Box::new(stream)),
            // Whoever cannot speak TLS cannot be told.
            None => return,
        },
    };
    connection::keep(stream, peer, answers, stop).await;
}

/// On the heap: a handshake is large, and soon over.
fn handshake(
    tls: TlsAcceptor,
    stream: TcpStream,
    patience: Duration,
) -> Pin<Box<dyn Future<Output = Option<TlsStream<TcpStream>>> + Send>> {
    Box::pin(async move { timeout(patience, tls.accept(stream)).await.ok()?.ok() })
}

/// A place among the connections; it is counted while it is taken.
struct Place {
    _permit: OwnedSemaphorePermit,
    shared: SharedState,
}

impl Place {
    fn taken(permit: OwnedSemaphorePermit, shared: &SharedState) -> Place {
        shared.metrics.connections.inc();
        Place {
            _permit: permit,
            shared: Arc::clone(shared),
        }
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.shared.metrics.connections.dec();
    }
}
