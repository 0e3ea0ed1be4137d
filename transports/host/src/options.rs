use std::time::Duration;

use http::HeaderValue;
use yunmei_core::{
    Error, Retry,
    error::{InputError, TransportError},
};

use crate::Proxy;

/// A connection that was not used for so long is not used again: servers close them at will.
pub const IDLE_CONNECTION_AGE: Duration = Duration::from_secs(15);

/// Settings of a client, the same for both transports.
///
/// Begin with [`Options::default`] and change what should differ.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Options {
    /// How long it may take to have a connection, names looked up and TLS agreed on: 5 s. The
    /// blocking transport allows the lookup as much again.
    pub connect_timeout: Duration,
    /// How long a connection may rest, no byte moving in either direction: 30 s. The service's
    /// own work between the last byte of a request and the first of the answer counts as rest. A
    /// byte has moved when the system's own buffer took it or gave it.
    pub idle_timeout: Duration,
    /// How long one exchange may take as a whole, bodies included: no limit. What a download brought
    /// is written to its end all the same. The blocking transport looks at the clock every 32 KiB of
    /// a request, and so may be late by the time that so much takes.
    pub exchange_timeout: Option<Duration>,
    /// How large an answer may be that is held in memory, in bytes: 16 MiB. Downloads go to a
    /// writer and have no limit.
    pub answer_limit: usize,
    /// How many unused connections are kept for later requests: 8. To each host in the async
    /// transport; in the blocking one to each host, and to all of them together by each way out:
    /// direct, or through a proxy.
    pub max_idle_connections: usize,
    /// Through whom to connect: whom the environment names.
    pub proxy: Proxy,
    /// Whose certificates to trust: the platform's.
    pub roots: Roots,
    /// What to call ourselves: `yunmei/` and the version.
    pub user_agent: String,
    /// How often and how patiently to try again.
    pub retry: Retry,
}

/// Whose certificates are trusted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Roots {
    /// Those that the operating system, or its administrator, trusts.
    #[default]
    Platform,
    /// Mozilla's, as compiled into the program: for systems that have none.
    Bundled,
}

impl Default for Options {
    fn default() -> Options {
        Options {
            connect_timeout: Duration::from_secs(5),
            idle_timeout: Duration::from_secs(30),
            exchange_timeout: None,
            answer_limit: 16 * 1024 * 1024,
            max_idle_connections: 8,
            proxy: Proxy::default(),
            roots: Roots::default(),
            user_agent: concat!("yunmei/", env!("CARGO_PKG_VERSION")).to_owned(),
            retry: Retry::default(),
        }
    }
}

impl Options {
    /// How long it may take to have a connection.
    pub fn connect_timeout(mut self, limit: Duration) -> Options {
        self.connect_timeout = limit;
        self
    }

    /// How long a connection may rest, no byte moving in either direction.
    pub fn idle_timeout(mut self, limit: Duration) -> Options {
        self.idle_timeout = limit;
        self
    }

    /// How long one exchange may take as a whole; `None` is for ever.
    pub fn exchange_timeout(mut self, limit: impl Into<Option<Duration>>) -> Options {
        self.exchange_timeout = limit.into();
        self
    }

    /// How large an answer may be that is held in memory, in bytes.
    pub fn answer_limit(mut self, bytes: usize) -> Options {
        self.answer_limit = bytes;
        self
    }

    /// How many unused connections are kept for later requests: to each host, and in the blocking
    /// transport to all of them together.
    pub fn max_idle_connections(mut self, count: usize) -> Options {
        self.max_idle_connections = count;
        self
    }

    /// Through whom to connect.
    pub fn proxy(mut self, proxy: Proxy) -> Options {
        self.proxy = proxy;
        self
    }

    /// Whose certificates to trust.
    pub fn roots(mut self, roots: Roots) -> Options {
        self.roots = roots;
        self
    }

    /// What to call ourselves.
    pub fn user_agent(mut self, text: impl Into<String>) -> Options {
        self.user_agent = text.into();
        self
    }

    /// How often and how patiently to try again.
    pub fn retry(mut self, retry: Retry) -> Options {
        self.retry = retry;
        self
    }

    /// The `User-Agent` header.
    ///
    /// # Errors
    ///
    /// [`InputError::Attribute`] if the text cannot stand in a header.
    pub fn user_agent_header(&self) -> Result<HeaderValue, Error> {
        HeaderValue::from_str(&self.user_agent).map_err(|_| {
            let name = "User-Agent".to_owned();
            InputError::Attribute { name }.into()
        })
    }

    /// The error for a connection that rested too long.
    pub fn idle_error(&self) -> Error {
        let text = format!("no byte moved for {:?}", self.idle_timeout);
        TransportError::unknown(text).timed_out().into()
    }

    /// The error for an exchange that took too long after it had begun.
    pub fn exchange_error(&self) -> Error {
        let limit = self.exchange_timeout.unwrap_or_default();
        let text = format!("the exchange took longer than {limit:?}");
        TransportError::unknown(text).timed_out().into()
    }

    /// The error for a connection that was not there in time.
    pub fn connect_error(&self) -> Error {
        let text = "the connection was not there in time";
        TransportError::not_sent(text).timed_out().into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_default_user_agent_is_a_header_and_a_broken_one_is_refused() {
        let header = Options::default().user_agent_header().expect("a header");
        assert!(header.as_bytes().starts_with(b"yunmei/"));
        let broken = Options::default().user_agent("a\r\nb").user_agent_header();
        assert!(matches!(
            broken,
            Err(Error::Input(InputError::Attribute { .. }))
        ));
    }

    #[test]
    fn a_time_limit_after_sending_leaves_the_outcome_open() {
        let options = Options::default();
        assert!(options.idle_error().is_in_doubt());
        assert!(options.exchange_error().is_in_doubt());
        assert!(!options.connect_error().is_in_doubt());
    }
}
