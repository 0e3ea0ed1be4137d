use bytes::Bytes;
use http::{Request, Response};

use crate::{
    Stamp,
    error::{Error, ServiceError},
    payload::Payload,
};

/// One request, and what its response means.
pub trait Operation {
    /// What a success brings.
    type Output;

    /// Builds the request, signed for `stamp`.
    ///
    /// Nothing is consumed: to try again is to build it again, with a new stamp.
    ///
    /// # Errors
    ///
    /// [`Error::Input`] where what was asked for cannot be sent.
    fn request(&self, stamp: &Stamp) -> Result<Request<Payload>, Error>;

    /// Reads the whole response: the result, or the service's refusal.
    ///
    /// # Errors
    ///
    /// [`Error::Service`] for a refusal, [`Error::Response`] for anything that is neither.
    fn parse(&self, response: &Response<Bytes>) -> Result<Self::Output, Error>;

    /// Whether it may be sent again when nobody knows if it arrived.
    fn repeatable(&self) -> bool;

    /// What it means to the caller if it was carried out although nobody said so, as a sentence
    /// without a stop; for operations where that costs something.
    fn if_carried_out(&self) -> Option<&'static str> {
        None
    }

    /// The result after all, where `refusal` of a repeated request shows that an earlier one,
    /// whose answer was lost, had been carried out.
    fn settled(&self, refusal: &ServiceError) -> Option<Self::Output> {
        let _ = refusal;
        None
    }
}
