use http::HeaderValue;

use super::signed_text::LENGTH_LIMIT;
use crate::{Token, error::InputError};

/// By whose leave requests are made.
#[derive(Clone)]
pub(crate) enum Leave<S> {
    /// Nobody's: only what is public can be downloaded.
    Nobody,
    /// Each request is signed for itself.
    Signer(S),
    /// A signature that somebody else made and handed out.
    HandedOut(Token),
}

impl<S> Leave<S> {
    /// Checks a signature that was handed out: it must be able to stand in a header.
    pub(crate) fn handed_out(signature: Token) -> Result<Leave<S>, InputError> {
        let text = signature.expose();
        let length = 1..=LENGTH_LIMIT;
        match length.contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_graphic()) {
            true => Ok(Leave::HandedOut(signature)),
            false => Err(InputError::HandedOut),
        }
    }
}

/// The value of an `Authorization` header.
pub(crate) fn authorization(value: &str) -> Result<HeaderValue, InputError> {
    let mut value = HeaderValue::try_from(value).map_err(|_| InputError::HandedOut)?;
    value.set_sensitive(true);
    Ok(value)
}
