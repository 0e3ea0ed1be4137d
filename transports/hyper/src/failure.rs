//! What an error of the client beneath means to the core.

use std::{error::Error as StdError, io};

use hyper_util::client::legacy;
use yunmei_core::{Error, error::TransportError};
use yunmei_host::Options;

use crate::connector::NotInTime;

/// Says whether the request may have arrived.
pub(crate) fn translate(error: &legacy::Error, options: &Options) -> Error {
    let timed_out = |error: &io::Error| error.kind() == io::ErrorKind::TimedOut;
    if has::<NotInTime>(error, |_| true) || error.is_connect() && has(error, timed_out) {
        return options.connect_error();
    }
    // Cancelled is what waited for a connection that broke before its turn came.
    if error.is_connect() || has(error, hyper::Error::is_canceled) {
        return TransportError::not_sent(describe(error)).into();
    }
    TransportError::unknown(describe(error)).into()
}

/// The body of an answer broke off.
pub(crate) fn broken_off(error: &hyper::Error) -> Error {
    TransportError::unknown(describe(error)).into()
}

fn has<T: StdError + 'static>(error: &(dyn StdError + 'static), test: impl Fn(&T) -> bool) -> bool {
    chain(error).any(|error| error.downcast_ref().is_some_and(&test))
}

/// The error and what is behind it. None of them repeats the address, which may be signed.
fn describe(error: &(dyn StdError + 'static)) -> String {
    let mut text = String::new();
    for error in chain(error) {
        let more = error.to_string();
        if !text.ends_with(&more) {
            if !text.is_empty() {
                text.push_str(": ");
            }
            text.push_str(&more);
        }
    }
    text
}

fn chain<'a>(
    error: &'a (dyn StdError + 'static),
) -> impl Iterator<Item = &'a (dyn StdError + 'static)> {
    std::iter::successors(Some(error), |&error| error.source())
}
