//! One request on its way through the emulator.

use http::{Method, Response};

use crate::{
    body::ReplyBody,
    faults::{Action, FaultCounters, When},
};

/// What is known of the request at hand, and the fault that strikes it.
pub(crate) struct Exchange<'a> {
    faults: &'a FaultCounters,
    pub(crate) method: Method,
    /// As it stood in the request.
    pub(crate) path: String,
    pub(crate) op: Option<String>,
    struck: Option<Option<Action>>,
}

/// What a service made of a request.
pub(crate) enum Outcome {
    /// An answer.
    Reply(Reply),
    /// A fault struck before the request took effect.
    Faulted,
}

/// An answer, and what the log shall say of it.
pub(crate) struct Reply {
    pub(crate) response: Response<ReplyBody>,
    /// The service's code; none where the answer has none.
    pub(crate) code: Option<i64>,
    pub(crate) refusal: Option<String>,
}

impl<'a> Exchange<'a> {
    pub(crate) fn new(faults: &'a FaultCounters, method: Method, path: &str) -> Exchange<'a> {
        Exchange {
            faults,
            method,
            path: path.to_owned(),
            op: None,
            struck: None,
        }
    }

    /// Passed once, when all of the request is known and nothing was done yet: waits, if a fault
    /// says so. Returns whether to go on.
    pub(crate) async fn gate(&mut self) -> bool {
        match self.action() {
            Some(Action::Delay(pause)) => {
                let pause = *pause;
                tokio::time::sleep(pause).await;
                true
            }
            Some(Action::Answer { when, .. } | Action::Drop(when)) => *when == When::After,
            Some(Action::Truncate(_)) | None => true,
        }
    }

    /// Passed by a request that was refused before it came to the gate: it may be late as well.
    pub(crate) async fn leave(&mut self) {
        if self.struck.is_none() {
            self.gate().await;
        }
    }

    /// What strikes this request, asked of the rules only once.
    pub(crate) fn action(&mut self) -> Option<&Action> {
        self.struck
            .get_or_insert_with(|| {
                self.faults
                    .strike(&self.method, &self.path, self.op.as_deref())
            })
            .as_ref()
    }
}
