use bytes::Bytes;
use http::{Request, Response, uri::Authority};
use std::{fmt, time::Duration};

use crate::{
    Stamp, describe,
    error::{Error, InputError},
    flow::{Flow, Turn},
    payload::Payload,
    retry::{Attempts, Pause, Retry},
};

/// Carries a flow to its end and asks the caller for all input and output.
///
/// The contract: call [`poll`](Driver::poll); do what the step says; after [`Step::Send`], report
/// to [`handle`](Driver::handle); poll again.
///
/// ```text
///          ┌──────────── handle ◀───────────┐
///          ▼                                │
///   new ▶ poll ──▶ Step::Send ──▶ exchange ─┘
///         ▲ │ └──▶ Step::Done
///         │ ▼
///     Step::Sleep
/// ```
#[derive(Debug)]
pub struct Driver<F: Flow> {
    flow: F,
    retry: Retry,
    attempts: Attempts,
    /// Whom the last request was for.
    peer: Option<Authority>,
    state: State<F::Output>,
}

#[derive(Debug)]
enum State<T> {
    /// To send as soon as polled; also while the answer is awaited.
    Sending,
    /// To pause before sending.
    Pausing(Pause),
    /// The result, until it is handed out.
    Ended(Option<Result<T, Error>>),
}

/// What to do next.
#[expect(
    clippy::large_enum_variant,
    reason = "matched at once, and never kept in numbers"
)]
pub enum Step<T> {
    /// Send this, and report to [`Driver::handle`].
    Send(Request<Payload>),
    /// Wait this long, then poll again.
    Sleep(Duration),
    /// It is over.
    Done(Result<T, Error>),
}

/// Hides the signature, wherever the request carries it.
impl<T: fmt::Debug> fmt::Debug for Step<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Step::Send(request) => write!(f, "Send({})", describe(request)),
            Step::Sleep(pause) => write!(f, "Sleep({pause:?})"),
            Step::Done(result) => write!(f, "Done({result:?})"),
        }
    }
}

impl<F: Flow> Driver<F> {
    /// A driver at the beginning of `flow`.
    pub fn new(flow: F, retry: Retry) -> Driver<F> {
        Driver {
            flow,
            retry,
            attempts: Attempts::default(),
            peer: None,
            state: State::Sending,
        }
    }

    /// The flow, for whoever wants to know how far it has come.
    pub fn flow(&self) -> &F {
        &self.flow
    }

    /// What to do now. `stamp` must be fresh: it signs the request, or jitters the pause.
    ///
    /// After [`Step::Done`] there is nothing more to do; further calls say so with
    /// [`InputError::Ended`].
    pub fn poll(&mut self, stamp: &Stamp) -> Step<F::Output> {
        if let State::Pausing(pause) = self.state {
            self.state = State::Sending;
            let length = pause.length(stamp);
            if !length.is_zero() {
                return Step::Sleep(length);
            }
        }
        match &mut self.state {
            State::Ended(result) => Step::Done(
                result
                    .take()
                    .unwrap_or_else(|| Err(InputError::Ended.into())),
            ),
            State::Sending | State::Pausing(_) => match self.flow.poll(stamp) {
                Ok(request) => {
                    self.peer = request.uri().authority().cloned();
                    Step::Send(request)
                }
                Err(error) => {
                    self.state = State::Ended(None);
                    Step::Done(Err(error))
                }
            },
        }
    }

    /// Takes the answer to the last [`Step::Send`], or why there was none.
    pub fn handle(&mut self, reply: Result<Response<Bytes>, Error>) {
        if matches!(self.state, State::Ended(_)) {
            return;
        }
        let result = match reply {
            Ok(response) => self.flow.handle(&response),
            Err(error) => Err(error.about(self.peer.as_ref())),
        };
        match result.or_else(|error| self.settle(error)) {
            Ok(turn) => self.turn(turn),
            Err(error) => {
                if error.is_in_doubt() {
                    self.flow.in_doubt();
                }
                let repeatable = self.flow.repeatable();
                self.state = match self.attempts.failed(&error, &self.retry, repeatable) {
                    Some(pause) => State::Pausing(pause),
                    None if self.attempts.in_doubt() => {
                        let meaning = self.flow.if_carried_out();
                        State::Ended(Some(Err(error.in_doubt(meaning))))
                    }
                    None => State::Ended(Some(Err(error))),
                };
            }
        }
    }

    fn turn(&mut self, turn: Turn<F::Output>) {
        self.attempts = Attempts::default();
        self.state = match turn {
            Turn::Done(output) => State::Ended(Some(Ok(output))),
            Turn::Next { after } => State::Pausing(Pause::exactly(after)),
        };
    }

    /// A refusal after a lost answer may mean that the lost one was a success.
    fn settle(&mut self, error: Error) -> Result<Turn<F::Output>, Error> {
        let turn = match &error {
            Error::Service(refusal) if self.attempts.in_doubt() => self.flow.settled(refusal),
            _ => None,
        };
        turn.ok_or(error)
    }
}

#[cfg(test)]
mod tests {
    use http::StatusCode;

    use super::*;
    use crate::{
        Nonce, Timestamp,
        error::{LocalError, Service, ServiceError, TransportError},
        operation::Operation,
    };

    /// Answers 2xx with success; otherwise refuses with no known code, so that the status decides.
    struct Probe {
        repeatable: bool,
    }

    impl Operation for Probe {
        type Output = &'static str;

        fn request(&self, _: &Stamp) -> Result<Request<Payload>, Error> {
            Ok(Request::new(Payload::empty()))
        }

        fn parse(&self, response: &Response<Bytes>) -> Result<&'static str, Error> {
            match response.status() {
                StatusCode::OK => Ok("done"),
                status => Err(ServiceError::new(Service::Cos, status, -1, "", None).into()),
            }
        }

        fn repeatable(&self) -> bool {
            self.repeatable
        }

        fn settled(&self, refusal: &ServiceError) -> Option<&'static str> {
            (refusal.status() == StatusCode::NOT_FOUND).then_some("done before")
        }
    }

    fn stamp() -> Stamp {
        Stamp::new(Timestamp::from_seconds(1), Nonce::from_bytes([0xff; 32]))
    }

    fn answer(status: u16) -> Result<Response<Bytes>, Error> {
        Ok(Response::builder()
            .status(status)
            .body(Bytes::new())
            .expect("a response"))
    }

    fn lost() -> Result<Response<Bytes>, Error> {
        Err(TransportError::unknown("reset").into())
    }

    /// Plays `replies` in order. Returns the number of requests, the pauses, and the result.
    fn play(
        repeatable: bool,
        replies: Vec<Result<Response<Bytes>, Error>>,
    ) -> (usize, Vec<u128>, Result<&'static str, Error>) {
        let mut driver = Driver::new(Probe { repeatable }, Retry::default());
        let (mut sent, mut pauses) = (0, Vec::new());
        let mut replies = replies.into_iter();
        loop {
            match driver.poll(&stamp()) {
                Step::Send(_) => {
                    sent += 1;
                    driver.handle(replies.next().expect("no more requests than replies"));
                }
                Step::Sleep(pause) => pauses.push(pause.as_millis()),
                Step::Done(result) => return (sent, pauses, result),
            }
        }
    }

    #[test]
    fn pauses_double_and_attempts_are_counted() {
        let (sent, pauses, result) = play(true, vec![answer(503), answer(500), lost(), lost()]);
        assert_eq!(sent, 4);
        assert_eq!(pauses, [199, 399, 799]);
        assert!(matches!(result, Err(Error::Transport(_))));
    }

    #[test]
    fn a_success_ends_the_flow_and_is_handed_out_once() {
        let mut driver = Driver::new(Probe { repeatable: true }, Retry::default());
        assert!(matches!(driver.poll(&stamp()), Step::Send(_)));
        driver.handle(answer(200));
        assert!(matches!(driver.poll(&stamp()), Step::Done(Ok("done"))));
        assert!(matches!(
            driver.poll(&stamp()),
            Step::Done(Err(Error::Input(InputError::Ended)))
        ));
    }

    #[test]
    fn what_must_not_be_repeated_is_not_sent_again_after_a_lost_answer() {
        let (sent, _, result) = play(false, vec![lost()]);
        assert_eq!(sent, 1);
        assert!(result.expect_err("lost").is_in_doubt());
    }

    #[test]
    fn a_source_that_fails_leaves_no_doubt_unless_an_earlier_attempt_did() {
        struct Paid;
        impl Operation for Paid {
            type Output = ();
            fn request(&self, _: &Stamp) -> Result<Request<Payload>, Error> {
                Ok(Request::new(Payload::empty()))
            }
            fn parse(&self, _: &Response<Bytes>) -> Result<(), Error> {
                Ok(())
            }
            fn repeatable(&self) -> bool {
                true
            }
            fn if_carried_out(&self) -> Option<&'static str> {
                Some("it is paid for")
            }
        }
        let changed = || LocalError::Changed {
            expected: 7,
            found: 6,
        };
        let end = |replies: Vec<Error>| {
            let mut driver = Driver::new(Paid, Retry::default());
            for reply in replies {
                while !matches!(driver.poll(&stamp()), Step::Send(_)) {}
                driver.handle(Err(reply));
            }
            match driver.poll(&stamp()) {
                Step::Done(Err(error)) => error,
                _ => panic!("not over"),
            }
        };
        let error = end(vec![changed().into()]);
        assert!(matches!(error, Error::Local(_)) && !error.is_in_doubt());
        let lost = TransportError::unknown("reset");
        let error = end(vec![lost.into(), changed().into()]);
        assert!(error.is_in_doubt());
        assert!(error.to_string().ends_with("; it is paid for"), "{error}");
    }

    #[test]
    fn what_must_not_be_repeated_is_sent_again_when_no_byte_left() {
        let not_sent = Err(TransportError::not_sent("refused").into());
        let (sent, _, result) = play(false, vec![not_sent, answer(200)]);
        assert_eq!((sent, result.ok()), (2, Some("done")));
    }

    #[test]
    fn a_refusal_after_a_lost_answer_may_be_a_success() {
        let (_, _, result) = play(true, vec![lost(), answer(404)]);
        assert_eq!(result.ok(), Some("done before"));
        let (_, _, result) = play(true, vec![answer(404)]);
        assert!(result.is_err());
    }

    #[test]
    fn the_error_of_a_lost_answer_names_whom_the_request_was_for_and_no_more() {
        struct Signed;
        impl Operation for Signed {
            type Output = ();
            fn request(&self, _: &Stamp) -> Result<Request<Payload>, Error> {
                let request = Request::get("http://host:9080/path?sign=canary");
                Ok(request.body(Payload::empty()).expect("a request"))
            }
            fn parse(&self, _: &Response<Bytes>) -> Result<(), Error> {
                Ok(())
            }
            fn repeatable(&self) -> bool {
                false
            }
        }
        let mut driver = Driver::new(Signed, Retry::default());
        assert!(matches!(driver.poll(&stamp()), Step::Send(_)));
        driver.handle(Err(TransportError::unknown("reset").into()));
        let Step::Done(Err(error)) = driver.poll(&stamp()) else {
            panic!("not over")
        };
        assert_eq!(
            error.to_string(),
            "no answer from host:9080: reset (the request may have arrived)"
        );
    }

    #[test]
    fn a_refusal_that_time_cannot_change_is_final() {
        let (sent, pauses, result) = play(true, vec![answer(403)]);
        assert_eq!((sent, pauses.len()), (1, 0));
        assert!(result.is_err());
    }
}
