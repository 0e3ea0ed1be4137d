use core::net::{Ipv4Addr, Ipv6Addr};

use crate::{Endpoint, error::InputError, vcloud::Scheme};

/// A host that takes uploads: a name, perhaps with a port, as an apply brings it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UploadHost(String);

impl UploadHost {
    /// Reads `host[:port]`.
    ///
    /// # Errors
    ///
    /// [`InputError::Endpoint`] if it is anything else.
    pub fn new(text: impl Into<String>) -> Result<UploadHost, InputError> {
        let text = text.into();
        let endpoint = Endpoint::parse(&format!("https://{text}"))?;
        match endpoint.authority() == text {
            true => Ok(UploadHost(text)),
            false => Err(InputError::Endpoint),
        }
    }

    /// Host and port.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Where to send uploads.
    ///
    /// A local server has no certificate, and what is sent to it does not leave the machine: a
    /// loopback address with a port is always spoken to over http.
    pub fn endpoint(&self, scheme: Scheme) -> Endpoint {
        let scheme = match self.is_local_server() {
            true => Scheme::Http,
            false => scheme,
        };
        Endpoint::parse(&format!("{scheme}://{}", self.0)).expect("checked when it was made")
    }

    pub(super) fn is_local_server(&self) -> bool {
        let Some((host, _)) = self.0.rsplit_once(':') else {
            return false;
        };
        let bare = (host.strip_prefix('[')).and_then(|host| host.strip_suffix(']'));
        match bare {
            Some(bare) => bare.parse::<Ipv6Addr>().is_ok_and(|ip| ip.is_loopback()),
            None => {
                host == "localhost" || host.parse::<Ipv4Addr>().is_ok_and(|ip| ip.is_loopback())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_local_server_is_spoken_to_over_http_without_being_asked_to() {
        let reached = |host: &str, scheme| {
            let host = UploadHost::new(host).expect("a host");
            host.endpoint(scheme).as_str().to_owned()
        };
        for (host, endpoint) in [
            ("tos-h-x.example.com", "https://tos-h-x.example.com"),
            ("upload.example.com:8443", "https://upload.example.com:8443"),
            ("127.0.0.1", "https://127.0.0.1"),
            ("127.0.0.1:18081", "http://127.0.0.1:18081"),
            ("[::1]:18081", "http://[::1]:18081"),
            ("localhost:18081", "http://localhost:18081"),
            (
                "127.0.0.1.example.com:80",
                "https://127.0.0.1.example.com:80",
            ),
        ] {
            assert_eq!(reached(host, Scheme::Https), endpoint);
        }
        assert_eq!(reached("example.com", Scheme::Http), "http://example.com");
    }

    #[test]
    fn what_is_more_than_a_host_is_refused() {
        for bad in [
            "",
            "a b",
            "a/b",
            "a/",
            "a?b",
            "user@a",
            "https://a",
            "a:",
            "a:x",
            "a#b",
        ] {
            assert_eq!(UploadHost::new(bad), Err(InputError::Endpoint), "{bad:?}");
        }
    }
}
