//! Tencent COS v4: the JSON API, and downloads.
//!
//! Written from the protocol dossier, which comments cite by section. What no source establishes
//! is decided as its section 16 has it.
//!
//! | module | operation | section |
//! |---|---|---|
//! | `upload` | upload in one request | 6.1 |
//! | `stat`, `update`, `delete` | attributes of files; deletion | 6.2 to 6.4 |
//! | `move_to`, `copy` | move and copy | 6.5, 6.6 |
//! | `slices::*` | uploads by slices | 7 |
//! | `folder::*`, `list` | folders and listings | 8 |
//! | `download` | the files themselves | 9 |
//!
//! A request is read in this order: the address, the signature as far as it can be judged without
//! the operation, the arguments, the rest of the signature, the path.

mod answer;
mod arguments;
mod authorize;
mod copy;
mod delete;
mod download;
mod folder;
mod form;
mod judge;
mod links;
mod list;
mod move_to;
mod operation;
mod request;
mod slices;
mod stat;
mod store;
mod target;
mod update;
mod upload;

use std::io;

use http::{Method, request::Parts};
use serde_json::Value;
use yunmei_core::{Timestamp, cos::sign::Signer};

use crate::{
    body::RequestBody,
    config::CosAccount,
    exchange::{Exchange, Outcome},
    presented,
    router::Clock,
    storage::Storage,
};
pub use judge::{CosCall, CosJudge};

use answer::{Refusal, RequestIds};
use arguments::Arguments;
use authorize::Wanted;
use operation::Operation;
use request::ContentLimit;
use store::Store;
use target::Target;

/// The longest operation's name that the log keeps.
const OP_LIMIT: usize = 40;

/// How the service behaves where it has a choice.
#[derive(Clone, Debug, Default)]
pub(crate) struct Manners {
    pub(crate) public: bool,
    pub(crate) strict_kinds: bool,
    pub(crate) serial_upload: bool,
    pub(crate) granted_slice_size: Option<u64>,
}

/// The service: one account, one bucket.
pub(crate) struct Cos {
    account: CosAccount,
    signer: Signer,
    manners: Manners,
    clock: Clock,
    request_ids: RequestIds,
    store: Store,
}

/// Why a request was not carried out.
enum Halt {
    Refused(Refusal),
    Faulted,
}

impl From<Refusal> for Halt {
    fn from(refusal: Refusal) -> Halt {
        Halt::Refused(refusal)
    }
}

impl Cos {
    /// Opens what is kept of it.
    pub(crate) fn open(
        account: CosAccount,
        manners: Manners,
        clock: Clock,
        storage: &Storage,
    ) -> io::Result<Cos> {
        Ok(Cos {
            signer: account.signer(),
            account,
            manners,
            clock,
            request_ids: RequestIds::new()?,
            store: Store::open(storage)?,
        })
    }

    /// Whether a request is for this service.
    pub(crate) fn is_meant(&self, parts: &Parts) -> bool {
        target::download_host(parts, &self.account).is_some() || target::is_api(parts.uri.path())
    }

    /// Whether the host that a request names is a bucket of this service.
    pub(crate) fn has_host(&self, parts: &Parts) -> bool {
        target::has_bucket_host(parts, &self.account)
    }

    /// Whether a request is taken for a download only because its host names no bucket at all.
    pub(crate) fn is_presumed(&self, parts: &Parts) -> bool {
        target::download_host(parts, &self.account).is_some_and(|host| !host.is_named)
    }

    /// Answers a request.
    pub(crate) async fn answer(
        &self,
        exchange: &mut Exchange<'_>,
        parts: Parts,
        body: RequestBody,
    ) -> Outcome {
        let request_id = self.request_ids.next(self.now());
        if let Some(host) = target::download_host(&parts, &self.account) {
            let result = self.download(exchange, &host, &parts).await;
            return match result {
                Ok(file) => Outcome::Reply(file.reply(&request_id)),
                Err(Halt::Refused(refusal)) => {
                    Outcome::Reply(answer::download_refused(refusal, &request_id))
                }
                Err(Halt::Faulted) => Outcome::Faulted,
            };
        }
        match self.call(exchange, &parts, body).await {
            Ok(data) => Outcome::Reply(answer::envelope(Ok(data), &request_id)),
            Err(Halt::Refused(refusal)) => {
                Outcome::Reply(answer::envelope(Err(refusal), &request_id))
            }
            Err(Halt::Faulted) => Outcome::Faulted,
        }
    }

    /// A call of the JSON API.
    async fn call(
        &self,
        exchange: &mut Exchange<'_>,
        parts: &Parts,
        body: RequestBody,
    ) -> Result<Value, Halt> {
        let query = parts.uri.query().unwrap_or_default();
        // For the log, if it comes to nothing more.
        let op = query.split('&').find_map(|pair| pair.strip_prefix("op="));
        exchange.op = op.map(shown);
        let target = Target::of_api(parts.uri.path())?;
        if ![Method::GET, Method::POST].contains(&parts.method) {
            return Err(Refusal::new(-5996, "only GET and POST are known here").into());
        }
        let mut wanted = Wanted {
            target: &target,
            need: None,
            now: self.now(),
        };
        // Before anything is stored, the caller must have shown to have the key.
        let presented = presented::signature(&parts.headers, query);
        let signature = self.read_signature(presented.as_deref(), &wanted)?;
        self.check_signature(&signature, &wanted)?;
        let arguments = request::read(self, parts, body).await?;
        let op = arguments.text("op").map(|op| op.into_owned());
        exchange.op = op.as_deref().map(shown);
        let operation = Operation::named(op.as_deref(), &parts.method)?;
        if !exchange.gate().await {
            return Err(Halt::Faulted);
        }
        wanted.need = Some(operation.need());
        self.check_signature(&signature, &wanted)?;
        let path = target::checked(&target.path)?;
        if let Some(content) = &arguments.content {
            ContentLimit::of(op.as_deref()).check(content.blob.length())?;
        }
        Ok(self.carry_out(operation, path, arguments).await?)
    }

    async fn carry_out(
        &self,
        operation: Operation,
        path: &str,
        arguments: Arguments,
    ) -> Result<Value, Refusal> {
        let is_folder = path.ends_with('/');
        match (operation, is_folder) {
            (Operation::Upload, false) => upload::answer(self, path, arguments),
            (Operation::SliceInit, false) => slices::init::answer(self, path, &arguments),
            (Operation::SliceData, false) => slices::data::answer(self, path, arguments).await,
            (Operation::SliceFinish, false) => slices::finish::answer(self, path, &arguments).await,
            (Operation::SliceList, false) => slices::list::answer(self, path),
            (Operation::Stat, false) => stat::answer(self, path),
            (Operation::Stat, true) => folder::stat::answer(self, path),
            (Operation::List, _) => list::answer(self, path, &arguments),
            (Operation::Create, true) => folder::create::answer(self, path, &arguments),
            (Operation::Update, false) => update::answer(self, path, &arguments),
            (Operation::Update, true) => folder::update::answer(self, path, &arguments),
            (Operation::Delete, false) => delete::answer(self, path),
            (Operation::Delete, true) => folder::delete::answer(self, path),
            (Operation::Move, false) => move_to::answer(self, path, &arguments),
            (Operation::Copy, false) => copy::answer(self, path, &arguments),
            // Section 5: the slash at the end decides what is meant.
            (Operation::Create, false) => Err(Refusal::new(
                -5964,
                "a folder is created, but the path does not end with a slash",
            )),
            (_, true) => Err(Refusal::new(
                -5964,
                "the op is for files, but the path ends with a slash",
            )),
        }
    }

    fn now(&self) -> Timestamp {
        (self.clock)()
    }
}

/// The name of an operation as the log keeps it.
fn shown(op: &str) -> String {
    op.chars().take(OP_LIMIT).collect()
}
