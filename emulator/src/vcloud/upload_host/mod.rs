//! The upload host: where files go (section 8).
//!
//! | module | what |
//! |---|---|
//! | `sessions` | what an apply hands out, and a commit takes back |
//! | `object` | what was stored |
//! | `target`, `serve` | its requests, told apart and served |
//! | `receive` | their bodies, held against their checksums |
//! | `parts` | uploads in parts |
//! | `answer` | what it says |

mod answer;
mod object;
mod parts;
mod receive;
mod serve;
mod sessions;
mod target;

use std::{
    collections::{BTreeMap, BTreeSet},
    io,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

pub(super) use object::{Facts, Object, Owner};
pub(super) use sessions::{Order, Session, Ticket};

use crate::storage::{Blobs, Documents, KeptBlobs, Storage};
use object::ObjectRecord;
use parts::OpenUploads;

const AREA: &str = "vcloud";
/// The least length of a part but the last (section 8.2).
pub(super) const PART_SIZE: u64 = 20 * 1024 * 1024;

/// Everything that was uploaded, and what may be.
pub(super) struct Uploads {
    pub(super) blobs: Blobs,
    objects: Documents,
    sessions: Documents,
    open: OpenUploads,
    /// The least length of a part but the last.
    part_size: u64,
    contents: Mutex<Contents>,
}

#[derive(Default)]
struct Contents {
    /// By StoreUri.
    objects: BTreeMap<String, Arc<Object>>,
    /// By key.
    sessions: BTreeMap<String, Arc<Session>>,
    /// The keys of the sessions, by StoreUri: several, where one name was asked for several times.
    tickets: BTreeMap<String, BTreeSet<String>>,
}

impl Uploads {
    /// Opens what is kept, and deletes what a killed process left.
    pub(super) fn open(storage: &Storage, part_size: u64) -> io::Result<Uploads> {
        let uploads = Uploads {
            blobs: storage.blobs(AREA)?,
            objects: storage.documents(AREA, "objects")?,
            sessions: storage.documents(AREA, "sessions")?,
            open: OpenUploads::open(storage, AREA)?,
            part_size,
            contents: Mutex::default(),
        };
        uploads.load()?;
        Ok(uploads)
    }

    fn load(&self) -> io::Result<()> {
        let mut contents = self.contents();
        let mut blobs = KeptBlobs::of(&self.blobs);
        for record in self.objects.load::<ObjectRecord>()? {
            if let Some(object) = record.object(&mut blobs)? {
                let uri = object.facts.uri.clone();
                contents.objects.insert(uri, Arc::new(object));
            }
        }
        let mut sessions = self.sessions.load::<Session>()?;
        sessions.sort_by_key(|session| session.opened);
        for session in sessions {
            contents.open(Arc::new(session));
        }
        drop(contents);
        self.open.load(&mut blobs)?;
        blobs.sweep_others()
    }

    fn contents(&self) -> MutexGuard<'_, Contents> {
        self.contents.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What is stored under a StoreUri.
    pub(super) fn object(&self, uri: &str) -> Option<Arc<Object>> {
        self.contents().objects.get(uri).cloned()
    }

    /// Keeps an object, in place of the one that was there.
    pub(super) fn put(&self, object: Object) -> io::Result<Arc<Object>> {
        let uri = object.facts.uri.clone();
        let mut contents = self.contents();
        self.objects.put(&uri, &ObjectRecord::of(&object))?;
        let object = Arc::new(object);
        contents.objects.insert(uri, Arc::clone(&object));
        Ok(object)
    }

    /// Deletes an object. Returns whether it was there.
    pub(super) fn remove(&self, uri: &str) -> io::Result<bool> {
        let mut contents = self.contents();
        if !contents.objects.contains_key(uri) {
            return Ok(false);
        }
        self.objects.remove(uri)?;
        Ok(contents.objects.remove(uri).is_some())
    }
}
