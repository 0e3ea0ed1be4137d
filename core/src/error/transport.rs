use std::{error::Error, fmt};

/// There was no answer: the connection failed, broke, or took too long.
#[derive(Debug)]
pub struct TransportError {
    delivery: Delivery,
    timeout: bool,
    source: Box<dyn Error + Send + Sync>,
}

impl TransportError {
    /// A failure after which nobody knows whether the request arrived.
    pub fn unknown(source: impl Into<Box<dyn Error + Send + Sync>>) -> TransportError {
        TransportError {
            delivery: Delivery::Unknown,
            timeout: false,
            source: source.into(),
        }
    }

    /// A failure before any byte of the request left.
    pub fn not_sent(source: impl Into<Box<dyn Error + Send + Sync>>) -> TransportError {
        TransportError {
            delivery: Delivery::NotSent,
            timeout: false,
            source: source.into(),
        }
    }

    /// Marks the failure as a time limit that ran out.
    pub fn timed_out(mut self) -> TransportError {
        self.timeout = true;
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
