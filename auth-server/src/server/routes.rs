//! The routes, and who answers them.

use std::time::Duration;

use axum::{
    Router,
    body::Body,
    extract::{Request, State},
    middleware,
    routing::get,
};
use http::{HeaderValue, Method, Response, header};
use tower_http::cors::{AllowOrigin, CorsLayer};

use super::{SharedState, decision, gate, page, refused::Refused, reply, route::Route};

/// How long a browser may remember that a page may ask.
const PREFLIGHT_AGE: Duration = Duration::from_secs(600);

/// Everything that is answered.
pub(super) fn router(shared: &SharedState) -> Router {
    let mut router = Router::new();
    for route in Route::ALL {
        let handler = move |State(shared): State<SharedState>, request: Request| async move {
            answer(route, &shared, &request)
        };
        router = router.route(route.path(), get(handler));
    }
    let state = || SharedState::clone(shared);
    router
        .fallback(|| async { Refused::not_found().into_response() })
        .method_not_allowed_fallback(|| async { Refused::method().into_response() })
        .layer(middleware::from_fn_with_state(state(), gate::pass))
        .layer(cross_origin(&shared.policy.cors.origins))
        .with_state(state())
}

fn answer(route: Route, shared: &SharedState, request: &Request) -> Response<Body> {
    match route {
        Route::PageSettings => page::settings(shared, request),
        Route::OpenApi => reply::text("application/json", super::OPENAPI),
        Route::Health => reply::text("application/json", r#"{"status":"ok"}"#),
        Route::Metrics => reply::text("text/plain; version=0.0.4", shared.metrics.text()),
        Route::Page => shared.assets.index(),
        Route::Style => shared.assets.style(),
        Route::Script => shared.assets.script(),
        signing => decision::answer(signing, shared, request),
    }
}

/// Pages of these origins may ask, and no others.
fn cross_origin(origins: &[String]) -> CorsLayer {
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
