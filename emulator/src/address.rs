//! Which host a request names.

use std::net::IpAddr;

use http::{header, request::Parts};

/// The host in the address of a request, else in its header: in lower case, without the port.
pub(crate) fn host_name(parts: &Parts) -> Option<String> {
    let host = match parts.uri.host() {
        Some(host) => host,
        None => parts.headers.get(header::HOST)?.to_str().ok()?,
    };
    Some(without_port(host).to_ascii_lowercase())
}

/// The port in the address of a request, else in its header, if it is in either.
pub(crate) fn port(parts: &Parts) -> Option<u16> {
    if parts.uri.host().is_some() {
        return parts.uri.port_u16();
    }
    let host = parts.headers.get(header::HOST)?.to_str().ok()?;
    host.rsplit_once(':')?.1.parse().ok()
}

/// Whether a host, without its port, is this machine.
pub(crate) fn is_loopback(host: &str) -> bool {
    let bare = host
        .strip_prefix('[')
        .and_then(|rest| rest.strip_suffix(']'))
        .unwrap_or(host);
    let address: Option<IpAddr> = bare.parse().ok();
    host.eq_ignore_ascii_case("localhost")
        || address.is_some_and(|address| address.to_canonical().is_loopback())
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

    #[test]
    fn a_port_is_read_where_the_host_is() {
        let read = |uri: &str, host: &str| {
            let request = Request::builder().uri(uri).header("host", host).body(());
            port(&request.expect("a request").into_parts().0)
        };
        assert_eq!(read("/x", "a.example.com:8080"), Some(8080));
        assert_eq!(read("/x", "[::1]:80"), Some(80));
        assert_eq!(read("http://a.example.com:81/x", "b:82"), Some(81));
        for none in ["a.example.com", "[::1]", "a:x", "a:99999"] {
            assert_eq!(read("/x", none), None, "{none}");
        }
    }

    #[test]
    fn this_machine_has_a_few_names() {
        for own in ["localhost", "LocalHost", "127.0.0.1", "127.8.9.1", "[::1]"] {
            assert!(is_loopback(own), "{own}");
        }
        assert!(is_loopback("[::ffff:127.0.0.1]"));
        for other in ["", "localhost.example.com", "10.0.0.1", "[::2]", "[]"] {
            assert!(!is_loopback(other), "{other}");
        }
    }
}
