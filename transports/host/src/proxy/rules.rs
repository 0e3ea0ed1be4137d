use std::{env, ffi::OsString, net::IpAddr};

use http::Uri;
use yunmei_core::{Error, error::TransportError};

use super::{Proxy, ProxyUrl};

/// Which proxy leads to an address, decided once for a client.
#[derive(Clone, Debug)]
pub struct ProxyRules {
    http: Choice,
    https: Choice,
    exceptions: Vec<Exception>,
    /// Whether this machine is reached directly in any case.
    spares_loopback: bool,
}

#[derive(Clone, Debug)]
enum Choice {
    Direct,
    Through(ProxyUrl),
    /// A variable of this name is set to what is no proxy. Going past it could show the traffic to
    /// whom it should not be shown.
    Broken(&'static str),
}

/// One entry of `NO_PROXY`.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Exception {
    All,
    /// A domain and all under it.
    Domain(String, Option<u16>),
    /// All addresses that begin with these bits.
    Network(IpAddr, u8),
}

impl ProxyRules {
    /// The rules for this setting; reads the environment if it says so.
    pub fn new(proxy: &Proxy) -> ProxyRules {
        match proxy {
            Proxy::Environment => ProxyRules::from_variables(env::var_os),
            Proxy::None => ProxyRules::always(Choice::Direct),
            Proxy::At(url) => ProxyRules::always(Choice::Through(url.clone())),
        }
    }

    fn always(choice: Choice) -> ProxyRules {
        ProxyRules {
            http: choice.clone(),
            https: choice,
            exceptions: Vec::new(),
            spares_loopback: false,
        }
    }

    fn from_variables(read: impl Fn(&'static str) -> Option<OsString>) -> ProxyRules {
        let choice = |names: &[&'static str]| {
            let set = names.iter().find_map(|&name| {
                let value =
                    read(name).filter(|value| !value.to_string_lossy().trim().is_empty())?;
                Some((name, value))
            });
            match set {
                None => Choice::Direct,
                Some((name, value)) => value
                    .to_str()
                    .and_then(|text| ProxyUrl::parse(text).ok())
                    .map_or(Choice::Broken(name), Choice::Through),
            }
        };
        // A web server passes a visitor's `Proxy` header to a CGI program as `HTTP_PROXY`.
        let http = if read("REQUEST_METHOD").is_some() {
            choice(&["http_proxy", "all_proxy", "ALL_PROXY"])
        } else {
            choice(&["http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"])
        };
        // What is not Unicode is no host, and spoils none of the other entries.
        let exceptions = ["no_proxy", "NO_PROXY"].into_iter().find_map(|name| {
            let list = read(name)?.to_string_lossy().into_owned();
            (!list.trim().is_empty()).then_some(list)
        });
        ProxyRules {
            http,
            https: choice(&["https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"]),
            exceptions: exceptions
                .iter()
                .flat_map(|list| list.split([',', ' ']))
                .filter_map(Exception::read)
                .collect(),
            spares_loopback: true,
        }
    }

    /// The proxy for this address, if any.
    ///
    /// # Errors
    ///
    /// [`Error::Transport`] if the address has no host or another scheme than `http` and `https`,
    /// and if the environment names a proxy that is none.
    pub fn find(&self, uri: &Uri) -> Result<Option<&ProxyUrl>, Error> {
        let (Some(host), Some(scheme @ ("http" | "https"))) = (uri.host(), uri.scheme_str()) else {
            // Not the address itself: it may be signed.
            let text = "the address does not begin with http:// or https:// and a host";
            return Err(TransportError::not_sent(text).into());
        };
        let host = host.strip_prefix('[').unwrap_or(host);
        let host = host.strip_suffix(']').unwrap_or(host);
        let https = scheme == "https";
        let port = uri.port_u16().unwrap_or(if https { 443 } else { 80 });
        if self.spares_loopback && is_loopback(host)
            || self
                .exceptions
                .iter()
                .any(|exception| exception.covers(host, port))
        {
            return Ok(None);
        }
        match if https { &self.https } else { &self.http } {
            Choice::Direct => Ok(None),
            Choice::Through(proxy) => Ok(Some(proxy)),
            Choice::Broken(name) => Err(TransportError::not_sent(format!(
                "{name} in the environment is not the address of a proxy \
                 that can be used: http:// or socks5://"
            ))
            .into()),
        }
    }
}

impl Exception {
    fn read(text: &str) -> Option<Exception> {
        let text = text.trim().to_ascii_lowercase();
        if text == "*" {
            return Some(Exception::All);
        }
        let bare = text.trim_start_matches('[').trim_end_matches(']');
        if let Ok(address) = bare.parse::<IpAddr>() {
            return Some(Exception::Network(address, width(address)));
        }
        if let Some((address, bits)) = text.split_once('/') {
            let address: IpAddr = address.parse().ok()?;
            let bits = bits.parse().ok().filter(|&bits| bits <= width(address))?;
            return Some(Exception::Network(address, bits));
        }
        let (name, port) = match text.rsplit_once(':') {
            Some((name, port)) => (name, Some(port.parse().ok()?)),
            None => (text.as_str(), None),
        };
        let name = name.trim_start_matches("*.").trim_start_matches('.');
        (!name.is_empty()).then(|| Exception::Domain(name.to_owned(), port))
    }

    fn covers(&self, host: &str, port: u16) -> bool {
        match self {
            Exception::All => true,
            Exception::Domain(name, only) => {
                let host = host.to_ascii_lowercase();
                let inside = host.strip_suffix(name.as_str());
                only.is_none_or(|only| only == port)
                    && inside.is_some_and(|front| front.is_empty() || front.ends_with('.'))
            }
            Exception::Network(network, bits) => host
                .parse::<IpAddr>()
                .is_ok_and(|host| begins_alike(host, *network, *bits)),
        }
    }
}

fn is_loopback(host: &str) -> bool {
    host.eq_ignore_ascii_case("localhost")
        || host.parse::<IpAddr>().is_ok_and(|host| host.is_loopback())
}

fn width(address: IpAddr) -> u8 {
    if address.is_ipv4() { 32 } else { 128 }
}

fn begins_alike(one: IpAddr, other: IpAddr, bits: u8) -> bool {
    let differing = match (one, other) {
        (IpAddr::V4(one), IpAddr::V4(other)) => (one.to_bits() ^ other.to_bits()).leading_zeros(),
        (IpAddr::V6(one), IpAddr::V6(other)) => (one.to_bits() ^ other.to_bits()).leading_zeros(),
        _ => return false,
    };
    differing >= u32::from(bits)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rules(variables: &'static [(&'static str, &'static str)]) -> ProxyRules {
        ProxyRules::from_variables(|wanted| {
            let found = variables.iter().find(|(name, _)| *name == wanted)?;
            Some(found.1.into())
        })
    }

    fn port(rules: &ProxyRules, uri: &'static str) -> Option<u16> {
        let found = rules.find(&Uri::from_static(uri)).expect("good variables");
        found.map(ProxyUrl::port)
    }

    #[test]
    fn each_scheme_has_its_variable_and_lower_case_wins() {
        let rules = rules(&[
            ("HTTP_PROXY", "http://p:1"),
            ("http_proxy", "http://p:2"),
            ("HTTPS_PROXY", "http://p:3"),
        ]);
        assert_eq!(port(&rules, "http://host/"), Some(2));
        assert_eq!(port(&rules, "https://host/"), Some(3));
        assert_eq!(port(&rules, "http://127.0.0.1:8080/"), None);
        assert_eq!(port(&rules, "http://localhost/"), None);
        assert_eq!(port(&rules, "http://[::1]:80/"), None);
    }

    #[test]
    fn a_visitor_of_a_web_server_cannot_set_the_proxy() {
        let rules = rules(&[
            ("HTTP_PROXY", "http://p:1"),
            ("REQUEST_METHOD", "GET"),
            ("HTTPS_PROXY", " "),
        ]);
        assert_eq!(port(&rules, "http://host/"), None);
        assert_eq!(port(&rules, "https://host/"), None);
    }

    #[test]
    fn exceptions_are_domains_addresses_and_networks() {
        let rules = rules(&[
            ("ALL_PROXY", "socks5://p:9"),
            (
                "NO_PROXY",
                "example.com, .internal,*.corp:8443,10.0.0.0/8,[fd00::1],192.168.1.1,/,x:y",
            ),
        ]);
        for direct in [
            "http://example.com/",
            "https://A.EXAMPLE.com/",
            "http://a.internal/",
            "https://a.corp:8443/",
            "http://10.200.3.4/",
            "http://[fd00::1]/",
            "http://192.168.1.1:99/",
        ] {
            assert_eq!(port(&rules, direct), None, "{direct}");
        }
        for proxied in [
            "http://notexample.com/",
            "https://a.corp/",
            "http://11.0.0.1/",
            "http://[fd00::2]/",
            "http://192.168.1.2/",
        ] {
            assert_eq!(port(&rules, proxied), Some(9), "{proxied}");
        }
    }

    #[test]
    fn a_proxy_that_is_none_is_an_error_and_not_a_way_past_it() {
        let rules = rules(&[("HTTPS_PROXY", "https://canary@host")]);
        let error = rules
            .find(&Uri::from_static("https://host/"))
            .expect_err("not usable");
        assert!(error.to_string().contains("HTTPS_PROXY"), "{error}");
        assert!(!error.to_string().contains("canary"), "{error}");
        assert_eq!(port(&rules, "http://host/"), None);
    }

    #[cfg(unix)]
    #[test]
    fn a_variable_that_is_not_unicode_is_an_error_and_not_unset() {
        use std::os::unix::ffi::OsStringExt;

        let rules = ProxyRules::from_variables(|name| match name {
            "https_proxy" => Some(OsString::from_vec(b"http://canary\xff:1".to_vec())),
            "all_proxy" => Some("http://p:2".into()),
            "no_proxy" => Some(OsString::from_vec(b"bad\xff,direct.example".to_vec())),
            _ => None,
        });
        let error = rules
            .find(&Uri::from_static("https://host/"))
            .expect_err("not usable");
        assert!(error.to_string().contains("https_proxy"), "{error}");
        assert!(!error.to_string().contains("canary"), "{error}");
        assert_eq!(port(&rules, "http://host/"), Some(2));
        assert_eq!(port(&rules, "https://direct.example/"), None);
    }

    #[test]
    fn an_empty_list_of_exceptions_does_not_hide_the_other() {
        let rules = rules(&[
            ("all_proxy", "http://p:1"),
            ("no_proxy", " "),
            ("NO_PROXY", "direct.example"),
        ]);
        assert_eq!(port(&rules, "http://direct.example/"), None);
        assert_eq!(port(&rules, "http://host/"), Some(1));
    }

    #[test]
    fn an_address_without_a_host_is_refused_without_being_repeated() {
        for bad in ["/path?sign=canary", "ftp://host/?sign=canary", "host:80"] {
            let error = rules(&[])
                .find(&Uri::from_static(bad))
                .expect_err("no address");
            assert!(!error.is_in_doubt());
            assert!(!error.to_string().contains("canary"), "{error}");
        }
    }

    #[test]
    fn an_explicit_proxy_serves_every_address() {
        let url = ProxyUrl::parse("http://p:7").expect("a proxy");
        let rules = ProxyRules::new(&Proxy::At(url));
        assert_eq!(port(&rules, "http://127.0.0.1/"), Some(7));
        let none = ProxyRules::new(&Proxy::None);
        assert_eq!(port(&none, "https://host/"), None);
    }
}
