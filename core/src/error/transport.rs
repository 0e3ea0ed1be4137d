use std::{error::Error, fmt};

use http::uri::Authority;

/// There was no answer: the connection failed, broke, or took too long.
#[derive(Debug)]
pub struct TransportError {
    delivery: Delivery,
    timeout: bool,
    peer: Option<String>,
    source: Box<dyn Error + Send + Sync>,
}

impl TransportError {
    /// A failure after which nobody knows whether the request arrived.
    pub fn unknown(source: impl Into<Box<dyn Error + Send + Sync>>) -> TransportError {
        TransportError {
            delivery: Delivery::Unknown,
            timeout: false,
            peer: None,
            source: source.into(),
        }
    }

    /// A failure before any byte of the request left.
    pub fn not_sent(source: impl Into<Box<dyn Error + Send + Sync>>) -> TransportError {
        TransportError {
            delivery: Delivery::NotSent,
            timeout: false,
            peer: None,
            source: source.into(),
        }
    }

    /// Marks the failure as a time limit that ran out.
    pub fn timed_out(mut self) -> TransportError {
        self.timeout = true;
        self
    }

    /// Adds whom the request was for: host and port, never a path or query. Drivers do that.
    pub(crate) fn with_peer(mut self, peer: Option<&Authority>) -> TransportError {
        // An address that somebody else made may name a user with a password.
        let bare = |peer: &Authority| peer.as_str().rsplit('@').next().map(str::to_owned);
        self.peer = peer.and_then(bare);
        self
    }

    /// Whether the request may have arrived.
    pub fn delivery(&self) -> Delivery {
        self.delivery
    }

    /// Whether a time limit ran out.
    pub fn is_timeout(&self) -> bool {
        self.timeout
    }
}

impl fmt::Display for TransportError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match (self.timeout, self.delivery) {
            (false, Delivery::NotSent) => "no connection",
            (true, Delivery::NotSent) => "no connection in time",
            (false, Delivery::Unknown) => "no answer",
            (true, Delivery::Unknown) => "no answer in time",
        })?;
        if let Some(peer) = &self.peer {
            f.write_str(match self.delivery {
                Delivery::NotSent => " to ",
                Delivery::Unknown => " from ",
            })?;
            f.write_str(peer)?;
        }
        write!(f, ": {}", self.source)?;
        match self.delivery {
            Delivery::NotSent => Ok(()),
            Delivery::Unknown => f.write_str(" (the request may have arrived)"),
        }
    }
}

impl Error for TransportError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        Some(&*self.source)
    }
}

/// What is known of a request that got no answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Delivery {
    /// No byte of it left.
    NotSent,
    /// It may have arrived, and may have been carried out.
    Unknown,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whom_a_request_was_for_is_told_without_a_password() {
        let peer = Authority::from_static("user:canary@host:80");
        let error = TransportError::not_sent("refused").with_peer(Some(&peer));
        assert_eq!(error.to_string(), "no connection to host:80: refused");
    }
}
