//! ByteDance TTVcloud and its successor Volcengine: video on demand, pictures (ImageX), users, and
//! cutting and joining of videos (Edit), all behind one address; and the host that takes uploads.
//!
//! Written from the protocol dossier, which comments cite by section. What no source establishes is
//! decided as its section 15 has it, or where the module says so.
//!
//! | module | what | section |
//! |---|---|---|
//! | `action` | what there is to call, of all services | 7.1, 10 to 12, 16.3 |
//! | `authorize` | signatures of both dialects, in headers and in the query; session tokens and their policies | 4 to 6, 15 |
//! | `content` | the bytes of videos and pictures | 8, 9 |
//! | `upload_host` | where files go, in one piece or in parts | 8 |
//! | `vod` | videos | 7, 9, 16.3 |
//! | `imagex` | pictures | 11 |
//! | `iam` | users | 10 |
//! | `edit` | jobs that cut and join | 12 |
//!
//! A request is read in this order: action and version, the body, the signature, whether the service
//! has the action. Only then something is done.

mod account;
mod action;
mod answer;
mod asked;
mod authorize;
mod content;
mod edit;
mod iam;
mod imagex;
mod judge;
mod place;
mod policy;
mod time;
mod upload_host;
mod vod;

use std::{io, sync::Arc, time::Duration};

use http::{StatusCode, request::Parts};
use serde_json::Value;
use tokio::sync::Semaphore;
use yunmei_core::{
    Timestamp,
    vcloud::{Parameters, Service, sts2::Issuer},
};

use crate::{
    body::RequestBody,
    exchange::{Exchange, Outcome, Reply},
    router::Clock,
    storage::Storage,
};
pub use account::VcloudAccount;
pub(crate) use account::VcloudRecord;
use answer::{Metadata, Refusal};
use asked::Asked;
use edit::Edit;
use iam::Iam;
use imagex::ImageX;
pub use judge::{VcloudJudge, VcloudLeave};
use place::{Place, authority, place};
pub(crate) use place::{has_host, has_path};
use upload_host::Uploads;
use vod::Vod;

/// The longest body of a call, in bytes: they are JSON documents and short forms.
const BODY_LIMIT: usize = 4 * 1024 * 1024;

/// How the services behave where they have a choice.
#[derive(Clone, Debug)]
pub(crate) struct Manners {
    /// How long the processing of a video takes.
    pub(crate) transcode_delay: Duration,
    /// How long a job of Edit takes.
    pub(crate) edit_delay: Duration,
    /// The least length of a part but the last.
    pub(crate) part_size: u64,
}

impl Default for Manners {
    fn default() -> Manners {
        Manners {
            transcode_delay: Duration::from_secs(2),
            edit_delay: Duration::from_secs(2),
            part_size: upload_host::PART_SIZE,
        }
    }
}

/// What the services share when they are opened.
struct Ground<'a> {
    account: &'a VcloudAccount,
    manners: &'a Manners,
    clock: &'a Clock,
    storage: &'a Storage,
    uploads: &'a Arc<Uploads>,
}

/// The services, with one account.
pub(crate) struct Vcloud {
    account: VcloudAccount,
    /// What session tokens are checked with.
    issuer: Issuer,
    /// Where the emulator listens.
    port: u16,
    clock: Clock,
    uploads: Arc<Uploads>,
    /// Who makes pictures: large ones take much memory, so one at a time.
    workbench: Arc<Semaphore>,
    vod: Arc<Vod>,
    imagex: ImageX,
    iam: Iam,
    edit: Edit,
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

impl Vcloud {
    /// Opens what is kept of it.
    pub(crate) fn open(
        account: VcloudAccount,
        manners: Manners,
        port: u16,
        clock: Clock,
        storage: &Storage,
    ) -> io::Result<Vcloud> {
        let uploads = Arc::new(Uploads::open(storage, manners.part_size)?);
        let ground = Ground {
            account: &account,
            manners: &manners,
            clock: &clock,
            storage,
            uploads: &uploads,
        };
        let vod = Arc::new(Vod::open(&ground)?);
        let imagex = ImageX::open(&ground)?;
        let iam = Iam::open(&ground)?;
        let edit = Edit::open(&ground, &vod)?;
        Ok(Vcloud {
            issuer: Issuer::new(account.credentials()).map_err(io::Error::other)?,
            account,
            port,
            clock,
            uploads,
            workbench: Arc::new(Semaphore::new(1)),
            vod,
            imagex,
            iam,
            edit,
        })
    }

    /// The account.
    pub(crate) fn account(&self) -> &VcloudAccount {
        &self.account
    }

    /// Goes on with what a former process left. Needs a runtime.
    pub(crate) fn take_up(&self) {
        self.vod.take_up();
    }

    /// Answers a request.
    pub(crate) async fn answer(
        &self,
        exchange: &mut Exchange<'_>,
        parts: Parts,
        body: RequestBody,
    ) -> Outcome {
        match place(&parts) {
            Place::Gateway => self.gateway(exchange, &parts, body).await,
            Place::Upload(path) => self.upload(exchange, &parts, path, body).await,
            Place::Content(path) => self.content(exchange, &parts, &path).await,
            Place::Nowhere => {
                let refusal = Refusal::new(
                    StatusCode::NOT_FOUND,
                    "NotFound",
                    "actions are called at /, and objects have paths that begin with /tos-cn-",
                );
                Outcome::Reply(self.enveloped(&Metadata::default(), Err(refusal)))
            }
        }
    }

    /// An action.
    async fn gateway(
        &self,
        exchange: &mut Exchange<'_>,
        parts: &Parts,
        body: RequestBody,
    ) -> Outcome {
        let mut metadata = Metadata::default();
        match self.call(exchange, parts, body, &mut metadata).await {
            Ok(Answered::Document(result)) => Outcome::Reply(self.enveloped(&metadata, Ok(result))),
            Ok(Answered::Reply(reply)) => Outcome::Reply(reply),
            Err(Halt::Refused(refusal)) => Outcome::Reply(self.enveloped(&metadata, Err(refusal))),
            Err(Halt::Faulted) => Outcome::Faulted,
        }
    }

    async fn call(
        &self,
        exchange: &mut Exchange<'_>,
        parts: &Parts,
        body: RequestBody,
        metadata: &mut Metadata,
    ) -> Result<Answered, Halt> {
        let query = parts.uri.query().unwrap_or_default();
        let query = Parameters::decode(query)
            .ok_or_else(|| Refusal::invalid("Query", "this is no UTF-8"))?;
        (metadata.action, metadata.version) = named(&query)?;
        let known = action::find(&metadata.action, &metadata.version);
        let Some((first, _)) = known.first() else {
            let problem = "no service has this action in this version";
            return Err(Refusal::unknown_action(problem).into());
        };
        exchange.op = Some(operation(*first, &metadata.action));
        if !(known.iter()).any(|(_, row)| row.methods.contains(&parts.method)) {
            return Err(wrong_method().into());
        }
        let Some(body) = body.read(BODY_LIMIT).await.map_err(Refusal::from)? else {
            let problem = format_args!("it has more than {BODY_LIMIT} bytes");
            return Err(Refusal::invalid("Body", problem).into());
        };
        let asked = self.authorized(parts, query, body, &known, metadata)?;
        exchange.op = Some(operation(asked.service, asked.action));
        if asked.action == vod::FETCHING && parts.headers.contains_key(vod::FETCH) {
            return Err(Refusal::denied("a fetch does not begin another one").into());
        }
        if !exchange.gate().await {
            return Err(Halt::Faulted);
        }
        Ok(self.carried_out(&asked).await?)
    }

    async fn carried_out(&self, asked: &Asked) -> Result<Answered, Refusal> {
        let result = match asked.service {
            Service::Vod if asked.action == vod::REDIRECT => {
                return Ok(Answered::Reply(self.vod.redirect(asked)?));
            }
            // The same actions, under another name (section 16.2).
            Service::Vod if edit::has(asked.action) => self.edit.answer(asked).await,
            Service::Vod => self.vod.answer(asked).await,
            Service::ImageX => self.imagex.answer(asked).await,
            Service::Iam => self.iam.answer(asked).await,
            Service::Edit => self.edit.answer(asked).await,
            Service::Sts => Err(Refusal::unknown_action(asked.action)),
        };
        Ok(Answered::Document(result?))
    }

    fn enveloped(&self, metadata: &Metadata, result: Result<Value, Refusal>) -> Reply {
        answer::envelope(metadata, self.now(), result)
    }

    /// Whom a client finds the emulator by.
    fn authority(&self, parts: &Parts) -> String {
        authority(parts, self.port)
    }

    fn now(&self) -> Timestamp {
        (self.clock)()
    }
}

/// What a call brought.
enum Answered {
    Document(Value),
    /// One that is no document.
    Reply(Reply),
}

/// Action and version of a query.
fn named(query: &Parameters) -> Result<(String, String), Refusal> {
    let one = |name: &str| {
        let mut values = query.iter().filter(|(known, _)| *known == name);
        match (values.next(), values.next()) {
            (Some((_, value)), None) if !value.is_empty() => Ok(value.to_owned()),
            (Some(_), Some(_)) => Err(Refusal::invalid(name, "it is there twice")),
            _ => Err(Refusal {
                code: "MissingParameter".into(),
                ..Refusal::missing(name).numbered(100_002)
            }),
        }
    };
    Ok((one("Action")?, one("Version")?))
}

/// The name of an operation in the log, and in the rules of faults.
fn operation(service: Service, action: &str) -> String {
    format!("{}.{action}", action::noun(service))
}

fn wrong_method() -> Refusal {
    let problem = "the action takes another method";
    Refusal::new(StatusCode::METHOD_NOT_ALLOWED, "MethodNotAllowed", problem).numbered(100_020)
}
