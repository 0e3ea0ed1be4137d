//! The server: what the policy grants, over HTTP.
//!
//! Connections are bounded in number, those of one address too, heads in size, everything in time; no
//! request has a body. Each decision leaves a line in the audit; from when it is noticed that
//! lines cannot be written until they can, nothing is signed.

mod accept;
mod answers;
mod audit;
mod builder;
mod connection;
mod decision;
mod forwarded;
mod gate;
mod metrics;
mod notice;
mod page;
mod peers;
mod query;
mod rates;
mod refused;
mod reply;
mod route;
mod routes;
#[cfg(test)]
mod tests;
mod thread;
mod tls;

use std::{
    fmt,
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
    sync::Arc,
    thread::JoinHandle,
    time::Duration,
};

use tokio::sync::watch;
use yunmei_core::Stamp;

pub use builder::{Builder, StartError};
pub use notice::Notice;

use crate::{policy::Policy, sign::Signatory, token::TokenReader};

/// The description of all routes, as it is served.
pub const OPENAPI: &str = include_str!("openapi.json");

/// The longest head of a request that is read, in bytes: well above what is let through, so that
/// most of those that are too long are told what it is that is too long.
const HEAD_LIMIT: usize = 16 * 1024;

/// A running server; stops when dropped.
///
/// It has a thread and a runtime of its own, so it can be started, used and dropped from blocking
/// and from async code alike.
pub struct Server {
    address: SocketAddr,
    scheme: &'static str,
    stopper: Stopper,
    thread: Option<JoinHandle<()>>,
}

/// Stops a [`Server`] from elsewhere, for instance from a signal handler's thread.
#[derive(Clone)]
pub struct Stopper(Arc<watch::Sender<bool>>);

/// How long a connection is waited for.
#[derive(Clone, Copy, Debug)]
struct Patience {
    /// Between two requests.
    idle: Duration,
    /// For the head of a request, from its first byte on.
    head: Duration,
    /// While an answer is not taken.
    still: Duration,
}

/// All that the connections share.
struct Shared {
    policy: Policy,
    reader: TokenReader,
    signatory: Signatory,
    assets: page::Assets,
    stamps: Box<dyn Fn() -> Stamp + Send + Sync>,
    addresses: rates::Rates,
    /// For each rule.
    subjects: Vec<rates::Rates>,
    metrics: metrics::Metrics,
    audit: Option<audit::Audit>,
}

type SharedState = Arc<Shared>;

impl Server {
    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Where it listens, as browsers want it, without a slash at the end.
    pub fn origin(&self) -> String {
        origin(self.scheme, self.address)
    }

    /// What stops it from elsewhere.
    pub fn stopper(&self) -> Stopper {
        self.stopper.clone()
    }

    /// Blocks until somebody calls [`Stopper::stop`], and the requests at hand have ended.
    pub fn wait(mut self) {
        self.join();
    }

    fn join(&mut self) {
        if let Some(thread) = self.thread.take() {
            // If it panicked, that was printed; there is nothing left to stop.
            let _ = thread.join();
        }
    }
}

fn origin(scheme: &str, mut address: SocketAddr) -> String {
    // What listens everywhere is reached by loopback.
    match address.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => address.set_ip(Ipv4Addr::LOCALHOST.into()),
        IpAddr::V6(ip) if ip.is_unspecified() => address.set_ip(Ipv6Addr::LOCALHOST.into()),
        _ => {}
    }
    format!("{scheme}://{address}")
}

impl Stopper {
    /// Stops it: no new connections, and the requests at hand end soon. Does not wait for that.
    pub fn stop(&self) {
        self.0.send_replace(true);
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.stopper.stop();
        self.join();
    }
}

impl fmt::Debug for Server {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Server({})", self.origin())
    }
}

impl fmt::Debug for Stopper {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Stopper")
    }
}
