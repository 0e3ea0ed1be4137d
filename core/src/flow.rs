use std::time::Duration;

use bytes::Bytes;
use http::{Request, Response};

use crate::{
    Stamp,
    error::{Error, ServiceError},
    operation::Operation,
    payload::Payload,
};

/// A conversation: one request at a time, until there is a result.
///
/// Every [`Operation`] is a flow of one exchange. A flow of several owns operations and builds no
/// request itself; its state is an enum. A flow around another passes on every method, those with
/// a default too.
pub trait Flow {
    /// What a success brings.
    type Output;

    /// The request to send now, signed for `stamp`, which also tells a flow that minds it what time
    /// it is.
    ///
    /// # Errors
    ///
    /// [`Error::Input`] where what was asked for cannot be sent.
    fn poll(&mut self, stamp: &Stamp) -> Result<Request<Payload>, Error>;

    /// Takes what came back. On an error the flow stays where it was, and may be polled again.
    ///
    /// # Errors
    ///
    /// What the operation of the moment makes of the response, where the flow has no way round it.
    fn handle(&mut self, response: &Response<Bytes>) -> Result<Turn<Self::Output>, Error>;

    /// Whether the request of the moment may be sent again when nobody knows if it arrived.
    fn repeatable(&self) -> bool;

    /// Told when an answer was lost, or leaves open whether the request of the moment was carried
    /// out: what comes next may refer to it.
    fn in_doubt(&mut self) {}

    /// What it means to the caller if the request of the moment was carried out although nobody
    /// said so: added to the error, where that is left open.
    fn if_carried_out(&self) -> Option<&'static str> {
        None
    }

    /// Where to go on, if `refusal` of a repeated request shows that an earlier one, whose answer
    /// was lost, had been carried out.
    fn settled(&mut self, refusal: &ServiceError) -> Option<Turn<Self::Output>> {
        let _ = refusal;
        None
    }
}

/// What follows an exchange.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Turn<T> {
    /// There is a result.
    Done(T),
    /// There is another request to send.
    Next {
        /// How long to wait before.
        after: Duration,
    },
}

impl<T> Turn<T> {
    /// Another request, at once.
    pub const NEXT: Turn<T> = Turn::Next {
        after: Duration::ZERO,
    };

    /// Puts another result in the place of this one.
    pub fn map<U>(self, change: impl FnOnce(T) -> U) -> Turn<U> {
        match self {
            Turn::Done(output) => Turn::Done(change(output)),
            Turn::Next { after } => Turn::Next { after },
        }
    }
}

impl<O: Operation> Flow for O {
    type Output = O::Output;

    fn poll(&mut self, stamp: &Stamp) -> Result<Request<Payload>, Error> {
        self.request(stamp)
    }

    fn handle(&mut self, response: &Response<Bytes>) -> Result<Turn<O::Output>, Error> {
        self.parse(response).map(Turn::Done)
    }

    fn repeatable(&self) -> bool {
        Operation::repeatable(self)
    }

    fn if_carried_out(&self) -> Option<&'static str> {
        Operation::if_carried_out(self)
    }

    fn settled(&mut self, refusal: &ServiceError) -> Option<Turn<O::Output>> {
        Operation::settled(self, refusal).map(Turn::Done)
    }
}
