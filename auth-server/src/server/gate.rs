//! What is looked at before a request is answered.

use std::time::Instant;

use axum::{
    body::{Body, HttpBody},
    extract::{MatchedPath, Request, State},
    middleware::Next,
};
use http::Response;

use super::{Peer, Shared, SharedState, refused::Refused, route::Route};

/// The longest address of a request, in bytes: a path that may be signed, fully escaped, and the
/// rest of a query.
const TARGET_LIMIT: usize = 4096;
/// The largest headers, names and values, in bytes: a token, and what proxies add.
const HEADERS_LIMIT: usize = 8192;
/// The most headers.
const HEADERS_COUNT: usize = 64;

/// Refuses what is too large or too often, and counts the rest.
pub(super) async fn pass(
    State(shared): State<SharedState>,
    request: Request,
    next: Next,
) -> Response<Body> {
    let began = Instant::now();
    // Of a route that is known: never what a client wrote.
    let matched = request.extensions().get::<MatchedPath>().cloned();
    let route = matched.as_ref().map_or("other", MatchedPath::as_str);
    let response = match check(&shared, route, &request) {
        Ok(()) => next.run(request).await,
        Err(refused) => refused.into_response(),
    };
    let took = began.elapsed();
    shared.metrics.answered(route, response.status(), took);
    response
}

fn check(shared: &Shared, route: &str, request: &Request) -> Result<(), Refused> {
    let target = request.uri().path_and_query();
    if target.is_some_and(|target| target.as_str().len() > TARGET_LIMIT) {
        return Err(Refused::target());
    }
    let headers = request.headers();
    let size =
        |(name, value): (&http::HeaderName, &http::HeaderValue)| name.as_str().len() + value.len();
    if headers.len() > HEADERS_COUNT || headers.iter().map(size).sum::<usize>() > HEADERS_LIMIT {
        return Err(Refused::headers());
    }
    if !request.body().is_end_stream() {
        return Err(Refused::body());
    }
    match request.extensions().get::<Peer>() {
        // Whoever watches over the server is never told that it is too often.
        Some(Peer(peer)) if route != Route::Health.path() => {
            let counted = shared.addresses.count_address(peer.ip());
            counted.map_err(Refused::too_many)
        }
        _ => Ok(()),
    }
}
