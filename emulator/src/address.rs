//! Which host a request names.

use http::{header, request::Parts};

/// The host in the address of a request, else in its header: in lower case, without the port.
pub(crate) fn host_name(parts: &Parts) -> Option<String> {
    let host = match parts.uri.host() {
        Some(host) => host,
        None => parts.headers.get(header::HOST)?.to_str().ok()?,
    };
    Some(without_port(host).to_ascii_lowercase())
}

fn without_port(host: &str) -> &str {
    match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => name,
        _ => host,
    }
}

#[cfg(test)]
mod tests {
    use http::Request;

    use super::*;

    #[test]
    fn a_host_is_read_from_the_address_or_the_header_without_its_port() {
        let read = |uri: &str, host: &str| {
            let request = Request::builder().uri(uri).header("host", host).body(());
            host_name(&request.expect("a request").into_parts().0)
        };
        assert_eq!(
            read("/x", "B-1.Example.com:80").as_deref(),
            Some("b-1.example.com")
        );
        assert_eq!(
            read("http://a.example.com:81/x", "b").as_deref(),
            Some("a.example.com")
        );
        assert_eq!(read("/x", "[::1]:80").as_deref(), Some("[::1]"));
        assert_eq!(read("/x", "localhost").as_deref(), Some("localhost"));
    }
}
