//! What connections ask.

use std::{convert::Infallible, net::IpAddr};

use http::{Method, Request, Response, header};
use hyper::body::Incoming;
use tower_http::cors::CorsLayer;
use tower_layer::Layer;
use tower_service::Service;

use super::{
    Patience, SharedState, gate,
    reply::Body,
    routes::{self, Question, Routes},
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
        let is_preflight = request.method() == Method::OPTIONS;
        if !is_preflight {
            return said(service.call(request).await);
        }
        // The layer answers preflights by itself: they pass the gate here.
        let question = Question::new(&self.shared, peer, request);
        let request = Request::from_parts(question.head.clone(), Body::default());
        let response = said(service.call(request).await);
        gate::pass(&self.shared, &question, |_| response)
    }
}

fn said(answered: Result<Response<Body>, Infallible>) -> Response<Body> {
    match answered {
        Ok(response) => response,
        Err(never) => match never {},
    }
}
