//! What is looked at before a request is answered.

use std::time::Instant;

use http::Response;

use super::{Shared, refused::Refused, reply::Body, route::Route, routes::Question};

/// The longest address of a request, in bytes: a path that may be signed, fully escaped, and the
/// rest of a query.
const TARGET_LIMIT: usize = 4096;
/// The largest headers, names and values, in bytes: a token, and what proxies add.
const HEADERS_LIMIT: usize = 8192;
/// The most headers.
const HEADERS_COUNT: usize = 64;

/// Refuses what is too large or too often, lets the rest be answered, and counts all of it.
pub(super) fn pass(
    shared: &Shared,
    question: &Question,
    answer: impl FnOnce(Option<Route>) -> Response<Body>,
) -> Response<Body> {
    let began = Instant::now();
    let route = Route::at(question.head.uri.path());
    let response = match check(shared, route, question) {
        Ok(()) => answer(route),
        Err(refused) => refused.into_response(),
    };
    let took = began.elapsed();
    shared.metrics.answered(route, response.status(), took);
    response
}

fn check(shared: &Shared, route: Option<Route>, question: &Question) -> Result<(), Refused> {
    // Whoever watches over the server is never told that it is too often.
    if route != Some(Route::Health) {
        let counted = shared.addresses.count_address(question.client);
        counted.map_err(Refused::too_many)?;
    }
    let target = question.head.uri.path_and_query();
    if target.is_some_and(|target| target.as_str().len() > TARGET_LIMIT) {
        return Err(Refused::target());
    }
    let headers = &question.head.headers;
    let size =
        |(name, value): (&http::HeaderName, &http::HeaderValue)| name.as_str().len() + value.len();
    if headers.len() > HEADERS_COUNT || headers.iter().map(size).sum::<usize>() > HEADERS_LIMIT {
        return Err(Refused::headers());
    }
    match question.has_body {
        true => Err(Refused::body()),
        false => Ok(()),
    }
}
