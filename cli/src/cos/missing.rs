//! What is not there, and what to do about it.

use yunmei_core::{
    cos::{Bucket, FolderPath},
    error::ServiceErrorKind,
};

use super::{CosLocation, Session, tree::Reach};
use crate::{
    exit::{Advice, Failure},
    output::{quoted, shown},
};

/// What to say to whoever wrote a pattern, as shells have them.
const NO_PATTERNS: &str = "there are no patterns, * and ? mean themselves: ls takes how names begin, \
                           -r takes a folder with all that is in it";

/// Whether a file or folder is not there; a bucket that is not there is something else.
pub(super) fn is_missing(failure: &Failure) -> bool {
    let is_missing = match failure {
        Failure::Operation { error, .. } => error.kind() == Some(ServiceErrorKind::NotFound),
        _ => false,
    };
    is_missing && Reach::of(failure) == Reach::This
}

/// A file that is not there may be a folder that was meant.
pub(super) fn if_folder(failure: Failure, location: &CosLocation) -> Failure {
    advised(failure, location, || {
        let folder = shown(&format!("{location}/"));
        Advice::with_command("a folder is named with a / at its end", folder)
    })
}

/// The same for attributes, which not every folder has.
pub(super) fn if_listed(failure: Failure, location: &CosLocation) -> Failure {
    advised(failure, location, || {
        let folder = quoted(&format!("{location}/"));
        Advice::with_command(
            "if it is a folder, list it",
            format!("yunmei cos ls {folder}"),
        )
    })
}

/// A folder without attributes may be there all the same.
pub(super) fn if_implied(failure: Failure, folder: &CosLocation) -> Failure {
    advised(failure, folder, || {
        Advice::with_command(
            "a folder that only exists in the names of files has no attributes; list it",
            format!("yunmei cos ls {}", quoted(&folder.to_string())),
        )
    })
}

fn advised(failure: Failure, location: &CosLocation, advice: impl FnOnce() -> Advice) -> Failure {
    match is_missing(&failure) {
        true if is_pattern(location) => failure.advised(NO_PATTERNS),
        true => failure.advised(advice()),
        false => failure,
    }
}

/// A path that is not there may be meant for several.
pub(super) fn if_pattern(failure: Failure, location: &CosLocation) -> Failure {
    let is_missing = matches!(failure, Failure::Missing(_)) || is_missing(&failure);
    match is_missing && is_pattern(location) {
        true => failure.advised(NO_PATTERNS),
        false => failure,
    }
}

fn is_pattern(location: &CosLocation) -> bool {
    location.to_string().contains(['*', '?'])
}

/// What to say of a folder of which there is nothing.
pub(super) fn no_folder(location: &CosLocation) -> Failure {
    let place = shown(&location.to_string());
    let failure = Failure::Missing(format!("{place}: there is no such folder"));
    if_pattern(failure, location)
}

/// Whether there is a folder in which nothing was found.
///
/// The service lists a folder that is not there as an empty one. Only a folder that was created can
/// be empty, and that has attributes.
pub(super) async fn was_created(
    session: &Session,
    bucket: &Bucket,
    location: &CosLocation,
    folder: &FolderPath,
) -> Result<bool, Failure> {
    if folder.is_root() {
        return Ok(true);
    }
    match session.client.run(bucket.stat_folder(folder)).await {
        Ok(_) => Ok(true),
        Err(error) if error.kind() == Some(ServiceErrorKind::NotFound) => Ok(false),
        Err(error) => Err(Failure::operation(location, error)),
    }
}
