//! The addresses of pictures, on this very server.

use http::{header, request::Parts};
use yunmei_core::Endpoint;

use super::{VENDOR_HOST, repair::Format};
use crate::address::host_name;

/// The folder of pictures as they were uploaded.
pub(super) const PHOTOS: &str = "/fangtang/photos/";
/// The folder of finished ones.
pub(super) const RESULTS: &str = "/fangtang/results/";

/// The name by which a request calls this server, if that is one.
pub(super) fn origin(parts: &Parts) -> Option<Endpoint> {
    Endpoint::parse(&format!("http://{}", authority(parts)?)).ok()
}

/// Whether a request calls it by the vendor's name.
pub(super) fn is_vendors(parts: &Parts) -> bool {
    host_name(parts).is_some_and(|name| name == VENDOR_HOST)
}

/// Whether a request calls it by a name of another vendor, where any path may be a file's.
pub(super) fn is_elsewhere(parts: &Parts) -> bool {
    host_name(parts).is_some_and(|name| name.ends_with(".myqcloud.com"))
}

/// The address of a picture in one of the two folders.
pub(super) fn picture(origin: &Endpoint, folder: &str, name: &str, format: Format) -> String {
    format!("{origin}{folder}{name}.{}", format.extension())
}

fn authority(parts: &Parts) -> Option<&str> {
    match parts.uri.authority() {
        Some(authority) => Some(authority.as_str()),
        None => parts.headers.get(header::HOST)?.to_str().ok(),
    }
}

#[cfg(test)]
mod tests {
    use http::Request;

    use super::*;

    fn called(host: &str) -> Parts {
        let request = Request::builder().header("host", host).body(());
        request.expect("a request").into_parts().0
    }

    #[test]
    fn an_address_is_made_of_nothing_but_a_host_and_a_port() {
        for (host, expected) in [
            ("127.0.0.1:9080", "http://127.0.0.1:9080"),
            ("[::1]:9080", "http://[::1]:9080"),
            ("emulator", "http://emulator"),
        ] {
            let origin = origin(&called(host)).expect("an origin");
            assert_eq!(origin.as_str(), expected);
        }
        for bad in [
            "",
            "a b",
            "a/b",
            "user@host",
            "a?b",
            "a#b",
            "host:x",
            "a\"b",
        ] {
            assert!(origin(&called(bad)).is_none(), "{bad}");
        }
    }

    #[test]
    fn the_vendors_name_is_known_with_and_without_a_port() {
        assert!(is_vendors(&called("SDKphoto.fangtangtv.com:80")));
        assert!(is_vendors(&called("sdkphoto.fangtangtv.com")));
        assert!(!is_vendors(&called("sdkphoto.fangtangtv.com.example.com")));
        assert!(!is_vendors(&called("127.0.0.1")));
    }
}
