use std::{
    fs, io,
    path::{Path, PathBuf},
};

use tempfile::NamedTempFile;

use crate::exit::Failure;

/// Where a download goes on this machine: by way of a temporary file beside it, so that a broken
/// one leaves what was there.
pub(super) struct Destination {
    path: PathBuf,
    force: bool,
    /// Of the file that is to be replaced.
    permissions: Option<fs::Permissions>,
}

impl Destination {
    /// Looks whether the file may be made, or with `force` replaced. A link is followed; a device
    /// or pipe is never replaced.
    pub(super) fn find(to: &Path, force: bool) -> Result<Destination, Failure> {
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
    pub(super) fn make_folder(&self) -> Result<(), Failure> {
        match self.path.parent() {
            Some(folder) => fs::create_dir_all(folder).map_err(|error| self.unwritable(error)),
            None => Ok(()),
        }
    }

    /// A file beside it, readable by whom the file there is readable by, or any new one.
    pub(super) fn temporary(&self) -> Result<NamedTempFile, Failure> {
        let folder = match self.path.parent() {
            Some(folder) if !folder.as_os_str().is_empty() => folder,
            _ => Path::new("."),
        };
        let mut builder = tempfile::Builder::new();
        builder.prefix(".yunmei-").suffix(".part");
        #[cfg(unix)]
        builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
        let made = builder.tempfile_in(folder).and_then(|temporary| {
            if let Some(permissions) = &self.permissions {
                temporary.as_file().set_permissions(permissions.clone())?;
            }
            Ok(temporary)
        });
        made.map_err(|error| self.unwritable(error))
    }

    /// Renames the finished file into its place.
    pub(super) fn place(&self, temporary: NamedTempFile) -> Result<(), Failure> {
        temporary
            .as_file()
            .sync_all()
            .map_err(|error| self.unwritable(error))?;
        let placed = match self.force {
            true => temporary.persist(&self.path),
            // Somebody may have made the file meanwhile.
            false => temporary.persist_noclobber(&self.path),
        };
        placed
            .map(drop)
            .map_err(|error| self.unwritable(error.error))
    }

    pub(super) fn unwritable(&self, error: io::Error) -> Failure {
        Failure::file(self.path.display(), error)
    }
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use std::os::unix::fs::{PermissionsExt, symlink};

    use super::*;

    fn write(destination: &Destination, content: &str) -> Result<(), Failure> {
        let temporary = destination.temporary()?;
        fs::write(temporary.path(), content).expect("a file");
        destination.place(temporary)
    }

    #[test]
    fn a_file_that_appears_meanwhile_is_not_replaced() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("a");
        let destination = Destination::find(&path, false).expect("free");
        let temporary = destination.temporary().expect("a file");
        fs::write(&path, "precious").expect("a file");
        assert!(destination.place(temporary).is_err());
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
        write(&Destination::find(&link, true).expect("there"), "new").expect("written");
        assert_eq!(fs::read_to_string(&path).expect("a file"), "new");
        assert!(fs::symlink_metadata(&link).expect("a link").is_symlink());
        let mode = fs::metadata(&path).expect("a file").permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
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
