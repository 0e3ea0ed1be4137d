//! An upload by slices that is not finished, and what is stored of it.

use std::{
    collections::BTreeMap,
    io,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
};

use serde::{Deserialize, Serialize};
use sha1::{Digest, Sha1, digest::common::hazmat::SerializableState};

use crate::{
    random,
    storage::{Blob, Journal, KeptBlobs},
};

/// An upload by slices that is not finished.
pub(in crate::cos) struct OpenUpload {
    pub(in crate::cos) path: String,
    pub(in crate::cos) plan: UploadPlan,
    stored: AtomicU64,
    progress: Mutex<Progress>,
}

/// What was said when it was opened.
#[derive(Clone, Deserialize, Serialize)]
pub(in crate::cos) struct UploadPlan {
    pub(in crate::cos) session: String,
    pub(in crate::cos) size: u64,
    pub(in crate::cos) slice_size: u64,
    /// SHA-1 of the whole, in lower-case hex.
    pub(in crate::cos) sha: Option<String>,
    /// With a digest, the slices: they tile the file.
    pub(in crate::cos) parts: Vec<Part>,
    pub(in crate::cos) biz_attr: String,
    pub(in crate::cos) insert_only: bool,
    pub(in crate::cos) created: u64,
}

/// One entry of `uploadparts` (section 7.6).
#[derive(Clone, Deserialize, Serialize)]
pub(in crate::cos) struct Part {
    pub(in crate::cos) offset: u64,
    pub(in crate::cos) length: u64,
    /// In lower-case hex: of the last part, the digest of the whole; of others, the state of the
    /// running digest behind the part.
    pub(in crate::cos) digest: String,
}

/// Why a slice is not stored, or an upload not finished.
pub(in crate::cos) enum SliceProblem {
    /// Somebody finished or deleted it meanwhile.
    Closed,
    /// The data does not lead to the announced digest.
    Differs,
    /// It has to wait for the one at this offset.
    Ahead(u64),
    /// Nothing is stored at this offset.
    Missing(u64),
    /// All is there, but the digest of the whole is another; this one.
    WrongWhole(String),
    Storage(io::Error),
}

impl From<io::Error> for SliceProblem {
    fn from(problem: io::Error) -> SliceProblem {
        SliceProblem::Storage(problem)
    }
}

struct Progress {
    closed: bool,
    journal: Journal,
    slices: BTreeMap<u64, Slice>,
    /// The digest of all bytes before `verified`; there only if digests were announced.
    running: Sha1,
    verified: u64,
}

struct Slice {
    blob: Arc<Blob>,
    md5: String,
}

/// One line of the journal: a slice was stored, or turned out wrong.
#[derive(Deserialize, Serialize)]
struct Line {
    offset: u64,
    stored: Option<(String, u64, String)>,
}

impl Line {
    fn forgotten(offset: u64) -> Line {
        Line {
            offset,
            stored: None,
        }
    }

    /// Reads the end of a line: power that failed may have left a torn one before it.
    fn read(line: &str) -> Option<Line> {
        let start = line.rfind('{')?;
        serde_json::from_str(&line[start..]).ok()
    }
}

impl OpenUpload {
    pub(super) fn new(path: String, plan: UploadPlan, journal: Journal) -> OpenUpload {
        OpenUpload {
            path,
            plan,
            stored: AtomicU64::new(0),
            progress: Mutex::new(Progress {
                closed: false,
                journal,
                slices: BTreeMap::new(),
                running: Sha1::new(),
                verified: 0,
            }),
        }
    }

    /// How many bytes are stored.
    pub(in crate::cos) fn stored(&self) -> u64 {
        self.stored.load(Ordering::Relaxed)
    }

    /// Offsets and lengths of what is stored.
    pub(in crate::cos) fn slices(&self) -> Vec<(u64, u64)> {
        let progress = self.progress();
        let slices = progress.slices.iter();
        slices
            .map(|(offset, slice)| (*offset, slice.blob.length()))
            .collect()
    }

    /// The length that a slice at this offset must have; none if no slice begins there.
    pub(in crate::cos) fn slice_length(&self, offset: u64) -> Option<u64> {
        if self.plan.sha.is_some() {
            return self.part(offset).map(|part| part.length);
        }
        let begins = offset < self.plan.size && offset.is_multiple_of(self.plan.slice_size);
        begins.then(|| self.plan.slice_size.min(self.plan.size - offset))
    }

    /// Where what is stored without a gap ends.
    pub(in crate::cos) fn end(&self) -> u64 {
        let progress = self.progress();
        let mut end = 0;
        while let Some(slice) = progress.slices.get(&end) {
            end += slice.blob.length();
        }
        end
    }

    /// Stores a slice whose offset and length are right. Blocks while it is read.
    pub(in crate::cos) fn store(
        &self,
        offset: u64,
        blob: Arc<Blob>,
        md5: String,
    ) -> Result<(), SliceProblem> {
        let mut progress = self.progress();
        if progress.closed {
            return Err(SliceProblem::Closed);
        }
        if self.plan.sha.is_some() && offset < progress.verified {
            // It was there already, and was right: it is right again if it is the same.
            return match progress.slices.get(&offset) {
                Some(slice) if slice.md5 == md5 => Ok(()),
                _ => Err(SliceProblem::Differs),
            };
        }
        let mut lines = vec![Line {
            offset,
            stored: Some((blob.id().to_owned(), blob.length(), md5.clone())),
        }];
        let before = progress.slices.insert(offset, Slice { blob, md5 });
        let verified = match self.verify(&progress) {
            Ok(verified) => verified,
            Err(problem) => {
                progress.restore(offset, before);
                return Err(problem.into());
            }
        };
        if verified.wrong == Some(offset) {
            progress.restore(offset, before);
            // Those before it are right.
            let wrong = None;
            progress.accept(Verified { wrong, ..verified });
            return Err(SliceProblem::Differs);
        }
        // A slice that came too early to be checked: it has to come again.
        lines.extend(verified.wrong.map(Line::forgotten));
        if let Err(problem) = progress.write(&lines) {
            // What is not written down is not there.
            progress.restore(offset, before);
            return Err(problem.into());
        }
        progress.accept(verified);
        self.count(&progress);
        Ok(())
    }

    /// Checks what is stored and was not checked yet. Blocks while that is read.
    pub(in crate::cos) fn catch_up(&self) -> Result<(), SliceProblem> {
        let mut progress = self.progress();
        let verified = self.verify(&progress)?;
        if let Some(wrong) = verified.wrong {
            progress.write(&[Line::forgotten(wrong)])?;
        }
        progress.accept(verified);
        self.count(&progress);
        Ok(())
    }

    /// Passes on the whole content, if it is there and right, and closes the upload if that was
    /// kept. Quick after [`OpenUpload::catch_up`].
    pub(in crate::cos) fn finish<E: From<SliceProblem>>(
        &self,
        keep: impl FnOnce(Vec<Arc<Blob>>) -> Result<(), E>,
    ) -> Result<(), E> {
        let mut progress = self.progress();
        if progress.closed {
            return Err(SliceProblem::Closed.into());
        }
        let verified = self.verify(&progress).map_err(SliceProblem::Storage)?;
        if let Some(wrong) = verified.wrong {
            return Err(SliceProblem::Missing(wrong).into());
        }
        progress.accept(verified);
        let mut end = 0;
        while end < self.plan.size {
            let Some(slice) = progress.slices.get(&end) else {
                return Err(SliceProblem::Missing(end).into());
            };
            end += slice.blob.length();
        }
        if let Some(sha) = &self.plan.sha {
            let digest = random::to_hex(&progress.running.clone().finalize());
            if digest != *sha {
                return Err(SliceProblem::WrongWhole(digest).into());
            }
        }
        let slices = progress.slices.values();
        keep(slices.map(|slice| Arc::clone(&slice.blob)).collect())?;
        progress.closed = true;
        Ok(())
    }

    /// No more slices are taken. Waits for the one at hand.
    pub(in crate::cos) fn close(&self) {
        self.progress().closed = true;
    }

    /// Runs the digest over what is stored without a gap.
    fn verify(&self, progress: &Progress) -> io::Result<Verified> {
        let mut verified = Verified {
            running: progress.running.clone(),
            end: progress.verified,
            wrong: None,
        };
        if self.plan.sha.is_none() {
            return Ok(verified);
        }
        while let Some(slice) = progress.slices.get(&verified.end) {
            let offset = verified.end;
            let mut running = verified.running.clone();
            slice.blob.each(|bytes| running.update(bytes))?;
            let end = offset + slice.blob.length();
            let reached = match end == self.plan.size {
                true => running.clone().finalize().into(),
                false => inner_state(&running),
            };
            let announced = self.part(offset).map(|part| part.digest.as_str());
            if announced != Some(random::to_hex(&reached).as_str()) {
                verified.wrong = Some(offset);
                break;
            }
            (verified.running, verified.end) = (running, end);
        }
        Ok(verified)
    }

    fn part(&self, offset: u64) -> Option<&Part> {
        let parts = &self.plan.parts;
        let at = parts.binary_search_by_key(&offset, |part| part.offset);
        at.ok().map(|at| &parts[at])
    }

    fn count(&self, progress: &Progress) {
        let lengths = progress.slices.values().map(|slice| slice.blob.length());
        self.stored.store(lengths.sum(), Ordering::Relaxed);
    }

    fn progress(&self) -> std::sync::MutexGuard<'_, Progress> {
        self.progress.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Progress {
    /// Undoes an insertion.
    fn restore(&mut self, offset: u64, before: Option<Slice>) {
        match before {
            Some(slice) => self.slices.insert(offset, slice),
            None => self.slices.remove(&offset),
        };
    }

    /// Goes on from where a check ended.
    fn accept(&mut self, verified: Verified) {
        if let Some(wrong) = verified.wrong {
            self.slices.remove(&wrong);
        }
        (self.running, self.verified) = (verified.running, verified.end);
    }

    /// Writes all of these lines or none.
    fn write(&mut self, lines: &[Line]) -> io::Result<()> {
        let lines: Vec<String> = lines
            .iter()
            .map(serde_json::to_string)
            .collect::<Result<_, _>>()?;
        self.journal.add(&lines.join("\n"))
    }
}

/// How far a check came.
struct Verified {
    running: Sha1,
    end: u64,
    /// The slice that does not fit.
    wrong: Option<u64>,
}

/// The five chaining words, little-endian, without what fills no block yet (section 7.6): how the
/// `sha1` crate serialises them.
fn inner_state(running: &Sha1) -> [u8; 20] {
    let state = running.serialize();
    let mut words = [0; 20];
    words.copy_from_slice(&state[..20]);
    words
}

/// An upload as it is written down; its slices are in a journal.
#[derive(Deserialize, Serialize)]
pub(super) struct UploadRecord {
    path: String,
    plan: UploadPlan,
}

impl UploadRecord {
    pub(super) fn of(path: &str, plan: &UploadPlan) -> UploadRecord {
        UploadRecord {
            path: path.to_owned(),
            plan: plan.clone(),
        }
    }

    pub(super) fn session(&self) -> &str {
        &self.plan.session
    }

    pub(super) fn created(&self) -> u64 {
        self.plan.created
    }

    /// The upload, with those of its slices that are there.
    pub(super) fn upload(
        self,
        (journal, lines): (Journal, Vec<String>),
        blobs: &mut KeptBlobs<'_>,
    ) -> io::Result<OpenUpload> {
        let upload = OpenUpload::new(self.path, self.plan, journal);
        {
            let mut progress = upload.progress();
            for line in lines.iter().filter_map(|line| Line::read(line)) {
                let stored = match line.stored {
                    Some((id, length, md5)) => {
                        blobs.find(&id, length)?.map(|blob| Slice { blob, md5 })
                    }
                    None => None,
                };
                progress.restore(line.offset, stored);
            }
            upload.count(&progress);
        }
        Ok(upload)
    }
}

#[cfg(test)]
mod tests;
