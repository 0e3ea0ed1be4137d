//! Who is behind a proxy.

use std::net::{IpAddr, SocketAddr};

use http::{HeaderMap, HeaderName};

use crate::policy::Proxies;

const FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");

/// The address of a client. Each trusted proxy adds, at the end, who asked it: read from there, the
/// first that is no trusted proxy is the client, and what is in front of it may be made up.
///
/// A word that is no address ends the search, and the last one that was found good counts: whoever
/// asks is never taken for somebody that no proxy vouched for.
pub(super) fn client(proxies: &Proxies, peer: IpAddr, headers: &HeaderMap) -> IpAddr {
    let mut client = peer.to_canonical();
    let mut told = headers
        .get_all(FORWARDED_FOR)
        .iter()
        .rev()
        .flat_map(|value| value.as_bytes().rsplit(|byte| *byte == b','));
    while proxies.contains(client) {
        match told.next().and_then(address) {
            Some(before) => client = before.to_canonical(),
            None => break,
        }
    }
    client
}

/// An address, with or without a port: some proxies write one.
fn address(word: &[u8]) -> Option<IpAddr> {
    let word = std::str::from_utf8(word).ok()?.trim_ascii();
    let bare = (word.strip_prefix('[')).and_then(|rest| rest.strip_suffix(']'));
    let ip = bare.unwrap_or(word).parse::<IpAddr>();
    ip.or_else(|_| word.parse::<SocketAddr>().map(|both| both.ip()))
        .ok()
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;
    use crate::policy::Network;

    fn found(peer: &str, told: &[&str]) -> String {
        let trusted = ["127.0.0.1", "10.0.0.0/8", "2001:db8:1::/48"];
        let trusted = trusted.map(|text| Network::new(text).expect("a network"));
        let proxies = Proxies {
            trusted: trusted.to_vec(),
        };
        let mut headers = HeaderMap::new();
        for one in told {
            let value = HeaderValue::from_bytes(one.as_bytes()).expect("a value");
            headers.append(FORWARDED_FOR, value);
        }
        let peer = peer.parse().expect("an address");
        client(&proxies, peer, &headers).to_string()
    }

    #[test]
    fn the_last_address_that_is_no_proxy_is_the_client() {
        for (told, is) in [
            (&["192.0.2.7"][..], "192.0.2.7"),
            (&["198.51.100.1, 192.0.2.7"], "192.0.2.7"),
            (&["198.51.100.1, 192.0.2.7 ,\t10.1.2.3"], "192.0.2.7"),
            (
                &["198.51.100.1", "192.0.2.7,10.1.2.3", "10.9.9.9"],
                "192.0.2.7",
            ),
            (&["192.0.2.7:4711"], "192.0.2.7"),
            (&["2001:db8:2::7"], "2001:db8:2::7"),
            (&["[2001:db8:2::7]:4711, [2001:db8:1::1]"], "2001:db8:2::7"),
            (&["::ffff:192.0.2.7"], "192.0.2.7"),
            // Who asks from among the proxies is the first of them.
            (&["10.1.1.1, 10.2.2.2"], "10.1.1.1"),
            (&[], "127.0.0.1"),
        ] {
            assert_eq!(found("127.0.0.1", told), is, "{told:?}");
        }
        assert_eq!(found("::ffff:127.0.0.1", &["192.0.2.7"]), "192.0.2.7");
    }

    #[test]
    fn who_is_no_proxy_cannot_say_who_it_is() {
        for told in ["198.51.100.1", "127.0.0.1", "198.51.100.1, 10.0.0.1"] {
            assert_eq!(found("192.0.2.7", &[told]), "192.0.2.7", "{told}");
        }
    }

    #[test]
    fn what_is_no_address_hides_nobody() {
        for (told, is) in [
            (&["198.51.100.1, unknown"][..], "127.0.0.1"),
            (&["198.51.100.1, unknown, 10.1.1.1"], "10.1.1.1"),
            (&["198.51.100.1,"], "127.0.0.1"),
            (&[""], "127.0.0.1"),
            (&["198.51.100.1", ""], "127.0.0.1"),
            (&["\"198.51.100.1\""], "127.0.0.1"),
            (&["198.51.100.1\u{a0}"], "127.0.0.1"),
            (&["fe80::1%eth0"], "127.0.0.1"),
            (&["010.0.0.1"], "127.0.0.1"),
        ] {
            assert_eq!(found("127.0.0.1", told), is, "{told:?}");
        }
    }
}
