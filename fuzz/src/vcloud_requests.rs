//! Requests of TTVcloud and its successor: the bytes are a text that the caller or the service chose.

mod calls;
mod handed_out;

use yunmei_core::{Error, Operation, vcloud::Dialect};

use crate::{
    sample,
    wire::{self, vcloud::Called},
};

/// The text arrives unchanged and signed, or is refused.
pub fn check(bytes: &[u8]) {
    let Ok(text) = str::from_utf8(bytes) else {
        return;
    };
    for dialect in Dialect::ALL {
        calls::check(text, dialect);
        handed_out::check(text, dialect);
    }
    handed_out::upload_host(text);
}

/// Builds a request and reads it as the service does; refusals of what cannot be sent are as good.
fn build(operation: &impl Operation, dialect: Dialect, text: &str) -> Option<Called> {
    let stamp = sample::stamp(text.as_bytes());
    match operation.request(&stamp) {
        Ok(request) => Some(wire::vcloud::check(&request, dialect, &stamp)),
        Err(Error::Input(_)) => None,
        Err(other) => panic!("{other}"),
    }
}
