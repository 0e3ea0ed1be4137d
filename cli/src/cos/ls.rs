use clap::Args;
use serde_json::json;
use yunmei_core::cos::{Bucket, Entry, FileEntry, FolderEntry, FolderPath, List, Pager};

use super::{
    CosLocation, Session,
    location::Object,
    missing,
    tree::{self, Below, Found, Reach, Trouble},
};
use crate::{
    exit::{Failure, Tally},
    output::{shown, time},
};

/// List a folder; or, with a path that does not end in `/`, what in its folder begins like that.
///
/// A folder that was created and is empty lists nothing. One that is not there is not found (exit
/// status 4), nor is a path that nothing begins like. A file of which an upload is not finished is
/// marked.
#[derive(Args, Debug)]
pub(crate) struct LsCommand {
    /// List all files in a folder, in its folders and so on, by their paths from there
    #[arg(long, short)]
    recursive: bool,
    /// cos://bucket/folder/, or cos://bucket/folder/begin [default: the configured bucket's root]
    #[arg(default_value = "cos:///", hide_default_value = true)]
    location: CosLocation,
}

pub(super) async fn run(session: &Session, command: LsCommand) -> Result<(), Failure> {
    let location = command.location;
    let bucket = session.bucket(location.bucket.as_ref())?;
    if command.recursive {
        return run_recursively(session, &bucket, &location).await;
    }
    let failed = |error| Failure::operation(&location, error);
    let (list, folder) = list(&bucket, &location);
    let mut pager = Pager::new(list);
    let mut is_empty = true;
    while let Some(list) = pager.next_page() {
        let page = session.client.run(list).await.map_err(failed)?;
        for entry in pager.accept(page).map_err(failed)? {
            is_empty = false;
            match &entry {
                Entry::File(file) => show_file(session, &folder, &folder, file)?,
                Entry::Folder(entry) => show_folder(session, &folder, entry)?,
                _ => {}
            }
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

async fn run_recursively(
    session: &Session,
    bucket: &Bucket,
    location: &CosLocation,
) -> Result<(), Failure> {
    let Object::Folder(top) = &location.object else {
        let problem = "--recursive lists folders, which are named with a / at their end";
        return Err(Failure::Usage(shown(&format!("{location}: {problem}"))));
    };
    let mut below = Below::new(&session.client, bucket, location.bucket.as_ref(), top);
    let (mut tally, mut trouble) = (Tally::default(), Trouble::default());
    let mut is_empty = true;
    while let Some(found) = below.next().await {
        match found {
            Ok(Found::File(path, file)) => {
                show_file(session, top, &path.folder(), &file)?;
                tally.count(Ok(()))?;
                trouble.note(Reach::This);
            }
            Ok(Found::Folder(folder)) => below.enter(folder),
            Ok(Found::End(_)) => continue,
            Err(failure) => {
                trouble.note(Reach::of(&failure));
                tally.count(Err(failure))?;
                if trouble.is_all() {
                    let more = !is_empty || below.waiting() != (0, false);
                    tree::say_untried(0, more);
                    return sum_up(session, tally);
                }
            }
        }
        is_empty = false;
        if session.output.is_closed() {
            break;
        }
    }
    match is_empty {
        true => explain_nothing(session, bucket, location).await,
        false => sum_up(session, tally),
    }
}

/// Of a listing that is complete there is nothing to say.
fn sum_up(session: &Session, tally: Tally) -> Result<(), Failure> {
    let (listed, failed) = tally.counts();
    if failed == 0 || (listed, failed) == (0, 1) {
        return tally.sum_up();
    }
    let sum = tree::sum([(listed, "listed"), (failed, "failed")]);
    tree::conclude(session, tally.sum_up(), &sum, false)
}

/// Nothing was listed: that is a failure, unless it is an empty folder.
async fn explain_nothing(
    session: &Session,
    bucket: &Bucket,
    location: &CosLocation,
) -> Result<(), Failure> {
    let Object::Folder(folder) = &location.object else {
        let problem = shown(&format!("{location}: nothing begins like this"));
        return Err(missing::if_pattern(Failure::Missing(problem), location));
    };
    match missing::was_created(session, bucket, location, folder).await? {
        true => Ok(()),
        false => Err(missing::no_folder(location)),
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

/// Shows a file of `folder` by its path from `top` on.
fn show_file(
    session: &Session,
    top: &FolderPath,
    folder: &FolderPath,
    file: &FileEntry,
) -> Result<(), Failure> {
    let path = format!("{folder}{}", file.name);
    let name = shown(path.strip_prefix(top.as_str()).unwrap_or(&path));
    let modified = file.modified.map(time).unwrap_or_default();
    let size = file
        .size
        .map_or_else(|| "?".into(), |size| size.to_string());
    let unfinished = match file.stored {
        Some(stored) if file.size.is_some_and(|size| size != stored) => {
            format!("  (stored {stored} bytes: an upload is open)")
        }
        _ => String::new(),
    };
    session.output.line(
        &format!("{modified:<20}  {size:>12}  {name}{unfinished}"),
        &json!({
            "type": "file",
            "path": path,
            "size": file.size,
            "stored": file.stored,
            "sha": file.sha,
            "created": file.created,
            "modified": file.modified,
        }),
    )
}

fn show_folder(session: &Session, folder: &FolderPath, entry: &FolderEntry) -> Result<(), Failure> {
    let name = shown(&entry.name);
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
