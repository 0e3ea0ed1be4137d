//! Which part of the service a request is for.

use http::{Method, header, request::Parts};
use percent_encoding::percent_decode_str;

use crate::address;

/// Below these are the services' hosts (sections 1 and 16.2).
const DOMAINS: [&str; 3] = ["bytedanceapi.com", "volcengineapi.com", "bytevcloudapi.com"];
/// What the names of objects begin with.
const OBJECTS: &str = "tos-cn-";
/// What stands before it at newer upload hosts (section 8.1).
const NEWER: &str = "upload/v1/";

/// A part of the service.
pub(super) enum Place {
    /// Where actions are called.
    Gateway,
    /// Where objects are sent to.
    Upload(UploadPath),
    /// An object, or what is to be made of it, by its path without the slash at its beginning.
    Content(String),
    /// No part.
    Nowhere,
}

/// The address of an object at the upload host.
pub(super) struct UploadPath {
    pub(super) uri: String,
    /// Whether it was asked for below `/upload/v1/`.
    pub(super) is_newer: bool,
}

/// Whether a request names one of the vendor's hosts.
pub(crate) fn has_host(parts: &Parts) -> bool {
    address::host_name(parts).is_some_and(|host| is_vendors(&host))
}

/// Whether a request is for these services by what it asks for, where the host is nobody's.
pub(crate) fn has_path(parts: &Parts) -> bool {
    let path = parts.uri.path();
    match path.strip_prefix('/').unwrap_or(path) {
        "" => is_call(parts),
        path => is_object(path.strip_prefix(NEWER).unwrap_or(path)),
    }
}

/// Where a request leads.
pub(super) fn place(parts: &Parts) -> Place {
    let path = parts.uri.path();
    let path = path.strip_prefix('/').unwrap_or(path);
    if path.is_empty() {
        return Place::Gateway;
    }
    let Ok(path) = percent_decode_str(path).decode_utf8() else {
        return Place::Nowhere;
    };
    let newer = path.strip_prefix(NEWER);
    let uri = newer.unwrap_or(&path);
    if !is_object(uri) {
        return Place::Nowhere;
    }
    match [Method::PUT, Method::POST].contains(&parts.method) || newer.is_some() {
        true => Place::Upload(UploadPath {
            is_newer: newer.is_some(),
            uri: uri.to_owned(),
        }),
        false => Place::Content(path.into_owned()),
    }
}

/// The host and port by which the client found the emulator; where it named one of the vendor's,
/// loopback.
pub(super) fn authority(parts: &Parts, port: u16) -> String {
    let named = match parts.uri.authority() {
        Some(authority) => Some(authority.as_str()),
        None => (parts.headers.get(header::HOST)).and_then(|host| host.to_str().ok()),
    };
    match named {
        Some(named) if !named.is_empty() && !has_host(parts) => named.to_owned(),
        _ => format!("127.0.0.1:{port}"),
    }
}

fn is_vendors(host: &str) -> bool {
    DOMAINS.iter().any(|domain| {
        host.strip_suffix(domain)
            .is_some_and(|front| front.is_empty() || front.ends_with('.'))
    })
}

fn is_object(path: &str) -> bool {
    path.starts_with(OBJECTS) && path.contains('/')
}

/// Whether a request for `/` is meant as a call: it says which, or is signed as one.
fn is_call(parts: &Parts) -> bool {
    let mut names = parts
        .uri
        .query()
        .unwrap_or_default()
        .split('&')
        .map(|pair| pair.split_once('=').map_or(pair, |(name, _)| name));
    let signed = (parts.headers.get(header::AUTHORIZATION))
        .and_then(|value| value.to_str().ok())
        .is_some_and(|value| {
            let algorithm = value.split(' ').next().unwrap_or_default();
            ["AWS4-HMAC-SHA256", "HMAC-SHA256"].contains(&algorithm)
        });
    const NAMES: [&str; 4] = ["Action", "Version", "X-Amz-Signature", "X-Signature"];
    signed || names.any(|name| NAMES.contains(&name))
}

#[cfg(test)]
mod tests {
    use http::Request;

    use super::*;

    fn parts(method: Method, uri: &str, host: &str) -> Parts {
        let request = Request::builder().method(method).uri(uri);
        let request = request.header("host", host).body(());
        request.expect("a request").into_parts().0
    }

    #[test]
    fn hosts_of_the_vendor_are_below_its_domains() {
        for own in [
            "vod.bytedanceapi.com",
            "vod.ap-singapore-1.bytedanceapi.com:80",
            "imagex-us-east-2.bytevcloudapi.com",
            "VOD.volcengineapi.com",
        ] {
            assert!(has_host(&parts(Method::GET, "/", own)), "{own}");
        }
        for other in [
            "evilbytedanceapi.com",
            "127.0.0.1:80",
            "bytedanceapi.com.evil.com",
        ] {
            assert!(!has_host(&parts(Method::GET, "/", other)), "{other}");
        }
    }

    #[test]
    fn calls_and_objects_are_told_apart_from_the_paths_of_others() {
        let has = |uri| has_path(&parts(Method::GET, uri, "127.0.0.1"));
        for own in [
            "/?Action=x",
            "/?X-Signature=",
            "/tos-cn-v-0/a",
            "/upload/v1/tos-cn-v-0/a",
        ] {
            assert!(has(own), "{own}");
        }
        for other in [
            "/",
            "/?sign=x",
            "/tos-cn-v",
            "/files/v2/1/tos-cn-v/",
            "/upload/v1/x",
        ] {
            assert!(!has(other), "{other}");
        }
    }

    #[test]
    fn addresses_in_answers_lead_back_the_way_the_client_came() {
        let of = |host| authority(&parts(Method::GET, "/", host), 9080);
        assert_eq!(of("localhost:1234"), "localhost:1234");
        assert_eq!(of("vod.bytedanceapi.com"), "127.0.0.1:9080");
    }
}
