//! ImageX: pictures (section 11).
//!
//! | module | what |
//! |---|---|
//! | `apply`, `commit` | the leave to upload, and what was uploaded |
//! | `files` | what is known of pictures, pages of them, and their deletion |
//! | `updates` | addresses that are refreshed, or no longer served |
//! | `templates` | how pictures may be shown |
//! | `images` | the pictures that were committed |
//! | `picture`, `animation` | what their bytes say |
//!
//! Not established, and decided here:
//!
//! * An upload replaces what has its name, whatever `Overwrite` says.
//! * A refresh has nothing to forget, and succeeds. An address that is disabled is not served in
//!   exactly that form; other forms of the same picture are.
//! * `Encryption` is the only function of a commit; it is done as with other objects (see `vod`). What
//!   is encrypted is stored, and neither listed nor shown.
//! * Keys that limit the names of pictures upload none whose name is made up, unless below a prefix
//!   within that limit.
//! * Templates are kept as they were sent, under the name that they say, or one that begins with what
//!   they say. A preview of one checks it, and keeps nothing.

mod animation;
mod apply;
mod commit;
mod files;
mod images;
mod picture;
mod templates;
mod updates;

use std::{
    io,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use http::{Method, StatusCode};
use serde_json::{Value, json};

use super::{
    Ground,
    action::{Action, GET, POST},
    answer::Refusal,
    asked::Asked,
    upload_host::{Owner, Uploads},
};
use images::Images;
use templates::Templates;
use updates::Updates;

const VERSION: &str = "2018-08-01";
/// What all addresses of pictures together weigh.
const WEIGHT: u32 = 100;

/// What there is to call.
pub(super) const ACTIONS: &[Action] = &[
    Action {
        resources: apply::resources,
        ..row("ApplyImageUpload", GET)
    },
    row("CommitImageUpload", POST),
    row("PreviewImageUploadFile", GET),
    row("GetImageUploadFile", GET),
    row("GetImageUploadFiles", GET),
    row("DeleteImageUploadFiles", POST),
    row("UpdateImageUploadFiles", POST),
    row("GetImageUpdateFiles", GET),
    row("CreateImageTemplate", POST),
    row("DeleteImageTemplate", POST),
    row("PreviewImageTemplate", POST),
    row("GetImageTemplate", GET),
    row("GetAllImageTemplates", GET),
    Action {
        version: "2019-07-01",
        ..row("GetCdnDomainWeights", GET)
    },
];

const fn row(name: &'static str, methods: &'static [Method]) -> Action {
    Action {
        name,
        version: VERSION,
        methods,
        resources: about_service,
    }
}

/// The name of a service in policies (section 6.4).
fn about_service(asked: &Asked) -> Vec<String> {
    vec![format!(
        "trn:ImageX:*:*:ServiceId/{}",
        asked.text("ServiceId")
    )]
}

/// The service.
pub(super) struct ImageX {
    service: String,
    uploads: Arc<Uploads>,
    images: Mutex<Images>,
    templates: Mutex<Templates>,
    updates: Mutex<Updates>,
}

impl ImageX {
    /// Opens what is kept of it.
    pub(super) fn open(ground: &Ground<'_>) -> io::Result<ImageX> {
        Ok(ImageX {
            service: ground.account.service().as_str().to_owned(),
            uploads: Arc::clone(ground.uploads),
            images: Mutex::new(Images::open(ground.storage, ground.uploads)?),
            templates: Mutex::new(Templates::open(ground.storage)?),
            updates: Mutex::new(Updates::open(ground.storage)?),
        })
    }

    /// Carries an action out.
    pub(super) async fn answer(&self, asked: &Asked) -> Result<Value, Refusal> {
        self.check_service(asked)?;
        match asked.action {
            "ApplyImageUpload" => self.apply(asked),
            "CommitImageUpload" => self.commit(asked).await,
            "PreviewImageUploadFile" => self.preview(asked).await,
            "GetImageUploadFile" => self.stat(asked),
            "GetImageUploadFiles" => self.list(asked),
            "DeleteImageUploadFiles" => self.delete(asked),
            "UpdateImageUploadFiles" => self.update(asked),
            "GetImageUpdateFiles" => self.updated(asked),
            "CreateImageTemplate" => self.create_template(asked),
            "DeleteImageTemplate" => self.delete_templates(asked),
            "PreviewImageTemplate" => self.preview_template(asked),
            "GetImageTemplate" => self.template(asked),
            "GetAllImageTemplates" => self.all_templates(asked),
            "GetCdnDomainWeights" => Ok(json!({&*self.service: {&*asked.authority: WEIGHT}})),
            other => Err(Refusal::unknown_action(other)),
        }
    }

    /// Whether a picture may be seen at this path, which has no slash at its beginning.
    pub(super) fn is_shown(&self, uri: &str, path: &str) -> bool {
        self.images().is_there(uri) && !self.updates().is_disabled(path)
    }

    fn owner(&self) -> Owner {
        Owner::Service(self.service.clone())
    }

    fn check_service(&self, asked: &Asked) -> Result<(), Refusal> {
        match asked.text("ServiceId") {
            "" => Err(Refusal::missing("ServiceId").numbered(600_008)),
            service if service == self.service => Ok(()),
            _ => {
                let problem = "there is no service of this ServiceId";
                let status = StatusCode::NOT_FOUND;
                Err(Refusal::new(status, "ResourceNotFound.ServiceId", problem).numbered(601_002))
            }
        }
    }

    // Nothing is awaited while one of these is held.

    fn images(&self) -> MutexGuard<'_, Images> {
        self.images.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn templates(&self) -> MutexGuard<'_, Templates> {
        let templates = self.templates.lock();
        templates.unwrap_or_else(PoisonError::into_inner)
    }

    fn updates(&self) -> MutexGuard<'_, Updates> {
        self.updates.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A parameter, or a member of the body, is not as it has to be (section 13.6).
fn invalid(name: &str, problem: impl std::fmt::Display) -> Refusal {
    Refusal::invalid(name, problem).numbered(600_003)
}

/// A parameter that has to be there.
fn needed<'a>(asked: &'a Asked, name: &str) -> Result<&'a str, Refusal> {
    asked
        .needed(name)
        .map_err(|refusal| refusal.numbered(600_003))
}

/// How many things a page is to have.
fn limit(asked: &Asked, most: i64, usual: i64) -> Result<usize, Refusal> {
    let limit = asked.number("Limit")?.unwrap_or(usual);
    let fitting = Some(limit).filter(|limit| (1..=most).contains(limit));
    fitting
        .and_then(|limit| usize::try_from(limit).ok())
        .ok_or_else(|| invalid("Limit", format_args!("it is not from 1 to {most}")))
}
