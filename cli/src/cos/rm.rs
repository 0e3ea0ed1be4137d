use clap::Args;
use serde_json::json;
use yunmei_core::{cos::FolderPath, error::ServiceError};

use super::{CosLocation, Session, location::Object, missing, tree};
use crate::{
    exit::{Failure, each},
    output::shown,
};

/// What the service says of a folder that is not empty (dossier 8.4).
const NOT_EMPTY: i64 = -173;

/// Delete files, or folders that are empty; with --recursive, folders with all that is in them.
///
/// There is no undo. It goes on when nobody reads what it tells any more, as with `| head`; where
/// that cannot be written, as on a full disk, it stops.
#[derive(Args, Debug)]
pub(crate) struct RmCommand {
    /// Delete folders with all the files and folders in them
    #[arg(long, short)]
    recursive: bool,
    /// With --recursive, let cos:/// mean all that is in the bucket
    #[arg(long, requires = "recursive")]
    whole_bucket: bool,
    /// cos://bucket/path, or cos://bucket/folder/
    #[arg(required = true, value_name = "LOCATION")]
    locations: Vec<CosLocation>,
}

impl RmCommand {
    /// A path that came out too short is not to cost all there is.
    fn spare_the_bucket(&self) -> Result<(), Failure> {
        let is_root = |location: &&CosLocation| match &location.object {
            Object::Folder(folder) => folder.is_root(),
            Object::File(_) => false,
        };
        match self.locations.iter().find(is_root) {
            Some(root) if !self.whole_bucket => Err(Failure::Usage(format!(
                "{root}: is the whole bucket; --whole-bucket deletes all that is in it"
            ))),
            _ => Ok(()),
        }
    }
}

pub(super) async fn run(session: &Session, command: RmCommand) -> Result<(), Failure> {
    if command.recursive {
        command.spare_the_bucket()?;
        return tree::remove(session, &command.locations).await;
    }
    each(&command.locations, async |location| {
        let result = delete(session, location).await;
        match (result, &location.object) {
            (Err(failure), Object::File(_)) => Err(missing::if_folder(failure, location)),
            (Err(failure), Object::Folder(folder)) => {
                Err(explain(session, location, folder, failure).await)
            }
            (Ok(()), _) => Ok(()),
        }
    })
    .await
}

/// Deletes one file, or one folder that is empty, and says so.
pub(super) async fn delete(session: &Session, location: &CosLocation) -> Result<(), Failure> {
    let bucket = session.bucket(location.bucket.as_ref())?;
    let place = shown(&location.to_string());
    session.if_interrupted(format!("{place} may have been deleted"));
    let result = match &location.object {
        Object::File(path) => session.client.run(bucket.delete(path)).await,
        Object::Folder(path) => session.client.run(bucket.delete_folder(path)).await,
    };
    session.if_interrupted(None);
    result.map_err(|error| Failure::operation(location, error))?;
    session.output.line(
        &format!("deleted {place}"),
        &json!({ "deleted": location.to_string() }),
    )
}

/// Why a folder was not deleted. One that only exists in the names of files is missing, if the
/// service is to be believed (dossier 5).
async fn explain(
    session: &Session,
    location: &CosLocation,
    folder: &FolderPath,
    failure: Failure,
) -> Failure {
    let is_full = match missing::is_missing(&failure) {
        true => has_something(session, location, folder).await,
        false => is_refused_as_full(&failure).then_some(true),
    };
    let place = shown(&location.to_string());
    match is_full {
        Some(true) => Failure::Usage(format!(
            "{place}: there is something in this folder; --recursive (-r) deletes it with all that \
             is in it"
        )),
        Some(false) => missing::no_folder(location),
        None => failure,
    }
}

async fn has_something(
    session: &Session,
    location: &CosLocation,
    folder: &FolderPath,
) -> Option<bool> {
    let bucket = session.bucket(location.bucket.as_ref()).ok()?;
    let page = session.client.run(bucket.list(folder).page_size(1)).await;
    Some(!page.ok()?.entries.is_empty())
}

fn is_refused_as_full(failure: &Failure) -> bool {
    let refusal = match failure {
        Failure::Operation { error, .. } => error.service(),
        _ => None,
    };
    refusal.map(ServiceError::code) == Some(NOT_EMPTY)
}
