//! What is kept: pictures, videos and open uploads.

mod object;
mod open_upload;

use std::{
    collections::{BTreeMap, HashSet, VecDeque},
    io,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

pub(super) use object::{Facts, Key, Object, Space};
pub(super) use open_upload::{OpenUpload, SliceProblem, Stored, UploadPlan, Whole};

use crate::{
    spent::Spent,
    storage::{Blobs, Documents, Journals, KeptBlobs, Storage},
};
use object::ObjectRecord;

const AREA: &str = "wanxiang";
/// The most open uploads: with another one, the oldest goes. No source says how long the service
/// keeps them.
const UPLOAD_LIMIT: usize = 10_000;

/// Everything, and where it is kept.
pub(super) struct Store {
    pub(super) blobs: Blobs,
    objects: Documents,
    uploads: Documents,
    slices: Journals,
    spent: Spent,
    contents: Mutex<Contents>,
}

#[derive(Default)]
struct Contents {
    objects: BTreeMap<Key, Arc<Object>>,
    /// By session.
    uploads: BTreeMap<String, Arc<OpenUpload>>,
    /// Their sessions, the oldest first; some may have ended.
    order: VecDeque<String>,
}

impl Store {
    /// Opens what is kept, and deletes what a killed process left.
    pub(super) fn open(storage: &Storage) -> io::Result<Store> {
        let store = Store {
            blobs: storage.blobs(AREA)?,
            objects: storage.documents(AREA, "objects")?,
            uploads: storage.documents(AREA, "uploads")?,
            slices: storage.journals(AREA, "slices")?,
            spent: Spent::open(storage.journal(AREA, "spent")?),
            contents: Mutex::default(),
        };
        store.load()?;
        Ok(store)
    }

    fn load(&self) -> io::Result<()> {
        let mut contents = self.contents();
        let mut blobs = KeptBlobs::of(&self.blobs);
        for record in self.objects.load::<ObjectRecord>()? {
            if let Some((key, object)) = record.object(&mut blobs)? {
                contents.inner.objects.insert(key, Arc::new(object));
            }
        }
        let mut sessions = HashSet::new();
        let mut plans = self.uploads.load::<UploadPlan>()?;
        plans.sort_by_key(|plan| plan.opened);
        for plan in plans {
            let session = plan.session.clone();
            let journal = self.slices.open(&session)?;
            let upload = OpenUpload::resumed(plan, journal, &mut blobs)?;
            sessions.insert(session.clone());
            contents.inner.order.push_back(session.clone());
            contents.inner.uploads.insert(session, Arc::new(upload));
        }
        self.slices.sweep(&sessions)?;
        blobs.sweep_others()
    }

    /// The contents, for as long as nobody waits: nothing is awaited while they are held.
    pub(super) fn contents(&self) -> Held<'_> {
        Held {
            store: self,
            inner: self.contents.lock().unwrap_or_else(PoisonError::into_inner),
        }
    }

    /// Remembers a single-use signature. Returns whether it is new.
    pub(super) fn spend(&self, signature: &str) -> io::Result<bool> {
        self.spent.add(signature)
    }
}

/// The contents, held by one request.
pub(super) struct Held<'a> {
    store: &'a Store,
    inner: MutexGuard<'a, Contents>,
}

impl Held<'_> {
    pub(super) fn object(&self, key: &Key) -> Option<&Arc<Object>> {
        self.inner.objects.get(key)
    }

    /// A picture, or a video, with this content: wherever it is.
    pub(super) fn known(&self, space: Space, sha: &str, size: u64) -> Option<Arc<Object>> {
        let mut objects = self.inner.objects.iter();
        let found = objects.find(|(key, object)| {
            let facts = &object.facts;
            key.space.is_video() == space.is_video() && facts.sha == sha && facts.size == size
        });
        found.map(|(_, object)| Arc::clone(object))
    }

    /// Keeps an object, in place of the one that was there.
    pub(super) fn put(&mut self, key: &Key, object: Object) -> io::Result<()> {
        let record = ObjectRecord::of(key, &object);
        self.store.objects.put(&key.document(), &record)?;
        self.inner.objects.insert(key.clone(), Arc::new(object));
        Ok(())
    }

    pub(super) fn remove(&mut self, key: &Key) -> io::Result<()> {
        self.store.objects.remove(&key.document())?;
        self.inner.objects.remove(key);
        Ok(())
    }

    pub(super) fn upload(&self, session: &str) -> Option<&Arc<OpenUpload>> {
        self.inner.uploads.get(session)
    }

    /// Opens an upload. If there are too many, the oldest one is forgotten.
    pub(super) fn open_upload(&mut self, plan: UploadPlan) -> io::Result<()> {
        self.make_room(UPLOAD_LIMIT)?;
        let session = plan.session.clone();
        let (journal, _) = self.store.slices.open(&session)?;
        if let Err(problem) = self.store.uploads.put(&session, &plan) {
            // If it stays, the next start sweeps it away.
            let _ = self.store.slices.remove(&session);
            return Err(problem);
        }
        let upload = OpenUpload::new(plan, journal);
        self.inner.order.push_back(session.clone());
        self.inner.uploads.insert(session, Arc::new(upload));
        Ok(())
    }

    /// Forgets the oldest uploads until there are fewer than `limit`.
    fn make_room(&mut self, limit: usize) -> io::Result<()> {
        let Contents { uploads, order, .. } = &mut *self.inner;
        if order.len() >= limit {
            order.retain(|session| uploads.contains_key(session));
        }
        while self.inner.uploads.len() >= limit {
            let Some(oldest) = self.inner.order.pop_front() else {
                break;
            };
            self.remove_upload(&oldest)?;
        }
        Ok(())
    }

    /// Forgets the upload of this session, and what was stored for it unless an object holds that
    /// now.
    pub(super) fn remove_upload(&mut self, session: &str) -> io::Result<()> {
        self.store.uploads.remove(session)?;
        if let Some(upload) = self.inner.uploads.remove(session) {
            upload.close();
        }
        self.store.slices.remove(session)
    }
}

#[cfg(test)]
mod tests;
