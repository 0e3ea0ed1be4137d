//! Which service a request is for, and what every answer carries.

use std::{io, net::SocketAddr, panic::AssertUnwindSafe, sync::Arc, time::Duration};

use bytes::Bytes;
use futures_util::{FutureExt, StreamExt};
use http::{
    HeaderMap, HeaderName, HeaderValue, Method, Request, Response, StatusCode, Version, header,
    request::Parts,
};
use http_body_util::{BodyExt, StreamBody};
use hyper::body::{Frame, Incoming};
use yunmei_core::Timestamp;

use crate::{
    body::{self, ReplyBody, RequestBody},
    config::CosAccount,
    cos::Cos,
    exchange::{Exchange, Outcome, Reply},
    fangtang::Fangtang,
    faults::{Action, FaultCounters},
    log::{Log, LogEntry},
    vcloud::{self, Vcloud},
    wanxiang::Wanxiang,
};

/// The header that tells a peer on loopback why it was refused.
const REFUSAL: HeaderName = HeaderName::from_static("x-yunmei-refusal");
/// The longest value of that header: clients bound what they read.
const REFUSAL_LIMIT: usize = 4096;
/// What a page in a browser may read of an answer.
const EXPOSED: &str = "x-cos-request-id, x-errno, x-tt-logid, x-yunmei-refusal, ETag, Content-Length, \
    Content-Range, Accept-Ranges, Last-Modified, Retry-After";
/// What a page in a browser may send, if it does not ask.
const ALLOWED: &str = "Authorization, Content-CRC32, Content-Type, Range, X-Storage-Mode";

/// How long a truncated answer gets to reach the peer before the connection goes.
const FLUSH: Duration = Duration::from_millis(20);

pub(crate) type Clock = Arc<dyn Fn() -> Timestamp + Send + Sync>;

/// All that the connections share.
pub(crate) struct Shared {
    pub(crate) account: CosAccount,
    pub(crate) cos: Cos,
    pub(crate) wanxiang: Wanxiang,
    pub(crate) fangtang: Fangtang,
    pub(crate) vcloud: Vcloud,
    pub(crate) clock: Clock,
    pub(crate) faults: FaultCounters,
    pub(crate) log: Log,
    /// How long a peer may be silent.
    pub(crate) idle: Duration,
}

/// The connection is to be closed without an answer.
#[derive(Debug)]
pub(crate) struct Dropped;

impl std::fmt::Display for Dropped {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("dropped by a fault")
    }
}

impl std::error::Error for Dropped {}

impl Shared {
    /// Answers a request.
    pub(crate) async fn answer(
        &self,
        peer: SocketAddr,
        request: Request<Incoming>,
    ) -> Result<Response<ReplyBody>, Dropped> {
        let (parts, incoming) = request.into_parts();
        if parts.method == Method::OPTIONS && is_host_clear(&parts) {
            return Ok(preflight(&parts.headers));
        }
        let body = RequestBody::new(incoming, self.idle);
        let awaits_leave = parts.headers.contains_key(header::EXPECT);
        let mut exchange = Exchange::new(&self.faults, parts.method.clone(), parts.uri.path());
        let serving = self.serve(&mut exchange, parts, body.clone());
        let outcome = AssertUnwindSafe(serving).catch_unwind().await;
        body.drain(awaits_leave);
        let outcome = outcome.unwrap_or_else(|_| Outcome::Reply(panicked()));
        exchange.leave().await;
        let (answer, code, refusal) = conclude(&mut exchange, outcome);
        self.log.add(LogEntry {
            at: (self.clock)(),
            method: exchange.method.to_string(),
            path: exchange.path,
            op: exchange.op,
            status: answer.as_ref().map(|answer| answer.status().as_u16()),
            code,
            refusal: refusal.clone(),
        });
        let mut response = answer.ok_or(Dropped)?;
        open_to_pages(response.headers_mut());
        if let Some(reason) = refusal.filter(|_| peer.ip().to_canonical().is_loopback()) {
            response.headers_mut().insert(REFUSAL, readable(&reason));
        }
        Ok(response)
    }

    /// Finds the service: by `Host` where that names a bucket, else by path, else by whom the
    /// signature is for.
    async fn serve(&self, exchange: &mut Exchange<'_>, parts: Parts, body: RequestBody) -> Outcome {
        let refusal = if !is_host_clear(&parts) {
            no_clear_host()
        } else if vcloud::has_host(&parts) || vcloud::has_path(&parts) && !self.is_elsewhere(&parts)
        {
            return self.vcloud.answer(exchange, parts, body).await;
        } else if self.fangtang.is_meant(&parts) && !self.cos.has_host(&parts) {
            return self.fangtang.answer(exchange, parts, body).await;
        } else if self.wanxiang.has_host(&parts)
            || self.wanxiang.has_path(&parts) && !self.cos.has_host(&parts)
            || self.is_signed_for_wanxiang(&parts)
        {
            return self.wanxiang.answer(exchange, parts, body).await;
        } else if self.cos.is_meant(&parts) {
            return self.cos.answer(exchange, parts, body).await;
        } else {
            nobody_there()
        };
        match exchange.gate().await {
            true => Outcome::Reply(refusal),
            false => Outcome::Faulted,
        }
    }

    /// Whether the host that a request names is one of Tencent's.
    fn is_elsewhere(&self, parts: &Parts) -> bool {
        self.cos.has_host(parts) || self.wanxiang.has_host(parts)
    }

    /// Of a link whose host names nothing: whether the account in its signature is that of Wanxiang,
    /// and only that.
    fn is_signed_for_wanxiang(&self, parts: &Parts) -> bool {
        self.cos.is_presumed(parts)
            && self.wanxiang.account().app() != self.account.app()
            && self.wanxiang.has_signature(parts)
    }
}

/// Whether a request names its host as HTTP wants it: once, and from version 1.1 on always.
fn is_host_clear(parts: &Parts) -> bool {
    match parts.headers.get_all(header::HOST).iter().count() {
        0 => parts.version < Version::HTTP_11,
        count => count == 1,
    }
}

/// Applies the fault that struck, if one did. Without an answer, the connection is dropped.
fn conclude(
    exchange: &mut Exchange<'_>,
    outcome: Outcome,
) -> (Option<Response<ReplyBody>>, Option<i64>, Option<String>) {
    let struck = exchange.action().cloned();
    let by_fault = || Some("a fault was asked for".to_owned());
    match (struck, outcome) {
        (Some(Action::Drop(_)), _) => (None, None, by_fault()),
        (
            Some(Action::Answer {
                status,
                headers,
                body,
                ..
            }),
            _,
        ) => {
            let mut response = Response::new(body::full(body));
            *response.status_mut() = status;
            *response.headers_mut() = headers;
            (Some(response), None, by_fault())
        }
        (Some(Action::Truncate(bytes)), Outcome::Reply(reply)) => {
            let response = truncated(reply.response, bytes);
            (Some(response), reply.code, reply.refusal)
        }
        (_, Outcome::Reply(reply)) => (Some(reply.response), reply.code, reply.refusal),
        // Nothing but a fault makes this outcome, and those were all above.
        (_, Outcome::Faulted) => (None, None, by_fault()),
    }
}

/// The same answer, whose body fails after `bytes`, with the length announced all the same.
fn truncated(response: Response<ReplyBody>, bytes: u64) -> Response<ReplyBody> {
    let (mut parts, body) = response.into_parts();
    if let Some(length) = http_body::Body::size_hint(&body).exact() {
        parts.headers.insert(header::CONTENT_LENGTH, length.into());
    }
    let mut room = usize::try_from(bytes).unwrap_or(usize::MAX);
    let pieces = body
        .into_data_stream()
        .map(move |piece: io::Result<Bytes>| {
            let piece = piece?;
            let kept = piece.slice(..piece.len().min(room));
            room -= kept.len();
            Ok(kept)
        });
    let pieces = pieces.take_while(|piece| {
        let more = !piece.as_ref().is_ok_and(Bytes::is_empty);
        std::future::ready(more)
    });
    // What is written and not yet on its way would be lost with the connection.
    let pieces = pieces.chain(futures_util::stream::once(async {
        tokio::time::sleep(FLUSH).await;
        Err::<Bytes, _>(io::Error::other(Dropped))
    }));
    let body = StreamBody::new(pieces.map(|piece| piece.map(Frame::data)));
    Response::from_parts(parts, body.boxed_unsync())
}

/// Browsers ask before they send `Authorization` or JSON.
fn preflight(asked: &HeaderMap) -> Response<ReplyBody> {
    let mut response = Response::new(body::empty());
    *response.status_mut() = StatusCode::NO_CONTENT;
    let headers = response.headers_mut();
    open_to_pages(headers);
    headers.insert(
        header::ACCESS_CONTROL_ALLOW_METHODS,
        HeaderValue::from_static("GET, HEAD, POST, PUT, DELETE, OPTIONS"),
    );
    let asked = asked.get(header::ACCESS_CONTROL_REQUEST_HEADERS);
    headers.insert(
        header::ACCESS_CONTROL_ALLOW_HEADERS,
        asked.map_or(HeaderValue::from_static(ALLOWED), HeaderValue::clone),
    );
    headers.insert(
        header::ACCESS_CONTROL_MAX_AGE,
        HeaderValue::from_static("600"),
    );
    response
}

fn open_to_pages(headers: &mut HeaderMap) {
    headers.insert(
        header::ACCESS_CONTROL_ALLOW_ORIGIN,
        HeaderValue::from_static("*"),
    );
    headers.insert(
        header::ACCESS_CONTROL_EXPOSE_HEADERS,
        HeaderValue::from_static(EXPOSED),
    );
}

fn no_clear_host() -> Reply {
    plain(
        StatusCode::BAD_REQUEST,
        "a request has one header Host, no more and no less",
    )
}

fn nobody_there() -> Reply {
    plain(
        StatusCode::NOT_FOUND,
        "no service lives here: neither the path nor the Host names one",
    )
}

fn panicked() -> Reply {
    plain(
        StatusCode::INTERNAL_SERVER_ERROR,
        "the emulator failed at this request; that is a fault of its own",
    )
}

fn plain(status: StatusCode, text: &'static str) -> Reply {
    let mut response = Response::new(body::full(text));
    *response.status_mut() = status;
    response.headers_mut().insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("text/plain; charset=utf-8"),
    );
    Reply {
        response,
        code: None,
        refusal: Some(text.to_owned()),
    }
}

/// A reason as a header can carry it: ASCII, bounded, what is not ASCII percent-encoded.
fn readable(reason: &str) -> HeaderValue {
    let mut text = String::new();
    for part in percent_encoding::utf8_percent_encode(reason, percent_encoding::CONTROLS) {
        if text.len() + part.len() > REFUSAL_LIMIT {
            let room = REFUSAL_LIMIT - text.len();
            // The encoder's parts are ASCII; half an escape tells nothing.
            text.push_str(part.get(..room).filter(|_| part.len() > 3).unwrap_or(""));
            break;
        }
        text.push_str(part);
    }
    HeaderValue::try_from(text).expect("visible ASCII and blanks")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reason_becomes_a_bounded_ascii_header() {
        assert_eq!(
            readable("field f: /图\r\nx: y"),
            "field f: /%E5%9B%BE%0D%0Ax: y"
        );
        assert_eq!(readable(&"a".repeat(9000)).len(), REFUSAL_LIMIT);
        assert!(readable(&"图".repeat(9000)).len() <= REFUSAL_LIMIT);
    }
}
