use std::{
    fs::{self, File},
    io,
    path::Path,
};

use tokio::task::spawn_blocking;
use yunmei_core::{cos::slices::Manifest, error::LocalError};
use yunmei_host::FileIdentity;

use crate::feed::FRAME_SIZE;

/// A file that is read on threads that may wait.
pub(crate) struct OpenFile {
    file: File,
    identity: FileIdentity,
}

impl OpenFile {
    pub(crate) fn open(path: &Path) -> io::Result<OpenFile> {
        // Asked before: to open a pipe is to wait for somebody at its other end.
        if !fs::metadata(path)?.is_file() {
            let text = "not a regular file";
            return Err(io::Error::new(io::ErrorKind::InvalidInput, text));
        }
        let file = File::open(path)?;
        let identity = FileIdentity::of(&file.metadata()?);
        Ok(OpenFile { file, identity })
    }

    pub(crate) fn length(&self) -> u64 {
        self.identity.length()
    }

    /// Fills the buffer with the bytes from `offset` on.
    pub(crate) fn read_at(&self, offset: u64, buffer: &mut [u8]) -> Result<(), LocalError> {
        let mut filled = 0;
        while filled < buffer.len() {
            let at = offset + filled as u64;
            match read_some_at(&self.file, &mut buffer[filled..], at) {
                Ok(0) => {
                    return Err(LocalError::Changed {
                        expected: self.identity.length(),
                        found: at,
                    });
                }
                Ok(count) => filled += count,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(LocalError::Read(error)),
            }
        }
        Ok(())
    }

    /// Looks whether it is still the same.
    pub(crate) fn check(&self) -> Result<(), LocalError> {
        let now = self.file.metadata().map_err(LocalError::Read)?;
        self.identity.check(&now)
    }

    /// Computes the digests, as long as they are wanted.
    pub(crate) fn manifest(&self, wanted: impl Fn() -> bool) -> Result<Manifest, LocalError> {
        let mut builder = Manifest::builder();
        let length = self.identity.length();
        let mut buffer = vec![0; frame(length)];
        let mut offset = 0;
        while offset < length {
            if !wanted() {
                return Err(LocalError::Read(io::ErrorKind::Interrupted.into()));
            }
            let piece = &mut buffer[..frame(length - offset)];
            self.read_at(offset, piece)?;
            builder.update(piece);
            offset += piece.len() as u64;
        }
        self.check()?;
        Ok(builder.finish())
    }
}

/// Does this on a thread that may wait.
pub(crate) async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, LocalError> + Send + 'static,
) -> Result<T, LocalError> {
    match spawn_blocking(work).await {
        Ok(result) => result,
        // The runtime is shutting down.
        Err(error) => Err(LocalError::Read(io::Error::other(error))),
    }
}

/// How much of `left` bytes to read at once.
pub(crate) fn frame(left: u64) -> usize {
    // At most FRAME_SIZE, which fits.
    left.min(FRAME_SIZE as u64) as usize
}

/// Reads at a place of its own: a read that was given up may still be under way in this file.
#[cfg(unix)]
fn read_some_at(file: &File, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
    std::os::unix::fs::FileExt::read_at(file, buffer, offset)
}

#[cfg(windows)]
fn read_some_at(file: &File, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
    std::os::windows::fs::FileExt::seek_read(file, buffer, offset)
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    #[test]
    fn the_digests_of_a_file_are_given_up_when_nobody_wants_them() {
        let mut file = tempfile::NamedTempFile::new().expect("a file");
        file.write_all(b"content").expect("room on the disk");
        let file = OpenFile::open(file.path()).expect("a file");
        assert!(file.manifest(|| true).is_ok());
        assert!(file.manifest(|| false).is_err());
    }
}
