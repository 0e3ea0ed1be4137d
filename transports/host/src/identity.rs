use std::{
    fs::{self, File, Metadata},
    io,
    path::Path,
    time::SystemTime,
};

use yunmei_core::error::LocalError;

/// Opens a file to be sent, and says what it is now.
///
/// # Errors
///
/// What the system says; a folder or a pipe is [`io::ErrorKind::InvalidInput`].
pub fn open_regular(path: &Path) -> io::Result<(File, FileIdentity)> {
    // Asked before: to open a pipe is to wait for somebody at its other end.
    if !fs::metadata(path)?.is_file() {
        let text = "not a regular file";
        return Err(io::Error::new(io::ErrorKind::InvalidInput, text));
    }
    let file = File::open(path)?;
    let identity = FileIdentity::of(&file.metadata()?);
    Ok((file, identity))
}

/// What tells whether an open file is still what it was: its length, and when it was modified.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FileIdentity {
    length: u64,
    /// Not every file system knows.
    modified: Option<SystemTime>,
}

impl FileIdentity {
    /// What the metadata say now.
    pub fn of(metadata: &Metadata) -> FileIdentity {
        FileIdentity {
            length: metadata.len(),
            modified: metadata.modified().ok(),
        }
    }

    /// The length in bytes.
    pub fn length(&self) -> u64 {
        self.length
    }

    /// Compares with what the metadata say now.
    ///
    /// # Errors
    ///
    /// [`LocalError::Changed`] if the file was modified meanwhile.
    pub fn check(&self, now: &Metadata) -> Result<(), LocalError> {
        let now = FileIdentity::of(now);
        if *self == now {
            return Ok(());
        }
        Err(LocalError::Changed {
            expected: self.length,
            found: now.length,
        })
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn a_folder_is_no_regular_file() {
        let manifest = Path::new(env!("CARGO_MANIFEST_DIR")).join("Cargo.toml");
        let (file, identity) = open_regular(&manifest).expect("a file");
        let metadata = file.metadata().expect("metadata");
        assert_eq!(identity, FileIdentity::of(&metadata));
        let folder = open_regular(Path::new(env!("CARGO_MANIFEST_DIR")));
        let error = folder.expect_err("a folder");
        assert_eq!(error.kind(), io::ErrorKind::InvalidInput);
    }

    #[test]
    fn another_length_or_another_time_is_another_file() {
        let metadata = fs::metadata(env!("CARGO_MANIFEST_DIR")).expect("this folder");
        let same = FileIdentity::of(&metadata);
        assert!(same.check(&metadata).is_ok());
        let longer = FileIdentity {
            length: same.length + 1,
            ..same
        };
        assert!(longer.check(&metadata).is_err());
        let older = FileIdentity {
            modified: same.modified.map(|time| time - Duration::from_secs(1)),
            ..same
        };
        assert!(older.check(&metadata).is_err());
    }
}
