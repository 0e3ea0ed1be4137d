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
//! * The repair itself is a stand-in (see `repair`), done while the upload waits for its answer.
//!   From then on the clock alone decides: the job is done after a delay, and gone some time later.
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
//! | `store` | the jobs |

mod account;
mod answer;
mod download;
mod fields;
mod links;
mod operation;
mod picture;
mod quota;
mod repair;
mod status;
mod store;
mod token;
mod upload;

use std::{io, sync::Arc, time::Duration};

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
use store::Store;

pub use account::FangtangAccount;
pub(crate) use account::Record;

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
    store: Store,
    /// Who repairs: large pictures take much memory, so one at a time.
    workbench: Arc<Semaphore>,
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
        Ok(Fangtang {
            store: Store::open(storage, clock())?,
            account,
            manners,
            clock,
            workbench: Arc::new(Semaphore::new(1)),
        })
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
            Operation::Status => status::answer(self, &fields),
            Operation::Download => download::answer(self, parts, &fields),
            Operation::Quota => Ok(quota::answer(self)),
        };
        Ok(answer?)
    }

    fn now(&self) -> Timestamp {
        (self.clock)()
    }
}
