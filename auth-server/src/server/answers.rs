//! What connections ask.

use std::net::SocketAddr;

use axum::{Router, body::Body};
use http::{Request, Response};
use hyper::body::Incoming;
use tower_service::Service;

use super::{Patience, Peer};

/// The router, and how long connections are waited for.
pub(super) struct Answers {
    pub(super) router: Router,
    pub(super) patience: Patience,
}

impl Answers {
    /// Answers one request. The router is always ready.
    pub(super) async fn answer(
        &self,
        peer: SocketAddr,
        mut request: Request<Incoming>,
    ) -> Response<Body> {
        request.extensions_mut().insert(Peer(peer));
        match self.router.clone().call(request).await {
            Ok(response) => response,
            Err(never) => match never {},
        }
    }
}
