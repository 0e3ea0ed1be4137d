//! Contents and documents, in memory or in a folder.
//!
//! Whatever is kept in a folder is written under a temporary name and renamed, so that a process
//! that was killed leaves a thing whole or not at all. Names of files are never made of names that
//! came from outside.
//!
//! ```text
//! {folder}/format              tells that the folder is ours
//! {folder}/lock                held by the emulator that uses the folder
//! {folder}/incoming/…          being written; wiped at the start
//! {folder}/{area}-contents/…   blobs, by random names
//! {folder}/{area}-{kind}/…     documents, by the hash of their key
//! {folder}/{area}-{kind}.log   journals: lines, added at the end
//! ```

mod blob;
mod documents;
mod format;
mod journal;
mod kept;
mod lock;
mod reader;

use std::{
    fs, io,
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use serde::{Serialize, de::DeserializeOwned};

pub(crate) use blob::{Blob, Blobs};
pub(crate) use documents::Documents;
#[cfg(test)]
pub(crate) use journal::tight;
pub(crate) use journal::{Journal, Journals};
pub(crate) use kept::KeptBlobs;
use lock::Lock;
pub(crate) use reader::stream;

/// Where things are kept.
pub(crate) struct Storage {
    folder: Option<PathBuf>,
    deleting: Deleting,
    _lock: Option<Lock>,
}

/// Whether a blob that nobody refers to any more is to be deleted: not before everything was
/// loaded, and not while the emulator is taken apart.
#[derive(Clone, Default)]
struct Deleting(Arc<AtomicBool>);

impl Deleting {
    fn is_on(&self) -> bool {
        self.0.load(Ordering::Acquire)
    }
}

impl Storage {
    /// In memory, gone when dropped.
    pub(crate) fn memory() -> Storage {
        Storage {
            folder: None,
            deleting: Deleting::default(),
            _lock: None,
        }
    }

    /// In a folder, which is made if need be; what a killed process left half-written is deleted.
    /// A folder with things of somebody else's is refused, and left alone.
    /// No other storage is at that folder as long as this one is there.
    pub(crate) fn at(folder: &Path) -> io::Result<Storage> {
        fs::create_dir_all(folder)?;
        format::check(folder)?;
        let lock = Lock::take(folder)?;
        format::write(folder)?;
        let incoming = folder.join("incoming");
        match fs::remove_dir_all(&incoming) {
            Err(problem) if problem.kind() != io::ErrorKind::NotFound => return Err(problem),
            _ => fs::create_dir_all(&incoming)?,
        }
        Ok(Storage {
            folder: Some(folder.to_owned()),
            deleting: Deleting::default(),
            _lock: Some(lock),
        })
    }

    /// From now on, what nobody refers to is deleted.
    pub(crate) fn open(&self) {
        self.deleting.0.store(true, Ordering::Release);
    }

    /// From now on, nothing is deleted.
    pub(crate) fn close(&self) {
        self.deleting.0.store(false, Ordering::Release);
    }

    /// The contents of one service.
    pub(crate) fn blobs(&self, area: &str) -> io::Result<Blobs> {
        let shelf = self.make(area, "contents")?;
        Ok(Blobs::new(shelf, self.deleting.clone()))
    }

    /// The documents of one kind of one service.
    pub(crate) fn documents(&self, area: &str, kind: &str) -> io::Result<Documents> {
        Ok(Documents::new(self.make(area, kind)?))
    }

    /// A family of journals of one service, by name.
    pub(crate) fn journals(&self, area: &str, kind: &str) -> io::Result<Journals> {
        Ok(Journals::new(self.make(area, kind)?))
    }

    /// One journal, and the lines that are in it.
    pub(crate) fn journal(&self, area: &str, kind: &str) -> io::Result<(Journal, Vec<String>)> {
        match &self.folder {
            Some(folder) => Journal::open(&folder.join(format!("{area}-{kind}.log"))),
            None => Ok((Journal::nowhere(), Vec::new())),
        }
    }

    /// A document of the emulator itself.
    pub(crate) fn read_private<T: DeserializeOwned>(&self, name: &str) -> io::Result<Option<T>> {
        let Some(folder) = &self.folder else {
            return Ok(None);
        };
        match fs::read(folder.join(format!("{name}.json"))) {
            Ok(bytes) => Ok(Some(serde_json::from_slice(&bytes)?)),
            Err(problem) if problem.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(problem) => Err(problem),
        }
    }

    /// Writes a document of the emulator itself, readable by its owner only.
    pub(crate) fn write_private(&self, name: &str, document: &impl Serialize) -> io::Result<()> {
        let Some(folder) = &self.folder else {
            return Ok(());
        };
        let mut options = fs::OpenOptions::new();
        options.write(true).create(true).truncate(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let temporary = folder.join("incoming").join(name);
        let mut file = options.open(&temporary)?;
        io::Write::write_all(&mut file, &serde_json::to_vec_pretty(document)?)?;
        fs::rename(&temporary, folder.join(format!("{name}.json")))
    }

    /// The folder of one kind of things, and the one to write them in first.
    fn make(&self, area: &str, kind: &str) -> io::Result<Option<Shelf>> {
        let Some(folder) = &self.folder else {
            return Ok(None);
        };
        let shelf = Shelf {
            kept: folder.join(format!("{area}-{kind}")),
            incoming: folder.join("incoming"),
        };
        fs::create_dir_all(&shelf.kept)?;
        Ok(Some(shelf))
    }
}

/// A folder of things that are whole, and the one where they are written.
#[derive(Clone)]
struct Shelf {
    kept: PathBuf,
    incoming: PathBuf,
}

impl Shelf {
    /// Names of all files that are kept; what is not Unicode is none of ours.
    fn names(&self) -> io::Result<Vec<String>> {
        let mut names = Vec::new();
        for entry in fs::read_dir(&self.kept)? {
            names.extend(entry?.file_name().into_string().ok());
        }
        Ok(names)
    }
}

/// A problem, with the path that it is with.
fn named(path: &Path, problem: io::Error) -> io::Error {
    io::Error::new(problem.kind(), format!("{}: {problem}", path.display()))
}

/// Deletes a file; that it is not there is as good.
fn remove(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(problem) if problem.kind() != io::ErrorKind::NotFound => Err(problem),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests;
