//! The accept loop.

use std::{net::IpAddr, sync::Arc, time::Duration};

use tokio::{
    net::{TcpListener, TcpStream},
    sync::{OwnedSemaphorePermit, Semaphore},
    time::timeout,
};
use tokio_rustls::TlsAcceptor;

use super::{
    SharedState,
    answers::Answers,
    connection::{self, Stop, Stream, Visit},
    peers::{Counted, Peers},
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
    pub(super) peers: Arc<Peers>,
    pub(super) patience: super::Patience,
}

/// Accepts connections until told to stop, then lets those at hand end, if they are quick.
pub(super) async fn serve(entrance: Entrance, shared: SharedState, mut stop: Stop) {
    let Entrance {
        listener,
        tls,
        connections,
        peers,
        patience,
    } = entrance;
    let places = Arc::new(Semaphore::new(connections as usize));
    let cross_origin = routes::cross_origin(&shared.policy.cors.origins);
    let reception = Reception {
        answers: Arc::new(Answers {
            shared,
            cross_origin,
            patience,
        }),
        tls,
        peers,
        stop: stop.clone(),
    };
    loop {
        let next = async {
            let place = Arc::clone(&places).acquire_owned().await;
            (place, listener.accept().await)
        };
        let (place, accepted) = tokio::select! {
            next = next => next,
            _ = stop.wait_for(|stop| *stop) => break,
        };
        match (place, accepted) {
            (Ok(place), Ok((stream, peer))) => reception.receive(stream, peer.ip(), place),
            // Out of file handles, most likely: some will be closed soon.
            _ => tokio::time::sleep(Duration::from_millis(10)).await,
        }
    }
    drop(listener);
    let _ = timeout(FAREWELL, places.acquire_many(connections)).await;
}

/// What every connection gets when it comes in.
struct Reception {
    answers: Arc<Answers>,
    tls: Option<TlsAcceptor>,
    peers: Arc<Peers>,
    stop: Stop,
}

impl Reception {
    fn receive(&self, stream: TcpStream, peer: IpAddr, permit: OwnedSemaphorePermit) {
        let shared = &self.answers.shared;
        let Some(place) = Place::taken(permit, &self.peers, peer, shared) else {
            shared.metrics.connections_refused.inc();
            return;
        };
        let visit = Visit {
            peer,
            answers: Arc::clone(&self.answers),
            stop: self.stop.clone(),
            _place: place,
        };
        // An answer is small and awaited: it should not wait for more.
        let _ = stream.set_nodelay(true);
        match &self.tls {
            None => drop(tokio::spawn(connection::keep(Stream::Plain(stream), visit))),
            Some(tls) => drop(tokio::spawn(keep_tls(tls.clone(), stream, visit))),
        }
    }
}

async fn keep_tls(tls: TlsAcceptor, stream: TcpStream, mut visit: Visit<Place>) {
    // On the heap: a handshake is large, and soon over.
    let handshake = Box::pin(timeout(visit.answers.patience.head, tls.accept(stream)));
    let shaken = tokio::select! {
        shaken = handshake => shaken,
        _ = visit.stop.wait_for(|stop| *stop) => return,
    };
    // Whoever cannot speak TLS cannot be told.
    if let Ok(Ok(stream)) = shaken {
        connection::keep(Stream::Tls(Box::new(stream)), visit).await;
    }
}

/// A place among the connections; it is counted while it is taken.
struct Place {
    /// Given back before the place: whoever waits for that may be of the same address.
    _counted: Option<Counted>,
    _permit: OwnedSemaphorePermit,
    shared: SharedState,
}

impl Place {
    /// `None` if the address has too many. A trusted proxy speaks for many, and is not counted.
    fn taken(
        permit: OwnedSemaphorePermit,
        peers: &Arc<Peers>,
        address: IpAddr,
        shared: &SharedState,
    ) -> Option<Place> {
        let counted = match shared.policy.proxies.contains(address) {
            true => None,
            false => Some(peers.count(address)?),
        };
        shared.metrics.connections.inc();
        Some(Place {
            _counted: counted,
            _permit: permit,
            shared: Arc::clone(shared),
        })
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.shared.metrics.connections.dec();
    }
}
