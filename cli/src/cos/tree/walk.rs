use std::path::{Path, PathBuf};

use walkdir::{DirEntry, WalkDir};

use crate::{exit::Failure, transfer::is_unfinished};

/// Something in a folder on this machine.
#[derive(Debug)]
pub(super) enum Found {
    /// A file, by its path within the folder.
    File(PathBuf),
    /// What is not copied, and why.
    LeftOut(PathBuf, &'static str),
    /// What cannot be looked at.
    Unreadable(Failure),
}

/// All that is in a folder and its folders, in the order of the names.
pub(super) fn walk(folder: &Path) -> impl Iterator<Item = Found> {
    let entries = WalkDir::new(folder).min_depth(1).sort_by_file_name();
    entries.into_iter().filter_map(move |entry| match entry {
        Ok(entry) => found(folder, entry),
        Err(error) => {
            let path = error.path().unwrap_or(folder).display().to_string();
            let failure = match error.into_io_error() {
                Some(error) => Failure::file(path, error),
                None => Failure::file(path, "leads back to itself"),
            };
            Some(Found::Unreadable(failure))
        }
    })
}

fn found(folder: &Path, entry: DirEntry) -> Option<Found> {
    let kind = entry.file_type();
    if kind.is_dir() {
        return None;
    }
    if kind.is_symlink() {
        let why = "a symbolic link is not followed";
        return Some(Found::LeftOut(entry.into_path(), why));
    }
    if !kind.is_file() {
        let why = "is neither a file nor a folder";
        return Some(Found::LeftOut(entry.into_path(), why));
    }
    if is_unfinished(entry.file_name()) {
        let why =
            "is an unfinished download of yunmei and not copied; if none is under way, delete it";
        return Some(Found::LeftOut(entry.into_path(), why));
    }
    let within = entry.path().strip_prefix(folder).map(Path::to_owned);
    Some(Found::File(within.unwrap_or_else(|_| entry.into_path())))
}

/// Whether [`walk`] finds this file.
pub(super) fn holds(folder: &Path, file: &Path) -> bool {
    let Some((file, folders)) = steps(folder, file) else {
        return false;
    };
    let kind = |path: &Path| path.symlink_metadata().map(|there| there.file_type());
    let is_folder = |path: &PathBuf| kind(path).is_ok_and(|kind| kind.is_dir());
    folders.iter().all(is_folder)
        && kind(&file).is_ok_and(|kind| kind.is_file())
        && !file.file_name().is_some_and(is_unfinished)
}

/// The place of a file in a folder, and those of the folders on the way.
fn steps(folder: &Path, file: &Path) -> Option<(PathBuf, Vec<PathBuf>)> {
    let mut way = Vec::new();
    let mut place = folder.to_owned();
    for name in file {
        place.push(name);
        way.push(place.clone());
    }
    Some((way.pop()?, way))
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use std::{fs, os::unix::fs::symlink};

    use super::*;

    #[test]
    fn files_are_found_in_the_order_of_their_names_and_links_are_left_out() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = |name: &str| folder.path().join(name);
        for inner in ["b", "b/empty", "b/图"] {
            fs::create_dir(path(inner)).expect("a folder");
        }
        for file in ["c", "b/图/z", "b/a", "a", "b/.yunmei-aB3xY9.part"] {
            fs::write(path(file), "").expect("a file");
        }
        symlink(path("b"), path("link")).expect("a link");
        let found: Vec<String> = walk(folder.path())
            .map(|found| match found {
                Found::File(path) => path.display().to_string(),
                Found::LeftOut(path, _) => {
                    format!("-{}", path.file_name().expect("a name").display())
                }
                Found::Unreadable(failure) => failure.to_string(),
            })
            .collect();
        assert_eq!(
            found,
            ["a", "-.yunmei-aB3xY9.part", "b/a", "b/图/z", "c", "-link"]
        );
        assert!(holds(folder.path(), Path::new("b/图/z")));
        assert!(!holds(folder.path(), Path::new("link/a")));
        assert!(!holds(folder.path(), Path::new("b/empty")));
        assert!(!holds(folder.path(), Path::new("b/.yunmei-aB3xY9.part")));
    }
}
