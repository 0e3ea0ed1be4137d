//! What is looked at before a request is answered.

use std::{net::IpAddr, time::Instant};

use http::{HeaderName, HeaderValue, Response, Version, header};

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
    let route = Route::at(question.head.uri.path());
    let mut response = counted(shared, route, || match check(shared, route, question) {
        Ok(()) => answer(route),
        Err(refused) => refused.into_response(),
    });
    // A body is not read, so nothing behind it can be.
    if question.has_body {
        let headers = response.headers_mut();
        headers.insert(header::CONNECTION, HeaderValue::from_static("close"));
    }
    response
}

/// Refuses what could not be read as a request. It is counted as those are that ask for nothing known.
pub(super) fn refuse(shared: &Shared, peer: IpAddr, refused: Refused) -> Response<Body> {
    counted(shared, None, || {
        let is_early = shared.addresses.count_address(peer);
        let refused = is_early.map_or_else(Refused::too_many, |()| refused);
        refused.into_response()
    })
}

fn counted(
    shared: &Shared,
    route: Option<Route>,
    answer: impl FnOnce() -> Response<Body>,
) -> Response<Body> {
    let began = Instant::now();
    let response = answer();
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
    let size = |(name, value): (&HeaderName, &HeaderValue)| name.as_str().len() + value.len();
    if headers.len() > HEADERS_COUNT || headers.iter().map(size).sum::<usize>() > HEADERS_LIMIT {
        return Err(Refused::headers());
    }
    // RFC 9112, section 3.2.
    let hosts = headers.get_all(header::HOST).iter().count();
    match hosts == 1 || hosts == 0 && question.head.version < Version::HTTP_11 {
        true => Ok(()),
        false => Err(Refused::host()),
    }
}
