//! The routes, and who answers them.
//!
//! There are few, each by one name, and none has a body: they are found by comparing, and answered at
//! once. What is in front of them is in [`gate`]; which pages of other origins may ask, tower-http's
//! layer knows.

use std::{
    convert::Infallible,
    future::{Ready, ready},
    net::IpAddr,
    task::{Context, Poll},
    time::Duration,
};

use http::{HeaderValue, Method, Request, Response, header, request::Parts};
use tower_http::cors::{AllowOrigin, CorsLayer};
use tower_service::Service;

use super::{
    Shared, SharedState, decision, forwarded, gate, page,
    refused::Refused,
    reply::{self, Body},
    route::Route,
};

/// How long a browser may remember that a page may ask.
const PREFLIGHT_AGE: Duration = Duration::from_secs(600);

/// Answers requests of one peer, as what is in front of them wants it.
#[derive(Clone)]
pub(super) struct Routes {
    pub(super) shared: SharedState,
    pub(super) peer: IpAddr,
}

/// A request, and who makes it: the peer, or whoever is behind the proxies there.
pub(super) struct Question {
    pub(super) client: IpAddr,
    pub(super) head: Parts,
    pub(super) has_body: bool,
}

/// Answers one request, whatever kind of body it has.
pub(super) fn answer<B: hyper::body::Body>(
    shared: &Shared,
    peer: IpAddr,
    request: Request<B>,
) -> Response<Body> {
    let question = Question::new(shared, peer, request);
    gate::pass(shared, &question, |route| {
        answer_at(route, shared, &question)
    })
}

impl Question {
    pub(super) fn new<B: hyper::body::Body>(
        shared: &Shared,
        peer: IpAddr,
        request: Request<B>,
    ) -> Question {
        let (head, body) = request.into_parts();
        Question {
            client: forwarded::client(&shared.policy.proxies, peer, &head.headers),
            has_body: !body.is_end_stream(),
            head,
        }
    }
}

impl<B: hyper::body::Body> Service<Request<B>> for Routes {
    type Response = Response<Body>;
    type Error = Infallible;
    type Future = Ready<Result<Response<Body>, Infallible>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        ready(Ok(answer(&self.shared, self.peer, request)))
    }
}

fn answer_at(route: Option<Route>, shared: &Shared, question: &Question) -> Response<Body> {
    let Some(route) = route else {
        return Refused::not_found().into_response();
    };
    // To HEAD, hyper sends the same without its body.
    if ![Method::GET, Method::HEAD].contains(&question.head.method) {
        return Refused::method().into_response();
    }
    if question.has_body {
        return Refused::body().into_response();
    }
    match route {
        Route::PageSettings => page::settings(shared, question),
        Route::OpenApi => reply::text("application/json", super::OPENAPI),
        Route::Health => reply::text("application/json", r#"{"status":"ok"}"#),
        Route::Metrics => reply::text("text/plain; version=0.0.4", shared.metrics.text()),
        Route::Page => shared.assets.index(),
        Route::Style => shared.assets.style(),
        Route::Script => shared.assets.script(),
        Route::Icon => shared.assets.icon(),
        signing => decision::answer(signing, shared, question),
    }
}

/// Pages of these origins may ask, and no others.
pub(super) fn cross_origin(origins: &[String]) -> CorsLayer {
    let origins = origins
        .iter()
        .filter_map(|origin| HeaderValue::try_from(origin).ok());
    CorsLayer::new()
        .allow_origin(AllowOrigin::list(origins))
        .allow_methods([Method::GET])
        .allow_headers([header::AUTHORIZATION])
        .expose_headers([header::RETRY_AFTER])
        .max_age(PREFLIGHT_AGE)
}
