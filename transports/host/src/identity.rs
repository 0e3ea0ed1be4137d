use std::{fs::Metadata, time::SystemTime};

use yunmei_core::error::LocalError;

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
    fn another_length_or_another_time_is_another_file() {
        let metadata = std::fs::metadata(env!("CARGO_MANIFEST_DIR")).expect("this folder");
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
