use std::{fmt, str::FromStr};

use base64::{Engine, engine::general_purpose::STANDARD};
use http::{HeaderValue, Uri, uri::Authority};
use percent_encoding::percent_decode_str;
use yunmei_core::{Error, Secret, error::TransportError};

/// The address of a proxy, perhaps with a name and a password, which `Debug` does not show.
#[derive(Clone)]
pub struct ProxyUrl {
    protocol: ProxyProtocol,
    host: String,
    port: u16,
    credentials: Option<(String, Secret)>,
}

/// How to talk to a proxy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProxyProtocol {
    /// HTTP: `CONNECT`, or requests with the whole address.
    Http,
    /// SOCKS 5; host names are looked up here.
    Socks5,
    /// SOCKS 5; the proxy looks host names up.
    Socks5Remote,
}

impl ProxyUrl {
    /// Reads `http://[name:password@]host[:port]`; also `socks5://` and `socks5h://`, and `http`
    /// where no protocol is named. What is special in name and password is percent-encoded.
    ///
    /// # Errors
    ///
    /// [`Error::Transport`] for anything else.
    pub fn parse(text: &str) -> Result<ProxyUrl, Error> {
        ProxyUrl::read(text).ok_or_else(|| {
            // Not the text itself: it may hold a password.
            TransportError::not_sent(
                "the proxy must be http://, socks5:// or socks5h:// \
                 and [name:password@]host[:port]",
            )
            .into()
        })
    }

    fn read(text: &str) -> Option<ProxyUrl> {
        let text = text.trim();
        let (scheme, rest) = text.split_once("://").unwrap_or(("http", text));
        let protocol = match scheme.to_ascii_lowercase().as_str() {
            "http" => ProxyProtocol::Http,
            "socks5" => ProxyProtocol::Socks5,
            "socks5h" => ProxyProtocol::Socks5Remote,
            _ => return None,
        };
        let (user, place) = match rest.strip_suffix('/').unwrap_or(rest).rsplit_once('@') {
            Some((user, place)) => (Some(user), place),
            None => (None, rest.strip_suffix('/').unwrap_or(rest)),
        };
        let authority: Authority = place.parse().ok()?;
        if authority.host().is_empty() {
            return None;
        }
        let credentials = match user {
            Some(user) => {
                let (name, password) = user.split_once(':').unwrap_or((user, ""));
                Some((decode(name)?, Secret::new(decode(password)?)))
            }
            None => None,
        };
        let port = match authority.port() {
            Some(port) => Some(port.as_u16()).filter(|&port| port != 0)?,
            // What follows the host is no port.
            None if authority.as_str() != authority.host() => return None,
            None => protocol.default_port(),
        };
        Some(ProxyUrl {
            protocol,
            host: authority.host().to_owned(),
            port,
            credentials,
        })
    }

    /// How to talk to it.
    pub fn protocol(&self) -> ProxyProtocol {
        self.protocol
    }

    /// Its host; an IPv6 address is in brackets.
    pub fn host(&self) -> &str {
        &self.host
    }

    /// Its port.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Name and password.
    pub fn credentials(&self) -> Option<(&str, &Secret)> {
        let (name, password) = self.credentials.as_ref()?;
        Some((name, password))
    }

    /// Where it is, without name and password.
    pub fn uri(&self) -> Uri {
        format!("http://{}:{}", self.host, self.port)
            .parse()
            .expect("a host that was parsed and a number are an address")
    }

    /// The value of `Proxy-Authorization`, where there is a name and a password.
    pub fn authorization(&self) -> Option<HeaderValue> {
        let (name, password) = self.credentials()?;
        let plain = format!("{name}:{}", password.expose());
        let text = format!("Basic {}", STANDARD.encode(plain));
        let mut value = HeaderValue::try_from(text).expect("base64 can stand in a header");
        value.set_sensitive(true);
        Some(value)
    }
}

impl ProxyProtocol {
    fn default_port(self) -> u16 {
        match self {
            ProxyProtocol::Http => 80,
            ProxyProtocol::Socks5 | ProxyProtocol::Socks5Remote => 1080,
        }
    }
}

impl FromStr for ProxyUrl {
    type Err = Error;

    fn from_str(text: &str) -> Result<ProxyUrl, Error> {
        ProxyUrl::parse(text)
    }
}

impl fmt::Debug for ProxyUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let scheme = match self.protocol {
            ProxyProtocol::Http => "http",
            ProxyProtocol::Socks5 => "socks5",
            ProxyProtocol::Socks5Remote => "socks5h",
        };
        let user = if self.credentials.is_some() {
            "***@"
        } else {
            ""
        };
        write!(f, "ProxyUrl({scheme}://{user}{}:{})", self.host, self.port)
    }
}

fn decode(text: &str) -> Option<String> {
    Some(percent_decode_str(text).decode_utf8().ok()?.into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn name_and_password_are_decoded_and_never_shown() {
        let url = ProxyUrl::parse("http://na%3Ame:canary%40%2F@proxy.example:3128/").expect("one");
        let (name, password) = url.credentials().expect("credentials");
        assert_eq!((name, password.expose()), ("na:me", "canary@/"));
        let shown = format!("{url:?} {:?}", url.authorization());
        assert_eq!(
            shown,
            "ProxyUrl(http://***@proxy.example:3128) Some(Sensitive)"
        );
        assert_eq!(url.uri(), "http://proxy.example:3128/");
    }

    #[test]
    fn protocols_have_their_ports() {
        let read = |text| {
            let url = ProxyUrl::parse(text).expect("a proxy");
            (url.protocol(), url.host().to_owned(), url.port())
        };
        assert_eq!(
            read("localhost"),
            (ProxyProtocol::Http, "localhost".into(), 80)
        );
        assert_eq!(
            read("socks5h://[::1]"),
            (ProxyProtocol::Socks5Remote, "[::1]".into(), 1080)
        );
        assert_eq!(
            read("SOCKS5://10.0.0.1:9"),
            (ProxyProtocol::Socks5, "10.0.0.1".into(), 9)
        );
    }

    #[test]
    fn what_is_no_proxy_is_refused_without_being_repeated() {
        for bad in [
            "",
            "http://",
            "https://canary:canary@host",
            "ftp://canary",
            "http://canary:x@host:port",
            "http://canary host",
            "http://canary%ff@host",
            "http://canary@host/path",
            "http://host:0",
            "http://host:",
        ] {
            let error = ProxyUrl::parse(bad).expect_err(bad);
            assert!(!format!("{error} {error:?}").contains("canary"), "{bad}");
        }
    }
}
