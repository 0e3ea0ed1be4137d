use http::{HeaderName, Request, header};

use crate::payload::Payload;

/// Headers whose values are harmless; every other value is hidden.
const SHOWN_HEADERS: [HeaderName; 6] = [
    header::ACCEPT_ENCODING,
    header::CONTENT_LENGTH,
    header::CONTENT_TYPE,
    header::HOST,
    header::RANGE,
    header::USER_AGENT,
];

/// Query parameters whose values are harmless; every other value is hidden.
const SHOWN_PARAMETERS: [&str; 8] = [
    "Action",
    "Version",
    "op",
    "num",
    "context",
    "delimiter",
    "dest_fileid",
    "to_over_write",
];

/// A request as one may log it: no signature, no body, and only headers and query parameters that
/// are known to be harmless.
///
/// `{:?}` of an [`http::Request`] shows the address with its signature. Log this instead.
pub fn describe(request: &Request<Payload>) -> String {
    let uri = request.uri();
    let mut text = format!("{} ", request.method());
    if let (Some(scheme), Some(authority)) = (uri.scheme_str(), uri.authority()) {
        text.push_str(scheme);
        text.push_str("://");
        text.push_str(authority.as_str());
    }
    text.push_str(uri.path());
    let mut separator = '?';
    for pair in uri.query().into_iter().flat_map(|query| query.split('&')) {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        text.push(separator);
        separator = '&';
        text.push_str(name);
        text.push('=');
        text.push_str(if SHOWN_PARAMETERS.contains(&name) {
            value
        } else {
            "***"
        });
    }
    for (name, value) in request.headers() {
        let shown = match value.to_str() {
            Ok(value) if SHOWN_HEADERS.contains(name) => value,
            _ => "***",
        };
        text.push_str(&format!("\n  {name}: {shown}"));
    }
    text.push_str(&format!("\n  body: {} bytes", request.body().len()));
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signatures_are_hidden_in_header_and_query() {
        let request = Request::get("https://host/a%20b?op=stat&sign=canary1&other=canary2")
            .header("authorization", "canary3")
            .header("x-custom", "canary4")
            .header("range", "bytes=0-1")
            .body(Payload::from(b"canary5".to_vec()))
            .expect("a request");
        let shown = describe(&request);
        assert!(!shown.contains("canary"), "{shown}");
        assert_eq!(
            shown,
            "GET https://host/a%20b?op=stat&sign=***&other=***\n  authorization: ***\n  \
             x-custom: ***\n  range: bytes=0-1\n  body: 7 bytes"
        );
    }
}
