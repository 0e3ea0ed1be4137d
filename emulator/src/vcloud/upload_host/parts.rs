//! Uploads in parts (section 8.2).

use std::{
    collections::{BTreeMap, VecDeque},
    io,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use serde::{Deserialize, Serialize};
use yunmei_core::Timestamp;

use super::{
    Uploads,
    answer::Rejection,
    receive::{Received, checksum},
};
use crate::{
    random,
    storage::{Blob, Documents, KeptBlobs, Storage},
};

/// The most parts (section 8.2).
const PARTS: u32 = 10_000;
/// The most uploads: with another one, the oldest goes.
const LIMIT: usize = 10_000;

/// Uploads in parts that are not finished, and where they are kept.
pub(super) struct OpenUploads {
    uploads: Documents,
    parts: Documents,
    open: Mutex<BTreeMap<String, OpenUpload>>,
    /// The last that ended, with their objects: an answer may have been lost.
    ended: Mutex<VecDeque<(String, String)>>,
}

/// An upload in parts.
struct OpenUpload {
    plan: Plan,
    parts: BTreeMap<u32, Part>,
}

/// What was said when it was opened.
#[derive(Clone, Deserialize, Serialize)]
pub(super) struct Plan {
    id: String,
    pub(super) uri: String,
    /// For large files: parts are counted from 1.
    is_large: bool,
    /// When, in seconds.
    opened: u64,
}

/// A part that was stored.
#[derive(Clone)]
pub(super) struct Part {
    pub(super) blob: Arc<Blob>,
    pub(super) crc32: u32,
}

/// A part as it is written down.
#[derive(Deserialize, Serialize)]
struct PartRecord {
    upload: String,
    number: u32,
    crc32: u32,
    /// Name and length.
    blob: (String, u64),
}

impl OpenUploads {
    pub(super) fn open(storage: &Storage, area: &str) -> io::Result<OpenUploads> {
        Ok(OpenUploads {
            uploads: storage.documents(area, "multipart")?,
            parts: storage.documents(area, "parts")?,
            open: Mutex::default(),
            ended: Mutex::default(),
        })
    }

    pub(super) fn load(&self, blobs: &mut KeptBlobs<'_>) -> io::Result<()> {
        let mut open = self.held();
        for plan in self.uploads.load::<Plan>()? {
            let parts = BTreeMap::new();
            open.insert(plan.id.clone(), OpenUpload { plan, parts });
        }
        for record in self.parts.load::<PartRecord>()? {
            let upload = open.get_mut(&record.upload);
            match (upload, blobs.find(&record.blob.0, record.blob.1)?) {
                (Some(upload), Some(blob)) => {
                    let crc32 = record.crc32;
                    upload.parts.insert(record.number, Part { blob, crc32 });
                }
                // Its upload has ended, or its content is gone.
                _ => self.parts.remove(&key(&record.upload, record.number))?,
            }
        }
        Ok(())
    }

    fn held(&self) -> MutexGuard<'_, BTreeMap<String, OpenUpload>> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Begins an upload; gives its name.
    pub(super) fn begin(
        &self,
        uri: &str,
        is_large: bool,
        now: Timestamp,
    ) -> Result<String, Rejection> {
        let plan = Plan {
            id: random::hex::<16>()?,
            uri: uri.to_owned(),
            is_large,
            opened: now.seconds(),
        };
        let mut open = self.held();
        while open.len() >= LIMIT {
            let oldest = open.values().min_by_key(|upload| upload.plan.opened);
            let Some(id) = oldest.map(|oldest| oldest.plan.id.clone()) else {
                break;
            };
            self.remove(&mut open, &id)?;
        }
        self.uploads.put(&plan.id, &plan)?;
        let (id, parts) = (plan.id.clone(), BTreeMap::new());
        open.insert(id.clone(), OpenUpload { plan, parts });
        Ok(id)
    }

    /// Whether such a part would be taken.
    pub(super) fn expects(
        &self,
        id: &str,
        uri: &str,
        is_large: bool,
        number: Option<u32>,
    ) -> Result<(), Rejection> {
        let open = self.held();
        let upload = named(&open, id, uri)?;
        if upload.plan.is_large != is_large {
            return Err(Rejection::request(
                "X-Storage-Mode is not as it was when the upload began",
            ));
        }
        let first = u32::from(is_large);
        match number {
            Some(number) if !(first..first + PARTS).contains(&number) => Err(Rejection::request(
                format_args!("partNumber is {number}, but goes from {first}"),
            )),
            _ => Ok(()),
        }
    }

    /// Keeps a part, in place of the one that was there.
    pub(super) fn keep(
        &self,
        id: &str,
        uri: &str,
        number: u32,
        received: &Received,
    ) -> Result<(), Rejection> {
        let mut open = self.held();
        named(&open, id, uri)?;
        let record = PartRecord {
            upload: id.to_owned(),
            number,
            crc32: received.crc32,
            blob: (received.blob.id().to_owned(), received.blob.length()),
        };
        self.parts.put(&key(id, number), &record)?;
        if let Some(upload) = open.get_mut(id) {
            let part = Part {
                blob: Arc::clone(&received.blob),
                crc32: received.crc32,
            };
            upload.parts.insert(number, part);
        }
        Ok(())
    }

    /// All parts in order, if they are those of the list.
    pub(super) fn listed(
        &self,
        id: &str,
        uri: &str,
        list: &str,
        least: u64,
    ) -> Result<Vec<Part>, Rejection> {
        let open = self.held();
        let upload = named(&open, id, uri)?;
        upload.fits(list, least)?;
        Ok(upload.parts.values().cloned().collect())
    }

    /// Forgets an upload of which an object was made.
    pub(super) fn end(&self, id: &str, uri: &str) -> io::Result<()> {
        // First, so that at no time it is neither there nor ended.
        let mut ended = self.ended.lock().unwrap_or_else(PoisonError::into_inner);
        if ended.len() == LIMIT {
            ended.pop_front();
        }
        ended.push_back((id.to_owned(), uri.to_owned()));
        drop(ended);
        self.remove(&mut self.held(), id)
    }

    /// Whether this was an upload of which this object was made.
    pub(super) fn has_ended(&self, id: &str, uri: &str) -> bool {
        let ended = self.ended.lock().unwrap_or_else(PoisonError::into_inner);
        ended.iter().any(|(its, object)| its == id && object == uri)
    }

    fn remove(&self, open: &mut BTreeMap<String, OpenUpload>, id: &str) -> io::Result<()> {
        self.uploads.remove(id)?;
        let parts = open.remove(id).map(|upload| upload.parts);
        for number in parts.iter().flat_map(BTreeMap::keys) {
            self.parts.remove(&key(id, *number))?;
        }
        Ok(())
    }
}

impl OpenUpload {
    /// Whether the parts that are there are those of a list, `<n>:<crc>,…`: numbered as they were, or
    /// from 0, which released clients write whatever the parts are called (section 8.2).
    fn fits(&self, list: &str, least: u64) -> Result<(), Rejection> {
        let listed = (list.trim().split(','))
            .map(|entry| {
                let (number, crc32) = entry.trim().split_once(':')?;
                Some((number.parse().ok()?, checksum(crc32)?))
            })
            .collect::<Option<Vec<(u32, u32)>>>()
            .ok_or_else(|| Rejection::request("the body is not <number>:<crc32>,…"))?;
        if listed.len() != self.parts.len() {
            return Err(Rejection::request(format_args!(
                "the list has {} parts, and {} are there",
                listed.len(),
                self.parts.len()
            )));
        }
        let first = u32::from(self.plan.is_large);
        let from = match listed.first() {
            Some((0, _)) => 0,
            _ => first,
        };
        let all = listed.iter().zip(&self.parts).zip(first..);
        for (((named, crc32), (number, part)), expected) in all {
            if *number != expected {
                return Err(Rejection::request(format_args!(
                    "part {expected} is missing"
                )));
            }
            if *named != expected - first + from {
                return Err(Rejection::request(format_args!(
                    "the list has number {named} in place of part {expected}"
                )));
            }
            if *crc32 != part.crc32 {
                return Err(Rejection::checksum(format_args!(
                    "part {expected} is listed with {crc32:08x}, but has {:08x}",
                    part.crc32
                )));
            }
        }
        let short = self.parts.iter().rev().skip(1);
        match short
            .into_iter()
            .find(|(_, part)| part.blob.length() < least)
        {
            Some((number, part)) => Err(Rejection::request(format_args!(
                "part {number} has {} bytes, and all but the last have {least} at least",
                part.blob.length()
            ))),
            None => Ok(()),
        }
    }
}

impl Uploads {
    /// The checksum of parts, one behind the other.
    pub(super) fn joined(parts: &[Part]) -> u32 {
        let mut all = crc32fast::Hasher::new();
        for part in parts {
            let length = part.blob.length();
            all.combine(&crc32fast::Hasher::new_with_initial_len(part.crc32, length));
        }
        all.finalize()
    }
}

fn named<'a>(
    open: &'a BTreeMap<String, OpenUpload>,
    id: &str,
    uri: &str,
) -> Result<&'a OpenUpload, Rejection> {
    let upload = open.get(id).filter(|upload| upload.plan.uri == uri);
    upload.ok_or_else(|| Rejection::missing("no upload of this object has this uploadID"))
}

/// The key of a part among the documents; neither is a text of the client's.
fn key(id: &str, number: u32) -> String {
    format!("{id} {number}")
}
