//! What a reply leaves open, judged without the core's own rules.

use bytes::Bytes;
use http::Response;
use yunmei_core::{Error, error::Delivery};

/// Whether after this reply nobody can know if the request was carried out: it was lost, or comes
/// from somebody who does not know. Of what looks like an answer of the service, the code decides,
/// which is left to others.
pub(crate) fn surely(reply: &Result<Response<Bytes>, Error>) -> bool {
    match reply {
        // A gateway that gives up does not know, and a success that cannot be read may be one.
        Ok(response) => {
            let status = response.status();
            !may_hold(response, "\"code\"") && (status.is_server_error() || status.is_success())
        }
        Err(Error::Transport(error)) => error.delivery() == Delivery::Unknown,
        Err(_) => false,
    }
}

/// Whether this text is in the body, or may be in an escaped form.
pub(crate) fn may_hold(response: &Response<Bytes>, text: &str) -> bool {
    let body = String::from_utf8_lossy(response.body());
    body.contains(text) || body.contains('\\')
}
