use std::{
    io,
    path::{Path, PathBuf},
};

use crate::{
    exit::Failure,
    transfer::{IS_A_FILE, file_on_the_way},
};

/// A folder on this machine, out of which nothing leads that the cloud names.
pub(super) struct Target<'a> {
    root: &'a Path,
}

impl<'a> Target<'a> {
    pub(super) fn new(root: &'a Path) -> Target<'a> {
        Target { root }
    }

    /// Makes the folder itself.
    pub(super) fn make(&self) -> Result<(), Failure> {
        match file_on_the_way(self.root) {
            Some(file) => Err(Failure::file(file.display(), IS_A_FILE)),
            None => std::fs::create_dir_all(self.root)
                .map_err(|error| Failure::file(self.root.display(), error)),
        }
    }

    /// Where a file goes.
    pub(super) fn file(&self, within: &Path) -> Result<PathBuf, Failure> {
        let path = self.root.join(within);
        self.check(&path)?;
        match path.is_dir() {
            true => Err(Failure::file(
                path.display(),
                "is a folder here, and a file in the cloud",
            )),
            false => Ok(path),
        }
    }

    /// Looks whether files can go into a folder.
    pub(super) fn folder(&self, within: &Path) -> Result<(), Failure> {
        let path = self.root.join(within);
        self.check(&path)?;
        match path.exists() && !path.is_dir() {
            true => Err(Failure::file(
                path.display(),
                "is a file here, and a folder in the cloud",
            )),
            false => Ok(()),
        }
    }

    /// Refuses a path on which a link leads out of the folder.
    fn check(&self, path: &Path) -> Result<(), Failure> {
        let root = match self.root.canonicalize() {
            Ok(root) => root,
            // In a folder that is not there yet, there are no links either.
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
            Err(error) => return Err(Failure::file(self.root.display(), error)),
        };
        let mut way = path.ancestors().take_while(|part| *part != self.root);
        // What is not there yet is made, and no link.
        let Some(there) = way.find(|part| part.symlink_metadata().is_ok()) else {
            return Ok(());
        };
        let problem = match there.canonicalize() {
            Ok(real) if real.starts_with(&root) => return Ok(()),
            Ok(_) => "a symbolic link on the way leads out of the folder",
            Err(_) => "a symbolic link on the way leads nowhere",
        };
        Err(Failure::file(path.display(), problem))
    }
}

/// A name from the cloud as that of a file here, of one folder and no other.
pub(super) fn local_name(name: &str) -> Result<&Path, &'static str> {
    match name {
        "" => Err("has no name"),
        "." | ".." => Err("would lead out of its folder"),
        _ if name.contains('\0') => Err("the name cannot be used here"),
        _ if name.contains(std::path::is_separator) => Err("would lead out of its folder"),
        // A stream of another file, or a drive.
        _ if cfg!(windows) && name.contains(':') => Err("the name cannot be used here"),
        _ => Ok(Path::new(name)),
    }
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use std::{fs, os::unix::fs::symlink};

    use super::*;

    #[test]
    fn a_name_is_one_of_one_file() {
        for bad in ["", ".", "..", "/etc", "a/b", "../a", "a\0b"] {
            assert!(local_name(bad).is_err(), "{bad:?}");
        }
        for good in ["a", "...", "..a", "图 1", "a:b"] {
            assert!(local_name(good).is_ok(), "{good:?}");
        }
    }

    #[test]
    fn links_are_followed_within_the_folder_and_not_out_of_it() {
        let stage = tempfile::tempdir().expect("a folder");
        let root = stage.path().join("root");
        fs::create_dir_all(root.join("in")).expect("a folder");
        fs::write(stage.path().join("precious"), "").expect("a file");
        for (name, to) in [
            ("out", ".."),
            ("nowhere", "gone"),
            ("inside", "in"),
            ("file", "../precious"),
        ] {
            symlink(to, root.join(name)).expect("a link");
        }
        let target = Target::new(&root);
        for bad in ["out/a", "out/new/a", "nowhere/a", "nowhere", "file", "in"] {
            assert!(target.file(Path::new(bad)).is_err(), "{bad}");
        }
        for good in ["in/a", "inside/a", "new/a", "a"] {
            assert!(target.file(Path::new(good)).is_ok(), "{good}");
        }
        assert!(target.folder(Path::new("out")).is_err());
        assert!(target.folder(Path::new("file")).is_err());
        assert!(target.folder(Path::new("in")).is_ok());
    }
}
