//! An upload by slices that is not finished, and what is stored of it.

use std::{
    collections::BTreeMap,
    io,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use serde::{Deserialize, Serialize};

use super::Key;
use crate::storage::{Blob, Journal, KeptBlobs};

/// An upload by slices that is not finished.
pub(in crate::wanxiang) struct OpenUpload {
    pub(in crate::wanxiang) plan: UploadPlan,
    progress: Mutex<Progress>,
}

/// What was said when it was opened.
#[derive(Clone, Deserialize, Serialize)]
pub(in crate::wanxiang) struct UploadPlan {
    pub(in crate::wanxiang) session: String,
    /// When, in seconds.
    #[serde(default)]
    pub(in crate::wanxiang) opened: u64,
    /// What the object will be called.
    pub(in crate::wanxiang) key: Key,
    /// Whether the client chose the name: then its address has it.
    pub(in crate::wanxiang) is_named: bool,
    pub(in crate::wanxiang) size: u64,
    pub(in crate::wanxiang) slice_size: u64,
    /// SHA-1 of the whole, in lower-case hex.
    pub(in crate::wanxiang) sha: String,
    pub(in crate::wanxiang) magic_context: String,
    pub(in crate::wanxiang) title: String,
    pub(in crate::wanxiang) description: String,
}

/// What came of a slice.
pub(in crate::wanxiang) enum Stored {
    /// Others are missing.
    Part,
    All(Whole),
}

/// Why a slice is not stored.
pub(in crate::wanxiang) enum SliceProblem {
    /// The upload is being finished, or is gone.
    Closed,
    /// No slice begins at this offset.
    Offset,
    /// A slice at this offset has so many bytes.
    Length(u64),
    Storage(io::Error),
}

/// All slices of an upload. As long as it lasts, the upload takes no others; dropped before the
/// upload was removed, it opens the upload again.
pub(in crate::wanxiang) struct Whole {
    upload: Arc<OpenUpload>,
    pub(in crate::wanxiang) pieces: Vec<Arc<Blob>>,
}

impl Drop for Whole {
    fn drop(&mut self) {
        self.upload.progress().is_lent = false;
    }
}

struct Progress {
    /// The upload was removed.
    is_closed: bool,
    /// Somebody has all slices, to make an object of them.
    is_lent: bool,
    journal: Journal,
    slices: BTreeMap<u64, Arc<Blob>>,
}

/// One line of the journal: a slice was stored.
#[derive(Deserialize, Serialize)]
struct Line {
    offset: u64,
    blob: String,
    length: u64,
}

impl Line {
    /// Reads the end of a line: power that failed may have left a torn one before it.
    fn read(line: &str) -> Option<Line> {
        let start = line.rfind('{')?;
        serde_json::from_str(&line[start..]).ok()
    }
}

impl OpenUpload {
    pub(super) fn new(plan: UploadPlan, journal: Journal) -> OpenUpload {
        OpenUpload {
            plan,
            progress: Mutex::new(Progress {
                is_closed: false,
                is_lent: false,
                journal,
                slices: BTreeMap::new(),
            }),
        }
    }

    /// One that was written down, with those of its slices that are there.
    pub(super) fn resumed(
        plan: UploadPlan,
        (journal, lines): (Journal, Vec<String>),
        blobs: &mut KeptBlobs<'_>,
    ) -> io::Result<OpenUpload> {
        let upload = OpenUpload::new(plan, journal);
        {
            let mut progress = upload.progress();
            for line in lines.iter().filter_map(|line| Line::read(line)) {
                if let Some(blob) = blobs.find(&line.blob, line.length)? {
                    progress.slices.insert(line.offset, blob);
                }
            }
        }
        Ok(upload)
    }

    /// Where what is stored without a gap ends.
    pub(in crate::wanxiang) fn end(&self) -> u64 {
        let progress = self.progress();
        let mut end = 0;
        while let Some(slice) = progress.slices.get(&end) {
            end += slice.length();
        }
        end
    }

    /// Stores a slice. One that is there already is replaced: a client whose answer was lost sends
    /// it again.
    pub(in crate::wanxiang) fn store(
        self: &Arc<OpenUpload>,
        offset: u64,
        blob: Arc<Blob>,
    ) -> Result<Stored, SliceProblem> {
        let plan = &self.plan;
        if offset >= plan.size || !offset.is_multiple_of(plan.slice_size) {
            return Err(SliceProblem::Offset);
        }
        let expected = plan.slice_size.min(plan.size - offset);
        if blob.length() != expected {
            return Err(SliceProblem::Length(expected));
        }
        let line = Line {
            offset,
            blob: blob.id().to_owned(),
            length: blob.length(),
        };
        let mut progress = self.progress();
        if progress.is_closed || progress.is_lent {
            return Err(SliceProblem::Closed);
        }
        serde_json::to_string(&line)
            .map_err(io::Error::from)
            .and_then(|line| progress.journal.add(&line))
            .map_err(SliceProblem::Storage)?;
        progress.slices.insert(offset, blob);
        drop(progress);
        Ok(self.whole().map_or(Stored::Part, Stored::All))
    }

    /// All slices, if none is missing and nobody else has them.
    pub(in crate::wanxiang) fn whole(self: &Arc<OpenUpload>) -> Option<Whole> {
        let mut progress = self.progress();
        let stored: u64 = progress.slices.values().map(|slice| slice.length()).sum();
        // Slices begin at fixed offsets, so that none lies over another.
        if progress.is_closed || progress.is_lent || stored != self.plan.size {
            return None;
        }
        progress.is_lent = true;
        Some(Whole {
            upload: Arc::clone(self),
            pieces: progress.slices.values().cloned().collect(),
        })
    }

    /// No more slices are taken.
    pub(super) fn close(&self) {
        self.progress().is_closed = true;
    }

    fn progress(&self) -> MutexGuard<'_, Progress> {
        self.progress.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
