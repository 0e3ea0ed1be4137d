//! Time that can be put forward, for the emulator and its client alike: nobody wants to wait an
//! hour to see a picture expire.

use std::{
    cell::RefCell,
    rc::Rc,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, SystemTime},
};

use bytes::Bytes;
use http::{Request, Response, response};
use yunmei_core::{
    ByteRange, Download, Error, Flow, Payload, Stamp, Timestamp, Turn, error::ServiceError,
};

/// The system's clock, and how many milliseconds it was put forward.
#[derive(Clone, Default)]
pub(super) struct Clock(Arc<AtomicU64>);

/// The pauses that a flow made.
pub(super) type Pauses = Rc<RefCell<Vec<Duration>>>;

impl Clock {
    pub(super) fn now(&self) -> Timestamp {
        (SystemTime::now() + Duration::from_millis(self.0.load(Ordering::Relaxed))).into()
    }

    pub(super) fn put_forward(&self, by: Duration) {
        // Nobody puts it forward by millions of years.
        self.0.fetch_add(by.as_millis() as u64, Ordering::Relaxed);
    }

    /// The same stamp, of now by this clock.
    pub(super) fn stamp(&self, stamp: &Stamp) -> Stamp {
        Stamp::new(self.now(), stamp.nonce.clone())
    }

    /// A flow that lives by this clock, and puts it forward where it would pause.
    pub(super) fn flow<F: Flow>(&self, flow: F) -> (Clocked<F>, Pauses) {
        let pauses = Pauses::default();
        let clocked = Clocked {
            inner: flow,
            clock: self.clone(),
            pauses: Rc::clone(&pauses),
        };
        (clocked, pauses)
    }

    /// A download that lives by this clock.
    pub(super) fn download<D: Download>(&self, download: D) -> Clocked<D> {
        Clocked {
            inner: download,
            clock: self.clone(),
            pauses: Pauses::default(),
        }
    }
}

/// What lives by such a clock.
pub(super) struct Clocked<T> {
    inner: T,
    clock: Clock,
    pauses: Pauses,
}

impl<F: Flow> Flow for Clocked<F> {
    type Output = F::Output;

    fn poll(&mut self, stamp: &Stamp) -> Result<Request<Payload>, Error> {
        self.inner.poll(&self.clock.stamp(stamp))
    }

    fn handle(&mut self, response: &Response<Bytes>) -> Result<Turn<F::Output>, Error> {
        Ok(match self.inner.handle(response)? {
            Turn::Next { after } => {
                self.clock.put_forward(after);
                if !after.is_zero() {
                    self.pauses.borrow_mut().push(after);
                }
                Turn::NEXT
            }
            done => done,
        })
    }

    fn repeatable(&self) -> bool {
        self.inner.repeatable()
    }

    fn in_doubt(&mut self) {
        self.inner.in_doubt();
    }

    fn if_carried_out(&self) -> Option<&'static str> {
        self.inner.if_carried_out()
    }

    fn settled(&mut self, refusal: &ServiceError) -> Option<Turn<F::Output>> {
        self.inner.settled(refusal)
    }
}

impl<D: Download> Download for Clocked<D> {
    fn request(&self, range: ByteRange, stamp: &Stamp) -> Result<Request<Payload>, Error> {
        self.inner.request(range, &self.clock.stamp(stamp))
    }

    fn range(&self) -> ByteRange {
        self.inner.range()
    }

    fn is_refusal(&self, head: &response::Parts) -> bool {
        self.inner.is_refusal(head)
    }

    fn refusal(&self, response: &Response<Bytes>) -> Error {
        self.inner.refusal(response)
    }
}
