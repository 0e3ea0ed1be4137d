//! What cannot be signed as it is meant.

use super::*;
use crate::error::InputError;

fn header(dialect: Dialect, method: Method, headers: &[(&str, &str)]) -> Option<String> {
    let signer = Signer::new(scope(dialect), temporary());
    let request = Unsigned {
        method: &method,
        path: "/",
        query: &query(),
        host: HOST,
        headers,
        body: BodyDigest::EMPTY,
    };
    match signer.sign_headers(&request, NOW) {
        Ok(_) => None,
        Err(InputError::Header { name }) => Some(name),
        Err(other) => panic!("{other}"),
    }
}

#[test]
fn a_header_that_would_end_its_line_or_stand_twice_is_refused() {
    for (name, value) in [
        ("X-Amz-A", "a\r\nX-Amz-B: b"),
        ("X-Amz-A", "a\nb"),
        ("X-Amz-A", "\u{0}"),
        ("X-Amz-A", "影"),
        ("X-Amz:A", "a"),
        ("X-Amz-A\n", "a"),
        ("", "a"),
        ("host", "other"),
        ("Authorization", "a"),
        ("X-Amz-Date", "a"),
        ("x-amz-date", "a"),
        ("x-amz-content-sha256", "a"),
        ("X-Amz-Security-Token", "a"),
    ] {
        let refused = header(Dialect::TtvCloud, Method::GET, &[(name, value)]);
        assert_eq!(refused.as_deref(), Some(name), "{value:?}");
    }
    let twice = [("X-Amz-A", "a"), ("x-amz-a", "b")];
    let refused = header(Dialect::TtvCloud, Method::GET, &twice);
    assert_eq!(refused.as_deref(), Some("x-amz-a"));
    // Beside it, the default one would be added.
    let lower = [("content-type", "text/plain")];
    let refused = header(Dialect::TtvCloud, Method::POST, &lower);
    assert_eq!(refused.as_deref(), Some("content-type"));
    assert_eq!(header(Dialect::TtvCloud, Method::GET, &lower), None);
    // The names of the other dialect mean nothing.
    assert_eq!(
        header(Dialect::Volcengine, Method::GET, &[("X-Amz-Date", "a")]),
        None
    );
}

#[test]
fn a_host_that_is_none_is_refused() {
    let signer = signer(Dialect::TtvCloud);
    for host in ["", "a\r\nb"] {
        let request = Unsigned {
            method: &Method::GET,
            path: "/",
            query: &query(),
            host,
            headers: &[],
            body: BodyDigest::EMPTY,
        };
        let refused = signer.sign_headers(&request, NOW).err();
        assert!(matches!(refused, Some(InputError::Header { name }) if name == "Host"));
    }
}

#[test]
fn a_query_that_has_a_signature_already_is_not_signed_in_headers_too() {
    for dialect in Dialect::ALL {
        let query = query().with(dialect.signature_name(), "");
        let request = Unsigned {
            method: &Method::GET,
            path: "/",
            query: &query,
            host: HOST,
            headers: &[],
            body: BodyDigest::EMPTY,
        };
        let name = dialect.signature_name().to_owned();
        let refused = signer(dialect).sign_headers(&request, NOW).err();
        assert_eq!(refused, Some(InputError::Parameter { name }));
    }
}

#[test]
fn a_query_that_the_list_of_names_cannot_cover_is_refused() {
    let refused = |query: &Parameters| {
        let token = signer(Dialect::TtvCloud).sign_query(&Method::GET, "/", query, NOW);
        token.err()
    };
    for name in [
        "",
        "a;b",
        "X-Amz-Date",
        "X-Amz-NotSignBody",
        "X-Amz-Credential",
        "X-Amz-Algorithm",
        "X-Amz-SignedHeaders",
        "X-Amz-SignedQueries",
        "X-Amz-Security-Token",
        "X-Amz-Signature",
        "video_id",
    ] {
        let query = query().with_repeated(name, "a");
        let parameter = InputError::Parameter { name: name.into() };
        assert_eq!(refused(&query), Some(parameter));
    }
    assert_eq!(refused(&query().with("x-amz-date", "a")), None);
}

#[test]
fn a_life_out_of_bounds_is_refused() {
    let refused = |life: &'static str| {
        let query = query().with("X-Amz-Expires", life);
        let token = signer(Dialect::TtvCloud).sign_query(&Method::GET, "/", &query, NOW);
        token.err()
    };
    let expected = InputError::QueryExpiry { limit: 31_536_000 };
    for bad in [
        "",
        "0",
        "-1",
        "+60",
        "1.5",
        " 60",
        "60 ",
        "1h",
        "31536001",
        "18446744073709551616",
    ] {
        assert_eq!(refused(bad), Some(expected.clone()), "{bad:?}");
    }
    for good in ["1", "60", "31536000"] {
        assert_eq!(refused(good), None);
    }
}
