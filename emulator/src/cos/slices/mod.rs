//! Uploads by slices (section 7): opened, filled, closed; and asked about.

pub(super) mod data;
pub(super) mod finish;
pub(super) mod init;
pub(super) mod list;
mod parts;

use super::{answer::Refusal, store::SliceProblem};

/// The slice size that every client may ask for, and the only one with digests: 1 MiB.
const SLICE_SIZE: u64 = 1024 * 1024;
/// The smallest slice that may be asked for: 64 KiB.
const SLICE_FLOOR: u64 = 64 * 1024;
/// The largest slice: 3 MiB.
pub(super) const SLICE_LIMIT: u64 = 3 * SLICE_SIZE;

fn no_session() -> Refusal {
    Refusal::new(-29096, "there is no such session for this path")
}

impl From<SliceProblem> for Refusal {
    fn from(problem: SliceProblem) -> Refusal {
        match problem {
            SliceProblem::Closed => no_session(),
            SliceProblem::Differs => Refusal::new(
                -29138,
                "the slice does not lead to its datasha in uploadparts",
            ),
            SliceProblem::Ahead(end) => Refusal::new(
                -290,
                format!("slices come one after another here, the next one at offset {end}"),
            ),
            SliceProblem::Missing(offset) => {
                Refusal::new(-29144, format!("no slice at offset {offset}"))
            }
            SliceProblem::WrongWhole(digest) => {
                Refusal::new(-4016, format!("of what arrived, sha is {digest}"))
            }
            SliceProblem::Storage(problem) => problem.into(),
        }
    }
}

/// Runs what reads whole slices where it holds nobody up.
async fn in_background<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, SliceProblem> + Send + 'static,
) -> Result<T, Refusal> {
    match tokio::task::spawn_blocking(work).await {
        Ok(result) => Ok(result?),
        Err(_) => Err(Refusal::new(-181, "storing the slice was broken off")),
    }
}
