use bytes::Bytes;
use http::{HeaderValue, Request, Response, header};
use yunmei_core::{
    Error, Operation, Payload, Stamp, Token,
    error::{InputError, ServiceError},
};

/// An operation with somebody's signature for something else: what the library would not send.
pub(super) struct Forged<O> {
    operation: O,
    token: Token,
}

impl<O: Operation> Forged<O> {
    /// `operation`, which signs by itself, with this signature instead.
    pub(super) fn new(operation: O, token: Token) -> Forged<O> {
        Forged { operation, token }
    }
}

impl<O: Operation> Operation for Forged<O> {
    type Output = O::Output;

    fn request(&self, stamp: &Stamp) -> Result<Request<Payload>, Error> {
        let mut request = self.operation.request(stamp)?;
        let mut signature =
            HeaderValue::try_from(self.token.expose()).map_err(|_| InputError::HandedOut)?;
        signature.set_sensitive(true);
        request
            .headers_mut()
            .insert(header::AUTHORIZATION, signature);
        Ok(request)
    }

    fn parse(&self, response: &Response<Bytes>) -> Result<O::Output, Error> {
        self.operation.parse(response)
    }

    fn repeatable(&self) -> bool {
        false
    }

    fn if_carried_out(&self) -> Option<&'static str> {
        self.operation.if_carried_out()
    }

    fn settled(&self, _: &ServiceError) -> Option<O::Output> {
        None
    }
}
