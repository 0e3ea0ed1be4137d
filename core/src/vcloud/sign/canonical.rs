//! The canonical request: what of a request a signature covers, in a form that both sides agree on
//! (sections 4 and 5).

use std::ops::Range;

use percent_encoding::utf8_percent_encode;

use super::BodyDigest;
use crate::{encode, vcloud::escape};

/// Name and value.
pub(super) type Pair<'a> = (&'a str, &'a str);

/// A canonical request.
pub(super) struct Canonical {
    pub(super) text: String,
    /// Where in it the names of the signed headers are.
    pub(super) names: Range<usize>,
}

/// Sorts by name, as code points; values of one name keep their order.
pub(super) fn sort_parameters(pairs: &mut [Pair<'_>]) {
    pairs.sort_by_key(|(name, _)| *name);
}

/// The first lines: method, path, query; the path is escaped once more, whatever is in it.
pub(super) fn push_target(out: &mut String, method: &str, path: &str, sorted: &[Pair<'_>]) {
    push_method_and_path(out, method, path);
    for (index, (name, value)) in sorted.iter().enumerate() {
        if index > 0 {
            out.push('&');
        }
        escape::push_canonical(out, name);
        out.push('=');
        escape::push_canonical(out, value);
    }
    out.push('\n');
}

/// The first two lines.
pub(super) fn push_method_and_path(out: &mut String, method: &str, path: &str) {
    out.push_str(method);
    out.push('\n');
    match path {
        "" | "/" => out.push('/'),
        path => out.extend(utf8_percent_encode(path, encode::COS_PATH)),
    }
    out.push('\n');
}

/// The headers, sorted already, their names, and the digest of the body. A name begins with `X`, or is
/// in lower case.
pub(super) fn finish_with_headers(mut out: String, sorted: &[Pair<'_>], body: &str) -> Canonical {
    for (name, value) in sorted {
        push_lower(&mut out, name);
        out.push(':');
        out.push_str(value);
        out.push('\n');
    }
    out.push('\n');
    let start = out.len();
    for (index, (name, _)) in sorted.iter().enumerate() {
        if index > 0 {
            out.push(';');
        }
        push_lower(&mut out, name);
    }
    let names = start..out.len();
    out.push('\n');
    out.push_str(body);
    Canonical { text: out, names }
}

/// No headers. The query line has ended already; three more line ends make the four that the
/// reference writes, where two would be the standard's (section 5, 4).
pub(super) fn finish_without_headers(out: &mut String) {
    out.push_str("\n\n\n");
    out.push_str(BodyDigest::EMPTY.as_str());
}

/// What a host counts as: without a port of 80 or 443, whichever scheme it goes with (section 4).
pub(super) fn host_value(host: &str) -> &str {
    let without = host.strip_suffix(":80").or(host.strip_suffix(":443"));
    // The literals of IPv6 are left alone.
    without.filter(|name| !name.contains(':')).unwrap_or(host)
}

fn push_lower(out: &mut String, name: &str) {
    let start = out.len();
    out.push_str(name);
    // All others are in lower case already, and to change what was just written makes the processor
    // wait.
    if name.starts_with('X') {
        out[start..].make_ascii_lowercase();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_default_port_does_not_count_whatever_the_scheme() {
        for (host, expected) in [
            ("vod.example.com", "vod.example.com"),
            ("vod.example.com:80", "vod.example.com"),
            ("vod.example.com:443", "vod.example.com"),
            ("vod.example.com:8080", "vod.example.com:8080"),
            ("vod.example.com:", "vod.example.com:"),
            ("[::1]:443", "[::1]:443"),
            ("[2001:80::1]", "[2001:80::1]"),
        ] {
            assert_eq!(host_value(host), expected);
        }
    }

    #[test]
    fn parameters_are_sorted_by_code_point_and_stay_in_order_within_a_name() {
        let mut pairs = [
            ("é", ""),
            ("b", "2"),
            ("_", ""),
            ("b", "1"),
            ("B", ""),
            ("1", ""),
        ];
        sort_parameters(&mut pairs);
        let sorted = [
            ("1", ""),
            ("B", ""),
            ("_", ""),
            ("b", "2"),
            ("b", "1"),
            ("é", ""),
        ];
        assert_eq!(pairs, sorted);
    }

    #[test]
    fn a_path_is_escaped_once_more_and_nothing_in_it_is_resolved() {
        let target = |path| {
            let mut out = String::new();
            push_target(&mut out, "GET", path, &[]);
            out
        };
        assert_eq!(target(""), "GET\n/\n\n");
        assert_eq!(target("//a/../%2F/~*"), "GET\n//a/../%252F/~%2A\n\n");
    }
}
