use std::{cell::Cell, rc::Rc};

use bytes::Bytes;
use http::{Request, Response};
use yunmei_core::{Error, Flow, Payload, Stamp, Turn, error::ServiceError};

/// A flow that counts its answers: a flow of one's own around another.
pub(super) struct Counted<F> {
    flow: F,
    answered: Rc<Cell<usize>>,
}

impl<F: Flow> Counted<F> {
    /// The flow, and the number of its answers, which grows.
    pub(super) fn new(flow: F) -> (Counted<F>, Rc<Cell<usize>>) {
        let answered = Rc::new(Cell::new(0));
        let counted = Counted {
            flow,
            answered: Rc::clone(&answered),
        };
        (counted, answered)
    }
}

impl<F: Flow> Flow for Counted<F> {
    type Output = F::Output;

    fn poll(&mut self, stamp: &Stamp) -> Result<Request<Payload>, Error> {
        self.flow.poll(stamp)
    }

    fn handle(&mut self, response: &Response<Bytes>) -> Result<Turn<F::Output>, Error> {
        self.answered.set(self.answered.get() + 1);
        self.flow.handle(response)
    }

    fn repeatable(&self) -> bool {
        self.flow.repeatable()
    }

    fn in_doubt(&mut self) {
        self.flow.in_doubt();
    }

    fn if_carried_out(&self) -> Option<&'static str> {
        self.flow.if_carried_out()
    }

    fn settled(&mut self, refusal: &ServiceError) -> Option<Turn<F::Output>> {
        self.flow.settled(refusal)
    }
}
