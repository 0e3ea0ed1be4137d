use std::{fs::File, io, path::Path};

use tokio::task::spawn_blocking;
use yunmei_core::error::LocalError;
use yunmei_host::{FileIdentity, open_regular};

use crate::feed::FRAME_SIZE;

/// A file that is read on threads that may wait.
pub(crate) struct OpenFile {
    file: File,
    identity: FileIdentity,
}

impl OpenFile {
    pub(crate) fn open(path: &Path) -> io::Result<OpenFile> {
        let (file, identity) = open_regular(path)?;
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
