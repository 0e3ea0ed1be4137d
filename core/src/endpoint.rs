use std::{fmt, str::FromStr};

use http::Uri;

use crate::error::InputError;

/// Scheme, host and port: what stands before the path of every request to a service.
#[derive(Clone, PartialEq, Eq)]
pub struct Endpoint {
    /// Without a slash at the end.
    origin: String,
    scheme_length: usize,
}

impl Endpoint {
    /// Reads `http://host[:port]` or `https://host[:port]`; a slash at the end is dropped.
    ///
    /// # Errors
    ///
    /// [`InputError::Endpoint`] for anything else: another scheme, a user, a path, a query.
    pub fn parse(text: &str) -> Result<Endpoint, InputError> {
        // A host name has at most 253 characters; what `Uri` would drop is refused.
        if text.len() > 300 || text.contains('#') {
            return Err(InputError::Endpoint);
        }
        let uri: Uri = text.parse().map_err(|_| InputError::Endpoint)?;
        let (Some(scheme @ ("http" | "https")), Some(authority)) =
            (uri.scheme_str(), uri.authority())
        else {
            return Err(InputError::Endpoint);
        };
        let (host, whole) = (authority.host(), authority.as_str());
        // `http` takes a colon with no port, or with a wrong one, for no port.
        let port = whole == host || authority.port_u16().is_some();
        if host.is_empty()
            || !port
            || whole.contains('@')
            || uri.path() != "/"
            || uri.query().is_some()
        {
            return Err(InputError::Endpoint);
        }
        Ok(Endpoint {
            origin: format!("{scheme}://{authority}"),
            scheme_length: scheme.len(),
        })
    }

    /// `https://` and a host name that the caller has checked.
    pub(crate) fn https(host: &str) -> Endpoint {
        Endpoint {
            origin: format!("https://{host}"),
            scheme_length: 5,
        }
    }

    /// The text, without a slash at the end.
    pub fn as_str(&self) -> &str {
        &self.origin
    }

    /// Host and port.
    pub fn authority(&self) -> &str {
        &self.origin[self.scheme_length + 3..]
    }

    /// Whether what is sent there can be read on the way.
    pub fn is_plain_http(&self) -> bool {
        self.scheme_length == 4
    }
}

impl FromStr for Endpoint {
    type Err = InputError;

    fn from_str(text: &str) -> Result<Endpoint, InputError> {
        Endpoint::parse(text)
    }
}

impl fmt::Display for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.origin)
    }
}

impl fmt::Debug for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Endpoint({})", self.origin)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_endpoint_is_a_scheme_and_a_host_and_nothing_else() {
        let endpoint = Endpoint::parse("http://127.0.0.1:9080/").expect("an endpoint");
        assert_eq!(endpoint.as_str(), "http://127.0.0.1:9080");
        assert_eq!(endpoint.authority(), "127.0.0.1:9080");
        assert!(endpoint.is_plain_http());
        for bad in [
            "",
            "127.0.0.1:9080",
            "ftp://host",
            "http://",
            "http://user@host",
            "http://host/path",
            "http://host?x",
            "http://host#x",
            "http://host:",
            "http://host:99999",
            "http://ho st",
            "/path",
            "https:///path",
        ] {
            assert_eq!(Endpoint::parse(bad), Err(InputError::Endpoint), "{bad:?}");
        }
    }
}
