use std::path::Path;

use tokio::io::{AsyncWrite, AsyncWriteExt};

use super::{Destination, destination::Unfinished};
use crate::exit::Failure;

/// Where a download goes: a file that is not in its place yet, or standard output.
pub(crate) enum Outlet {
    Standard,
    File(Unfinished),
}

impl Outlet {
    /// Standard output for `-`, else a file that must not be there yet, or may be replaced.
    pub(crate) fn open(to: &Path, force: bool) -> Result<Outlet, Failure> {
        match to == Path::new("-") {
            true => Ok(Outlet::Standard),
            false => Ok(Outlet::File(Destination::find(to, force)?.begin()?)),
        }
    }

    pub(crate) fn is_standard(&self) -> bool {
        matches!(self, Outlet::Standard)
    }

    /// Lets `write` fill it, and puts the file into its place.
    pub(crate) async fn fill<T>(
        self,
        write: impl AsyncFnOnce(&mut (dyn AsyncWrite + Send + Unpin)) -> Result<T, Failure>,
    ) -> Result<T, Failure> {
        match self {
            Outlet::Standard => write(&mut tokio::io::stdout()).await,
            Outlet::File(unfinished) => {
                let mut file = tokio::fs::File::from_std(unfinished.file()?);
                let written = write(&mut file).await?;
                // Asynchronous files write behind.
                file.flush()
                    .await
                    .map_err(|error| Failure::file("the destination", error))?;
                unfinished.place()?;
                Ok(written)
            }
        }
    }
}
