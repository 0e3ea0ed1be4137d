//! What an error of the client beneath means to the core.

use std::io;

use ureq::Timeout;
use yunmei_core::{Error, error::TransportError};
use yunmei_host::Options;

use crate::connection::NotConnected;

/// Says whether the request may have arrived. The text never holds an address: it may be signed.
pub(crate) fn translate(error: ureq::Error, options: &Options) -> Error {
    match error {
        ureq::Error::Other(inner) => match inner.downcast::<NotConnected>() {
            Ok(inner) => not_connected(inner.0, options),
            Err(inner) => TransportError::unknown(inner).into(),
        },
        ureq::Error::Timeout(Timeout::Global) => options.exchange_error(),
        ureq::Error::Timeout(Timeout::Resolve | Timeout::Connect) => options.connect_error(),
        ureq::Error::Timeout(_) => options.idle_error(),
        // Both are found before anything is sent.
        ureq::Error::BadUri(_) => not_an_address(),
        ureq::Error::Http(error) => TransportError::not_sent(error).into(),
        ureq::Error::Io(error) => TransportError::unknown(error).into(),
        error => TransportError::unknown(error).into(),
    }
}

fn not_connected(error: ureq::Error, options: &Options) -> Error {
    match error {
        // A connection to a proxy is made within the making of a connection.
        ureq::Error::Other(inner) => match inner.downcast::<NotConnected>() {
            Ok(inner) => not_connected(inner.0, options),
            Err(inner) => TransportError::not_sent(inner).into(),
        },
        ureq::Error::Timeout(_) => options.connect_error(),
        ureq::Error::BadUri(_) => not_an_address(),
        ureq::Error::Io(error) if error.kind() == io::ErrorKind::TimedOut => {
            options.connect_error()
        }
        ureq::Error::Io(error) => TransportError::not_sent(error).into(),
        error => TransportError::not_sent(error).into(),
    }
}

fn not_an_address() -> Error {
    TransportError::not_sent("the address has no scheme or no host that can be reached").into()
}

#[cfg(test)]
mod tests {
    use yunmei_core::error::Delivery;

    use super::*;

    fn translated(error: ureq::Error) -> (Delivery, bool, String) {
        match translate(error, &Options::default()) {
            Error::Transport(error) => (error.delivery(), error.is_timeout(), error.to_string()),
            other => panic!("not of the transport: {other}"),
        }
    }

    #[test]
    fn an_address_is_not_repeated() {
        let error = ureq::Error::BadUri("http://host/?sign=canary".to_owned());
        let (delivery, _, text) = translated(error);
        assert_eq!(delivery, Delivery::NotSent);
        assert!(!text.contains("canary"), "{text}");
    }

    #[test]
    fn the_same_fault_means_more_after_there_was_a_connection() {
        let reset = || ureq::Error::Io(io::ErrorKind::ConnectionReset.into());
        assert_eq!(translated(reset()).0, Delivery::Unknown);
        let nested = NotConnected(NotConnected(reset()).into()).into();
        assert_eq!(translated(nested).0, Delivery::NotSent);
        let (delivery, timeout, _) = translated(ureq::Error::Timeout(Timeout::PerRead));
        assert_eq!((delivery, timeout), (Delivery::Unknown, true));
        let slow = NotConnected(ureq::Error::Timeout(Timeout::PerRead)).into();
        let (delivery, timeout, _) = translated(slow);
        assert_eq!((delivery, timeout), (Delivery::NotSent, true));
    }
}
