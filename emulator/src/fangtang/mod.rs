//! Fangtang's photo repair.
//!
//! Written from the protocol dossier (of Fangtang; its sections are named in comments). What it
//! leaves open is decided here:
//!
//! * Failures come with HTTP status 200, as the envelope says it all. Only what is no call at all
//!   has another one: an address that names none (404), or a method other than POST (405).
//! * Calls other than an upload know no code for a field that is missing: what it names does not
//!   exist (9002). All else that is wrong with them is 500, also a download that comes before the
//!   picture is done: it is worth another try.
//! * The repair itself is a stand-in (see `repair`), done behind the answer to the upload. A job is
//!   done when the clock says so and the result is there, and gone some time later, by the clock. A
//!   question that comes when only the result is missing waits for that, for a while: so nothing
//!   but the clock decides where pictures are small. A repair that fails is told with 500, once, and
//!   tried again when somebody asks again.
//! * Pictures are served under `/fangtang/` of the emulator itself, under the name by which the
//!   request called it.
//! * What was bought is counted from the beginning of the data: a restart brings no uploads back.
//!
//! | module | what it does |
//! |---|---|
//! | `operation` | the calls, by path |
//! | `token` | the header `token` |
//! | `fields` | the form |
//! | `upload`, `status`, `download`, `quota` | the calls |
//! | `picture` | the pictures themselves |
//! | `repair` | what is done to them |
//! | `workshop` | where and when that is done |
//! | `store` | the jobs |

mod account;
mod answer;
mod download;
mod fields;
mod judge;
mod links;
mod operation;
mod picture;
mod quota;
mod repair;
mod status;
mod store;
mod token;
mod upload;
mod workshop;

use std::{io, pin::pin, sync::Arc, time::Duration};

use http::{Method, StatusCode, request::Parts};
use serde_json::Value;
use tokio::sync::Semaphore;
use yunmei_core::Timestamp;

use crate::{
    body::RequestBody,
    exchange::{Exchange, Outcome},
    router::Clock,
    storage::Storage,
};
use answer::Refusal;
use fields::Fields;
use operation::Operation;
use store::{Stage, Store};
use workshop::Workshop;

pub use account::FangtangAccount;
pub(crate) use account::Record;
pub use judge::FangtangJudge;

/// How long a question waits for the result of a job whose time has come.
const PATIENCE: Duration = Duration::from_secs(10);

/// The vendor's own host.
const VENDOR_HOST: &str = "sdkphoto.fangtangtv.com";

/// How the service behaves where it has a choice.
#[derive(Clone, Debug)]
pub(crate) struct Manners {
    /// How many uploads the partner has bought.
    pub(crate) quota: u64,
    /// From the acceptance of a picture until it is done.
    pub(crate) delay: Duration,
    /// How long a finished picture is there.
    pub(crate) lifetime: Duration,
    /// How far the time of a token may be off, either way.
    pub(crate) token_age: Duration,
}

impl Default for Manners {
    fn default() -> Manners {
        Manners {
            quota: 100,
            delay: Duration::from_secs(2),
            lifetime: Duration::from_secs(3600),
            token_age: Duration::from_secs(300),
        }
    }
}

/// The service, with one partner.
pub(crate) struct Fangtang {
    account: FangtangAccount,
    manners: Manners,
    clock: Clock,
    store: Arc<Store>,
    /// Where uploads are looked at: large pictures take much memory, so one at a time.
    desk: Arc<Semaphore>,
    workshop: Arc<Workshop>,
}

/// Why a call was not carried out.
enum Halt {
    Refused(Refusal),
    Faulted,
}

impl From<Refusal> for Halt {
    fn from(refusal: Refusal) -> Halt {
        Halt::Refused(refusal)
    }
}

impl Fangtang {
    /// Opens what is kept of it.
    pub(crate) fn open(
        account: FangtangAccount,
        manners: Manners,
        clock: Clock,
        storage: &Storage,
    ) -> io::Result<Fangtang> {
        let store = Arc::new(Store::open(storage, clock())?);
        let workshop = Workshop::new(Arc::clone(&store), Arc::clone(&clock));
        Ok(Fangtang {
            store,
            account,
            manners,
            clock,
            desk: Arc::new(Semaphore::new(1)),
            workshop: Arc::new(workshop),
        })
    }

    /// Begins the repairs that a former process left. Needs a runtime.
    pub(crate) fn take_up(&self) {
        let unfinished = self.store.jobs().unfinished();
        for id in unfinished {
            self.workshop.begin(id);
        }
    }

    /// The partner.
    pub(crate) fn account(&self) -> &FangtangAccount {
        &self.account
    }

    /// Whether a request is for this service.
    pub(crate) fn is_meant(&self, parts: &Parts) -> bool {
        let path = parts.uri.path();
        let by_path = operation::is_call(path) || picture::is_picture(path);
        links::is_vendors(parts) || by_path && !links::is_elsewhere(parts)
    }

    /// Answers a request.
    pub(crate) async fn answer(
        &self,
        exchange: &mut Exchange<'_>,
        parts: Parts,
        body: RequestBody,
    ) -> Outcome {
        if picture::is_picture(parts.uri.path()) {
            return self.picture(exchange, &parts).await;
        }
        let Some(operation) = Operation::at(parts.uri.path()) else {
            let refusal = Refusal::new(answer::OTHER, "the path names no call");
            return Outcome::Reply(answer::refused(refusal, StatusCode::NOT_FOUND));
        };
        exchange.op = Some(operation.name().to_owned());
        if parts.method != Method::POST {
            let refusal = operation.wrong("calls take POST only");
            return Outcome::Reply(answer::refused(refusal, StatusCode::METHOD_NOT_ALLOWED));
        }
        match self.call(exchange, operation, &parts, body).await {
            Ok(data) => Outcome::Reply(answer::success(data)),
            Err(Halt::Refused(refusal)) => Outcome::Reply(answer::refused(refusal, StatusCode::OK)),
            Err(Halt::Faulted) => Outcome::Faulted,
        }
    }

    async fn call(
        &self,
        exchange: &mut Exchange<'_>,
        operation: Operation,
        parts: &Parts,
        body: RequestBody,
    ) -> Result<Value, Halt> {
        // Before anything is stored, the caller must have shown to have the key.
        self.check_token(&parts.headers)?;
        let mut fields = Fields::read(self, operation, &parts.headers, body).await?;
        if !exchange.gate().await {
            return Err(Halt::Faulted);
        }
        let third_code = operation.needed(&fields, "third_code")?;
        if third_code != self.account.third_code().as_str() {
            return Err(operation.unknown("third_code is of no partner").into());
        }
        let answer = match operation {
            Operation::Upload => upload::answer(self, parts, &mut fields).await,
            Operation::Status => status::answer(self, &fields).await,
            Operation::Download => download::answer(self, parts, &fields).await,
            Operation::Quota => Ok(quota::answer(self)),
        };
        Ok(answer?)
    }

    /// How far a job is; waits for a result that is late.
    async fn stage(&self, id: &str) -> Result<Stage, Refusal> {
        let mut finished = self.workshop.finished();
        let mut patience = pin!(tokio::time::sleep(PATIENCE));
        loop {
            match self.store.jobs().stage(id, self.now())? {
                Stage::Late => self.workshop.begin(id.to_owned()),
                other => return Ok(other),
            }
            tokio::select! {
                // The sender is as old as this.
                _ = finished.changed() => {}
                () = &mut patience => return Ok(Stage::Late),
            }
        }
    }

    fn now(&self) -> Timestamp {
        (self.clock)()
    }
}
