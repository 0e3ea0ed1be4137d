use std::{
    ffi::OsStr,
    fs, io,
    path::{Path, PathBuf},
};

use tempfile::NamedTempFile;
use yunmei_core::error::LocalError;

use crate::exit::Failure;

/// What is wrong with a file where a folder is wanted.
pub(crate) const IS_A_FILE: &str = "is a file here, and no folder";

/// What a file is called that is not in its place yet: this, some letters and digits, and the end.
const TEMPORARY_PREFIX: &str = ".yunmei-";
const TEMPORARY_LENGTH: usize = 6;
const TEMPORARY_SUFFIX: &str = ".part";

/// Whether a file is called like one of ours that is not in its place yet.
pub(crate) fn is_unfinished(name: &OsStr) -> bool {
    let within = |name: &str| {
        let rest = name.strip_prefix(TEMPORARY_PREFIX)?;
        let middle = rest.strip_suffix(TEMPORARY_SUFFIX)?;
        let is_usual = middle.bytes().all(|byte| byte.is_ascii_alphanumeric());
        Some(middle.len() == TEMPORARY_LENGTH && is_usual)
    };
    name.to_str().and_then(within) == Some(true)
}

/// Whether there is a file at a path, even if it is named as a folder.
pub(crate) fn is_file(path: &Path) -> bool {
    path.components().as_path().is_file()
}

/// The file that keeps a path from being that of a folder.
pub(crate) fn file_on_the_way(folder: &Path) -> Option<&Path> {
    // Without the separator at the end, behind which no file is found.
    let folder = folder.components().as_path();
    let there = folder.ancestors().find(|part| part.exists())?;
    (!there.is_dir()).then_some(there)
}

/// The file on this machine that something called `name` becomes: `to`, or a file in it.
pub(crate) fn target(to: &Path, name: impl AsRef<Path>) -> PathBuf {
    match is_folder(to) {
        true => to.join(name),
        false => to.to_owned(),
    }
}

/// Whether a path means a folder: by what is there, or by its name.
pub(crate) fn is_folder(to: &Path) -> bool {
    to.is_dir() || is_named_as_folder(to)
}

/// Whether a path ends as only that of a folder does.
pub(crate) fn is_named_as_folder(to: &Path) -> bool {
    to.to_string_lossy().ends_with(std::path::MAIN_SEPARATOR)
}

/// Whether two paths mean the same file, which need not be there yet.
pub(crate) fn is_same_place(one: &Path, other: &Path) -> bool {
    let place = |path: &Path| {
        // Links are followed, as where something is written.
        path.canonicalize().ok().or_else(|| {
            let folder = match path.parent() {
                Some(folder) if !folder.as_os_str().is_empty() => folder,
                _ => Path::new("."),
            };
            Some(folder.canonicalize().ok()?.join(path.file_name()?))
        })
    };
    place(one).is_some_and(|one| place(other) == Some(one))
}

/// Where a download goes on this machine: by way of a temporary file beside it, so that a broken
/// one leaves what was there.
pub(crate) struct Destination {
    path: PathBuf,
    force: bool,
    /// Of the file that is to be replaced.
    permissions: Option<fs::Permissions>,
}

impl Destination {
    /// Looks whether the file may be made, or with `force` replaced. A link is followed; a device
    /// or pipe is never replaced.
    pub(crate) fn find(to: &Path, force: bool) -> Result<Destination, Failure> {
        let refused = |problem: &str| Failure::file(to.display(), problem);
        let path = match fs::symlink_metadata(to) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                let path = to.to_owned();
                return Ok(Destination {
                    path,
                    force,
                    permissions: None,
                });
            }
            Err(error) => return Err(Failure::file(to.display(), error)),
            Ok(there) if there.is_symlink() => to
                .canonicalize()
                .map_err(|_| refused("is a link that leads nowhere"))?,
            Ok(_) => to.to_owned(),
        };
        let there = fs::metadata(&path).map_err(|error| Failure::file(to.display(), error))?;
        if !there.is_file() {
            return Err(refused("is not a regular file; use - for standard output"));
        }
        if !force {
            return Err(refused("exists; --force replaces it"));
        }
        Ok(Destination {
            path,
            force,
            permissions: Some(there.permissions()),
        })
    }

    /// Makes the folder it lies in.
    pub(crate) fn make_folder(&self) -> Result<(), Failure> {
        match self.path.parent() {
            Some(folder) => match file_on_the_way(folder) {
                Some(file) => Err(Failure::file(file.display(), IS_A_FILE)),
                None => fs::create_dir_all(folder).map_err(|error| self.unwritable(error)),
            },
            None => Ok(()),
        }
    }

    /// Makes a file beside it, readable by whom the file there is readable by, or any new one.
    pub(crate) fn begin(self) -> Result<Unfinished, Failure> {
        let temporary = self.temporary()?;
        Ok(Unfinished {
            destination: self,
            temporary,
        })
    }

    fn temporary(&self) -> Result<NamedTempFile, Failure> {
        let folder = match self.path.parent() {
            Some(folder) if !folder.as_os_str().is_empty() => folder,
            _ => Path::new("."),
        };
        let mut builder = tempfile::Builder::new();
        builder
            .prefix(TEMPORARY_PREFIX)
            .suffix(TEMPORARY_SUFFIX)
            .rand_bytes(TEMPORARY_LENGTH);
        #[cfg(unix)]
        builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
        let made = builder.tempfile_in(folder).and_then(|temporary| {
            if let Some(permissions) = &self.permissions {
                temporary.as_file().set_permissions(permissions.clone())?;
            }
            Ok(temporary)
        });
        made.map_err(|error| match error.kind() {
            // Such as /proc.
            io::ErrorKind::NotFound if folder.is_dir() => {
                let problem = format!("no file can be made in the folder {}", folder.display());
                Failure::file(self.path.display(), problem)
            }
            io::ErrorKind::NotFound => {
                let problem = format!("there is no folder {}", folder.display());
                Failure::file(self.path.display(), problem)
            }
            kind => {
                // What follows is the temporary file's name.
                let text = error.to_string();
                let text = text.split(" at path ").next().unwrap_or(&text);
                self.unwritable(io::Error::new(kind, text))
            }
        })
    }

    fn place(&self, temporary: NamedTempFile) -> Result<Placed, Failure> {
        temporary
            .as_file()
            .sync_all()
            .map_err(|error| self.unwritable(error))?;
        let placed = match self.force {
            true => temporary.persist(&self.path),
            // Somebody may have made the file meanwhile.
            false => temporary.persist_noclobber(&self.path),
        };
        match placed.map_err(|error| error.error) {
            Ok(_) => Ok(Placed::There),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                let problem = "was made meanwhile; --force replaces it";
                Ok(Placed::Taken(Failure::file(self.path.display(), problem)))
            }
            Err(error) => Err(self.unwritable(error)),
        }
    }

    fn unwritable(&self, error: io::Error) -> Failure {
        Failure::operation(self.path.display(), LocalError::Write(error))
    }
}

/// Whether a finished file came into its place.
pub(crate) enum Placed {
    There,
    /// Somebody else made a file there meanwhile; with what to say if that is a failure.
    Taken(Failure),
}

/// A file that is not in its place yet; dropped before, it leaves no trace.
pub(crate) struct Unfinished {
    destination: Destination,
    temporary: NamedTempFile,
}

impl Unfinished {
    /// What to write to.
    pub(crate) fn file(&self) -> Result<fs::File, Failure> {
        self.temporary
            .reopen()
            .map_err(|error| self.destination.unwritable(error))
    }

    /// Renames the finished file into its place.
    pub(crate) fn place(self) -> Result<(), Failure> {
        match self.place_if_free()? {
            Placed::There => Ok(()),
            Placed::Taken(failure) => Err(failure),
        }
    }

    /// The same; that somebody else made the file meanwhile may be no failure.
    pub(crate) fn place_if_free(self) -> Result<Placed, Failure> {
        self.destination.place(self.temporary)
    }
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use std::{
        io::Write,
        os::unix::fs::{PermissionsExt, symlink},
    };

    use super::*;

    fn write(destination: Destination, content: &str) -> Result<(), Failure> {
        let unfinished = destination.begin()?;
        let mut file = unfinished.file()?;
        file.write_all(content.as_bytes()).expect("written");
        unfinished.place()
    }

    #[test]
    fn the_same_file_is_known_by_all_its_paths() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = |name: &str| folder.path().join(name);
        fs::create_dir(path("in")).expect("a folder");
        fs::write(path("there"), "").expect("a file");
        symlink(path("there"), path("link")).expect("a link");
        for (one, other) in [("new", "in/../new"), ("link", "there"), ("./new", "new")] {
            assert!(is_same_place(&path(one), &path(other)), "{one} {other}");
        }
        for (one, other) in [("new", "in/new"), ("missing/a", "missing/a")] {
            assert!(!is_same_place(&path(one), &path(other)), "{one} {other}");
        }
    }

    #[test]
    fn a_file_that_appears_meanwhile_is_not_replaced() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("a");
        let destination = Destination::find(&path, false).expect("free");
        let unfinished = destination.begin().expect("a file");
        fs::write(&path, "precious").expect("a file");
        assert!(unfinished.place().is_err());
        assert_eq!(fs::read_to_string(&path).expect("a file"), "precious");
        assert_eq!(fs::read_dir(folder.path()).expect("a folder").count(), 1);
    }

    #[test]
    fn a_replaced_file_keeps_its_permissions_and_a_link_its_place() {
        let folder = tempfile::tempdir().expect("a folder");
        let (path, link) = (folder.path().join("a"), folder.path().join("link"));
        fs::write(&path, "old").expect("a file");
        fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).expect("permissions");
        symlink(&path, &link).expect("a link");
        write(Destination::find(&link, true).expect("there"), "new").expect("written");
        assert_eq!(fs::read_to_string(&path).expect("a file"), "new");
        assert!(fs::symlink_metadata(&link).expect("a link").is_symlink());
        let mode = fs::metadata(&path).expect("a file").permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }

    #[test]
    fn what_is_not_finished_leaves_no_trace() {
        let folder = tempfile::tempdir().expect("a folder");
        let destination = Destination::find(&folder.path().join("a"), false).expect("free");
        let unfinished = destination.begin().expect("a file");
        let name = unfinished.temporary.path().file_name().expect("a name");
        assert!(is_unfinished(name), "{name:?}");
        drop(unfinished);
        assert_eq!(fs::read_dir(folder.path()).expect("a folder").count(), 0);
    }

    #[test]
    fn only_the_names_of_temporary_files_are_taken_for_theirs() {
        for other in [
            ".yunmei-abc123.part.txt",
            ".yunmei-abc12.part",
            ".yunmei-abc1234.part",
            ".yunmei-abc-12.part",
            "yunmei-abc123.part",
            ".yunmei-.part",
        ] {
            assert!(!is_unfinished(other.as_ref()), "{other}");
        }
        assert!(is_unfinished(".yunmei-aB3xY9.part".as_ref()));
    }

    #[test]
    fn a_file_where_a_folder_is_wanted_is_named() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("cat.png");
        fs::write(&file, "").expect("a file");
        for path in ["cat.png", "cat.png/", "cat.png/in/in/"] {
            let path = folder.path().join(path);
            assert_eq!(file_on_the_way(&path), Some(file.as_path()), "{path:?}");
        }
        for path in ["", "new", "new/in/"] {
            let path = folder.path().join(path);
            assert_eq!(file_on_the_way(&path), None, "{path:?}");
        }
    }

    #[test]
    fn devices_and_dangling_links_are_refused_even_by_force() {
        let folder = tempfile::tempdir().expect("a folder");
        let link = folder.path().join("link");
        symlink("nowhere", &link).expect("a link");
        assert!(Destination::find(&link, true).is_err());
        assert!(Destination::find(Path::new("/dev/null"), true).is_err());
        assert!(Destination::find(folder.path(), true).is_err());
    }
}
