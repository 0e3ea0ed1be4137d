use clap::Args;
use serde_json::json;
use yunmei_core::{
    cos::{Bucket, Entry, FolderPath, List, Pager},
    error::ServiceErrorKind,
};

use super::{CosLocation, Session, location::Object};
use crate::{
    exit::Failure,
    output::{shown, time},
};

/// List a folder; or, with a path that does not end in `/`, what in its folder begins like that.
///
/// A folder that was created and is empty lists nothing. One that is not there is not found (exit
/// status 4), nor is a path that nothing begins like.
#[derive(Args, Debug)]
pub(crate) struct LsCommand {
    /// cos://bucket/folder/, or cos://bucket/folder/begin [default: the configured bucket's root]
    #[arg(default_value = "cos:///", hide_default_value = true)]
    location: CosLocation,
}

pub(super) async fn run(session: &Session, command: LsCommand) -> Result<(), Failure> {
    let location = command.location;
    let bucket = session.bucket(location.bucket.as_ref())?;
    let failed = |error| Failure::operation(&location, error);
    let (list, folder) = list(&bucket, &location);
    let mut pager = Pager::new(list);
    let mut is_empty = true;
    while let Some(list) = pager.next_page() {
        let page = session.client.run(list).await.map_err(failed)?;
        for entry in pager.accept(page).map_err(failed)? {
            is_empty = false;
            show(session, &folder, &entry)?;
        }
        if session.output.is_closed() {
            break;
        }
    }
    match is_empty {
        true => explain_nothing(session, &bucket, &location).await,
        false => Ok(()),
    }
}

/// The service lists a folder that is not there as an empty one. Only a folder that was created can
/// be empty, and that has attributes.
async fn explain_nothing(
    session: &Session,
    bucket: &Bucket,
    location: &CosLocation,
) -> Result<(), Failure> {
    let missing = |problem| Err(Failure::Missing(shown(&format!("{location}: {problem}"))));
    match &location.object {
        Object::File(_) => missing("nothing begins like this"),
        Object::Folder(folder) if folder.is_root() => Ok(()),
        Object::Folder(folder) => match session.client.run(bucket.stat_folder(folder)).await {
            Ok(_) => Ok(()),
            Err(error) if error.kind() == Some(ServiceErrorKind::NotFound) => {
                missing("there is no such folder")
            }
            Err(error) => Err(Failure::operation(location, error)),
        },
    }
}

/// What to list, and the folder that the names in it belong to.
fn list(bucket: &Bucket, location: &CosLocation) -> (List, FolderPath) {
    match &location.object {
        Object::Folder(folder) => (bucket.list(folder), folder.clone()),
        Object::File(path) => (
            bucket.list(&path.folder()).prefix(path.name()),
            path.folder(),
        ),
    }
}

fn show(session: &Session, folder: &FolderPath, entry: &Entry) -> Result<(), Failure> {
    let name = shown(entry.name());
    match entry {
        Entry::File(file) => {
            let modified = file.modified.map(time).unwrap_or_default();
            let size = file
                .size
                .map_or_else(|| "?".into(), |size| size.to_string());
            session.output.line(
                &format!("{modified:<20}  {size:>12}  {name}"),
                &json!({
                    "type": "file",
                    "path": format!("{folder}{}", file.name),
                    "size": file.size,
                    "stored": file.stored,
                    "sha": file.sha,
                    "created": file.created,
                    "modified": file.modified,
                }),
            )
        }
        Entry::Folder(entry) => {
            let modified = entry.modified.map(time).unwrap_or_default();
            session.output.line(
                &format!("{modified:<20}  {:>12}  {name}/", "-"),
                &json!({
                    "type": "folder",
                    "path": format!("{folder}{}/", entry.name),
                    "created": entry.created,
                    "modified": entry.modified,
                }),
            )
        }
        _ => Ok(()),
    }
}
