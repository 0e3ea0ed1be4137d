//! Tencent Wanxiang (Cloud Image): photos V1, V2 and V2 enhanced, videos V1, porn detection, and
//! downloads.
//!
//! Written from the protocol dossier, which comments cite by section. What no source establishes
//! is decided as its section 15 has it.
//!
//! | module | operation | section |
//! |---|---|---|
//! | `upload` | upload in one request, of pictures and of videos | 6.1, 7, 8.1 |
//! | `slices` | uploads by slices | 6.2, 8.4 |
//! | `copy`, `stat`, `delete` | the same for all kinds | 6.3 to 6.5, 7, 8.2, 8.3 |
//! | `download` | the pictures and videos themselves | 6.6, 7 |
//! | `processing` | what is made of a picture on its way out: sizes, crops, turns, JPEG and PNG; not watermarks, styles and the rest | 6.7 |
//! | `detection` | porn detection | 9 |
//!
//! A request is read in this order: the address, the signature, the form. A single-use signature is
//! spent when all of the request is known.

mod account;
mod analysis;
mod answer;
mod authorize;
mod copy;
mod delete;
mod detection;
mod download;
mod judge;
mod links;
mod operation;
mod picture;
mod processing;
mod request;
mod slices;
mod stat;
mod store;
mod target;
mod upload;

use std::{io, sync::Arc};

use http::request::Parts;
use serde_json::Value;
use tokio::sync::Semaphore;
use yunmei_core::{
    Timestamp,
    wanxiang::sign::{Signature, Verifier},
};

use crate::{
    body::RequestBody,
    exchange::{Exchange, Outcome},
    presented,
    router::Clock,
    storage::Storage,
};
pub use account::WanxiangAccount;
pub(crate) use account::WanxiangRecord;
use answer::Refusal;
use authorize::Wanted;
pub use judge::WanxiangJudge;
use operation::Operation;
use request::Fields;
use store::{Key, Store};
use target::{Place, Shelf, Target};
use upload::Analysis;

/// How many pictures are looked into at once.
const PLACES: usize = 2;

/// How the bucket of pictures was made (section 1).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Generation {
    /// V2: file ids of letters, digits, hyphens, underscores and dots; long download addresses.
    V2,
    /// V2 enhanced: any file ids, short download addresses.
    #[default]
    Enhanced,
}

/// How the service behaves where it has a choice.
#[derive(Clone, Debug, Default)]
pub(crate) struct Manners {
    pub(crate) generation: Generation,
    /// Downloads of pictures want a signature.
    pub(crate) private: bool,
    /// An upload replaces what has its name.
    pub(crate) replace: bool,
    pub(crate) granted_slice_size: Option<u64>,
}

/// The service: one account, one bucket.
pub(crate) struct Wanxiang {
    account: WanxiangAccount,
    verifier: Verifier,
    manners: Manners,
    /// Where the emulator listens.
    port: u16,
    clock: Clock,
    store: Store,
    /// Who looks into pictures: large ones take much memory, so a few at a time.
    bench: Arc<Semaphore>,
    /// Who makes pictures: one at a time.
    workbench: Arc<Semaphore>,
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

impl Wanxiang {
    /// Opens what is kept of it.
    pub(crate) fn open(
        account: WanxiangAccount,
        manners: Manners,
        port: u16,
        clock: Clock,
        storage: &Storage,
    ) -> io::Result<Wanxiang> {
        Ok(Wanxiang {
            verifier: Verifier::new(account.credentials()),
            account,
            manners,
            port,
            clock,
            store: Store::open(storage)?,
            bench: Arc::new(Semaphore::new(PLACES)),
            workbench: Arc::new(Semaphore::new(1)),
        })
    }

    /// The account.
    pub(crate) fn account(&self) -> &WanxiangAccount {
        &self.account
    }

    /// How the bucket was made.
    pub(crate) fn generation(&self) -> Generation {
        self.manners.generation
    }

    /// Whether the host that a request names is one of this service.
    pub(crate) fn has_host(&self, parts: &Parts) -> bool {
        target::has_host(parts)
    }

    /// Whether a request is for this service by its path, where the host is none of the vendor's.
    pub(crate) fn has_path(&self, parts: &Parts) -> bool {
        target::has_path(parts)
    }

    /// Whether a request is signed for this account: whose host names nothing is told apart by that.
    pub(crate) fn has_signature(&self, parts: &Parts) -> bool {
        self.signed_shelf(parts).is_some()
    }

    /// Answers a request.
    pub(crate) async fn answer(
        &self,
        exchange: &mut Exchange<'_>,
        parts: Parts,
        body: RequestBody,
    ) -> Outcome {
        let (result, refused): (_, fn(_) -> _) = match self.place(&parts) {
            Some(Place::Download(shelf)) => {
                let shelf = shelf.spelled_as(self.account.bucket().as_str());
                let found = self.download(exchange, &shelf, &parts).await;
                (found.map(|found| found.reply()), answer::download)
            }
            Some(Place::Detection) => {
                let result = self.detect(exchange, &parts, body).await;
                let reply = result.map(|body| answer::detection(Ok(body)));
                (reply, |refusal| answer::detection(Err(refusal)))
            }
            Some(Place::Management) => {
                let result = self.call(exchange, &parts, body).await;
                let reply = result.map(|data| answer::envelope(Ok(data)));
                (reply, |refusal| answer::envelope(Err(refusal)))
            }
            Some(Place::Nowhere) | None => {
                let problem = "the host names no account and no bucket";
                (Err(Refusal::new(-107, problem).into()), answer::download)
            }
        };
        match result {
            Ok(reply) => Outcome::Reply(reply),
            Err(Halt::Refused(refusal)) => Outcome::Reply(refused(refusal)),
            Err(Halt::Faulted) => Outcome::Faulted,
        }
    }

    /// The part that a request is for.
    fn place(&self, parts: &Parts) -> Option<Place> {
        let place = target::place(parts);
        place.or_else(|| self.signed_shelf(parts).map(Place::Download))
    }

    /// Where a signed link leads that names no host of the service: into the one bucket, or to the
    /// pictures of V1.
    fn signed_shelf(&self, parts: &Parts) -> Option<Shelf> {
        let query = parts.uri.query().unwrap_or_default();
        let presented = presented::signature(&parts.headers, query)?;
        let signature = Signature::decode(&presented).ok()?;
        if signature.app_id().parse() != Ok(self.account.app()) {
            return None;
        }
        let app = self.account.app().to_string();
        let mut segments = parts.uri.path().split('/').skip(1);
        Some(match signature.bucket() {
            None if segments.next() == Some(app.as_str()) => Shelf::Account { app },
            _ => Shelf::Bucket {
                bucket: self.account.bucket().as_str().to_owned(),
                app,
            },
        })
    }

    /// A call about pictures or videos.
    async fn call(
        &self,
        exchange: &mut Exchange<'_>,
        parts: &Parts,
        body: RequestBody,
    ) -> Result<Value, Halt> {
        let mut target = Target::of(parts.uri.path(), &parts.method)?;
        let mut operation = Operation::of(&target, &parts.method)?;
        exchange.op = Some(operation.name(target.space));
        self.choose_slash(&mut target);
        let wanted = Wanted {
            app: &target.app,
            bucket: target.bucket.as_deref(),
            user: &target.user,
            file_id: target.file_id.as_ref().map(|id| id.as_str()),
            call: operation.call(),
            now: self.now(),
        };
        let query = parts.uri.query().unwrap_or_default();
        let presented = presented::signature(&parts.headers, query);
        // Before anything is stored, the caller must have shown to have the key.
        let signature = self.check_signature(presented.as_deref(), &wanted)?;
        let mut fields = Fields::default();
        if operation == Operation::Upload {
            fields = self.read_form(target.space, parts, body).await?;
            operation = fields.operation()?;
            exchange.op = Some(operation.name(target.space));
        }
        if !exchange.gate().await {
            return Err(Halt::Faulted);
        }
        self.spend(signature.as_ref(), &wanted)?;
        let analysis = Analysis::asked(query);
        Ok(self.carry_out(operation, &target, fields, analysis).await?)
    }

    async fn carry_out(
        &self,
        operation: Operation,
        target: &Target,
        fields: Fields,
        analysis: Analysis,
    ) -> Result<Value, Refusal> {
        match operation {
            Operation::Upload => upload::answer(self, target, fields, analysis).await,
            Operation::Slice => slices::answer(self, target, fields, analysis).await,
            Operation::Stat => stat::answer(self, &named(target)?),
            Operation::Copy => copy::answer(self, &named(target)?),
            Operation::Delete => delete::answer(self, &named(target)?),
        }
    }

    /// Of an address that ends with a slash: whether that belongs to the file id.
    fn choose_slash(&self, target: &mut Target) {
        if let Some(slashed) = target.slashed.take() {
            let contents = self.store.contents();
            if contents.object(&target.key(slashed.clone())).is_some() {
                target.file_id = Some(slashed);
            }
        }
    }

    /// Runs what looks into pictures where it holds nobody up.
    async fn in_background<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> Result<T, Refusal> + Send + 'static,
    ) -> Result<T, Refusal> {
        at(&self.bench, work).await
    }

    /// The same of what makes pictures.
    async fn one_at_a_time<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> Result<T, Refusal> + Send + 'static,
    ) -> Result<T, Refusal> {
        at(&self.workbench, work).await
    }

    fn now(&self) -> Timestamp {
        (self.clock)()
    }
}

/// Runs what takes its time when there is a place for it.
async fn at<T: Send + 'static>(
    bench: &Arc<Semaphore>,
    work: impl FnOnce() -> Result<T, Refusal> + Send + 'static,
) -> Result<T, Refusal> {
    let place = Arc::clone(bench).acquire_owned().await;
    aside(move || {
        // Kept until the work is done, even if nobody waits for it any more.
        let _place = place;
        work()
    })
    .await
}

/// Runs what blocks, but takes little memory: it waits for no place.
async fn aside<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, Refusal> + Send + 'static,
) -> Result<T, Refusal> {
    match tokio::task::spawn_blocking(work).await {
        Ok(result) => result,
        Err(_) => Err(Refusal::new(-195, "the work was broken off")),
    }
}

/// What names the object of an address that has to name one.
fn named(target: &Target) -> Result<Key, Refusal> {
    match &target.file_id {
        Some(file_id) => Ok(target.key(file_id.clone())),
        None => Err(Refusal::new(-5994, "the path names no file")),
    }
}
