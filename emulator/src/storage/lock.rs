//! One folder, one emulator.

use std::{
    fs::{File, OpenOptions},
    io,
    path::Path,
};

use fs4::{FileExt, TryLockError};

/// That a folder is in use. The system ends it with the process, however that ends.
pub(super) struct Lock {
    _file: File,
}

impl Lock {
    /// Takes the folder, if nobody has it.
    pub(super) fn take(folder: &Path) -> io::Result<Lock> {
        let file = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(folder.join("lock"))?;
        // By the trait's name: newer Rust has a method of this name, which 1.88 has not.
        match FileExt::try_lock(&file) {
            Ok(()) => Ok(Lock { _file: file }),
            Err(TryLockError::WouldBlock) => Err(io::Error::new(
                io::ErrorKind::ResourceBusy,
                "another emulator uses it",
            )),
            Err(TryLockError::Error(problem)) => Err(problem),
        }
    }
}
