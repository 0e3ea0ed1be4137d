//! What connections ask.

use std::net::IpAddr;

use http::{Request, Response, header};
use hyper::body::Incoming;
use tower_http::cors::CorsLayer;
use tower_layer::Layer;
use tower_service::Service;

use super::{
    Patience, SharedState,
    reply::Body,
    routes::{self, Routes},
};

/// All that is answered, and how long connections are waited for.
pub(super) struct Answers {
    pub(super) shared: SharedState,
    pub(super) cross_origin: CorsLayer,
    pub(super) patience: Patience,
}

impl Answers {
    /// Answers one request. The routes are always ready.
    pub(super) async fn answer(&self, peer: IpAddr, request: Request<Incoming>) -> Response<Body> {
        // What no page of another origin asks needs nothing said about origins.
        if !request.headers().contains_key(header::ORIGIN) {
            return routes::answer(&self.shared, peer, request);
        }
        let shared = SharedState::clone(&self.shared);
        let mut service = self.cross_origin.layer(Routes { shared, peer });
        match service.call(request).await {
            Ok(response) => response,
            Err(never) => match never {},
        }
    }
}
