//! How a connection ends: whoever sent what is no request is told so, and gets to read it.

use std::{convert::Infallible, future::ready, net::IpAddr};

use http::Response;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::{
    io::{AsyncReadExt, join},
    time::timeout,
};

use super::{Stream, motion::Watched, protocol};
use crate::server::{Patience, answers::Answers, gate, refused::Refused, reply::Body};

/// What is still taken from a peer that sends what nobody asked for: were it cut off at once, it
/// would never read why.
const LEFTOVER: u64 = 4 * 1024 * 1024;
/// For how long.
const LEFTOVER_PATIENCE: std::time::Duration = std::time::Duration::from_secs(1);
/// A request for hyper, so that it writes a refusal of what it could not read.
const ANY: &[u8] = b"GET / HTTP/1.1\r\nConnection: close\r\n\r\n";

/// What hyper refused, if it did, and nobody was told.
pub(super) fn refused(ended: &hyper::Result<()>, watched: &Watched<Stream>) -> Option<Refused> {
    let error = ended.as_ref().err()?;
    if !watched.has_withheld() {
        // Of a head that does not come, and of one of HTTP/2, hyper says nothing by itself.
        return match watched.is_answering() {
            false if error.is_timeout() => Some(Refused::slow()),
            false if error.is_parse() => Some(Refused::malformed()),
            _ => None,
        };
    }
    Some(match error.is_parse_too_large() {
        true => Refused::head(),
        false => Refused::malformed(),
    })
}

/// Ends a connection, with a refusal if there is one.
pub(super) async fn end(stream: Stream, refused: Option<Refused>, peer: IpAddr, answers: &Answers) {
    let stream = match refused {
        Some(refused) => {
            // Which origin asks cannot be known: pages of others are not told.
            let response = gate::refuse(&answers.shared, peer, refused);
            tell(stream, &response, answers.patience).await
        }
        None => stream,
    };
    drain(stream).await;
}

/// Sends one more answer, and no more after it.
async fn tell(stream: Stream, response: &Response<Body>, patience: Patience) -> Stream {
    let service = service_fn(|_| ready(Ok::<_, Infallible>(response.clone())));
    let asked = TokioIo::new(join(ANY, stream));
    let mut protocol = protocol(patience);
    // What it reads ends with the one request.
    let mut connection = protocol.half_close(true).serve_connection(asked, service);
    let _ = timeout(patience.still, &mut connection).await;
    connection.into_parts().io.into_inner().into_inner().1
}

/// Takes what a refused peer still sends, for a while, so that it gets to read the refusal.
async fn drain(stream: Stream) {
    let reading = async {
        let mut rest = stream.take(LEFTOVER);
        let mut buffer = vec![0; 4096];
        while matches!(rest.read(&mut buffer).await, Ok(1..)) {}
    };
    let _ = timeout(LEFTOVER_PATIENCE, reading).await;
}
