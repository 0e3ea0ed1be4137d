//! What is in the bucket: files, folders and open uploads.

mod children;
mod file;
mod open_upload;

use std::{
    collections::{BTreeMap, HashSet, VecDeque},
    io,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

pub(super) use children::Child;
pub(super) use file::{Attributes, File, Folder};
pub(super) use open_upload::{OpenUpload, Part, SliceProblem, UploadPlan};

use crate::{
    spent::Spent,
    storage::{Blobs, Documents, Journals, KeptBlobs, Storage},
};
use file::{FileRecord, FolderRecord};
use open_upload::UploadRecord;

const AREA: &str = "cos";
/// The most open uploads: with another one, the oldest goes. No source says how long the service
/// keeps them.
const UPLOAD_LIMIT: usize = 10_000;

/// The bucket, and where it is kept.
pub(super) struct Store {
    pub(super) blobs: Blobs,
    files: Documents,
    folders: Documents,
    uploads: Documents,
    slices: Journals,
    spent: Spent,
    contents: Mutex<Contents>,
}

/// By path, in byte order.
#[derive(Default)]
struct Contents {
    files: BTreeMap<String, Arc<File>>,
    folders: BTreeMap<String, Arc<Folder>>,
    uploads: BTreeMap<String, Arc<OpenUpload>>,
    /// Their paths and sessions, the oldest first; some may have ended.
    order: VecDeque<(String, String)>,
}

impl Store {
    /// Opens what is kept, and deletes what a killed process left.
    pub(super) fn open(storage: &Storage) -> io::Result<Store> {
        let store = Store {
            blobs: storage.blobs(AREA)?,
            files: storage.documents(AREA, "files")?,
            folders: storage.documents(AREA, "folders")?,
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
        for record in self.files.load::<FileRecord>()? {
            if let Some((path, file)) = record.file(&mut blobs)? {
                contents.inner.files.insert(path, Arc::new(file));
            }
        }
        for record in self.folders.load::<FolderRecord>()? {
            contents
                .inner
                .folders
                .insert(record.path, Arc::new(record.folder));
        }
        let mut sessions = HashSet::new();
        let mut records = self.uploads.load::<UploadRecord>()?;
        records.sort_by_key(UploadRecord::created);
        for record in records {
            let session = record.session().to_owned();
            let journal = self.slices.open(&session)?;
            sessions.insert(session.clone());
            let upload = record.upload(journal, &mut blobs)?;
            let path = upload.path.clone();
            contents.inner.order.push_back((path.clone(), session));
            contents.inner.uploads.insert(path, Arc::new(upload));
        }
        self.slices.sweep(&sessions)?;
        // A slice that was sent twice is in its journal twice, and only the second one counts.
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

    /// Whether a single-use signature was used before.
    pub(super) fn is_spent(&self, signature: &str) -> bool {
        self.spent.contains(signature)
    }
}

/// The contents, held by one request.
pub(super) struct Held<'a> {
    store: &'a Store,
    inner: MutexGuard<'a, Contents>,
}

impl Held<'_> {
    pub(super) fn file(&self, path: &str) -> Option<&Arc<File>> {
        self.inner.files.get(path)
    }

    pub(super) fn folder(&self, path: &str) -> Option<&Arc<Folder>> {
        self.inner.folders.get(path)
    }

    pub(super) fn upload(&self, path: &str) -> Option<&Arc<OpenUpload>> {
        self.inner.uploads.get(path)
    }

    /// A file with this content, anywhere in the bucket.
    pub(super) fn file_with(&self, sha: &str, size: u64) -> Option<Arc<File>> {
        let mut files = self.inner.files.values();
        files
            .find(|file| file.sha.as_deref() == Some(sha) && file.size == size)
            .cloned()
    }

    /// Keeps a file, in place of the one that was there.
    pub(super) fn put_file(&mut self, path: &str, file: File) -> io::Result<()> {
        self.store.files.put(path, &FileRecord::of(path, &file))?;
        self.inner.files.insert(path.to_owned(), Arc::new(file));
        Ok(())
    }

    pub(super) fn remove_file(&mut self, path: &str) -> io::Result<()> {
        self.store.files.remove(path)?;
        self.inner.files.remove(path);
        Ok(())
    }

    pub(super) fn put_folder(&mut self, path: &str, folder: Folder) -> io::Result<()> {
        self.store
            .folders
            .put(path, &FolderRecord::of(path, &folder))?;
        self.inner.folders.insert(path.to_owned(), Arc::new(folder));
        Ok(())
    }

    pub(super) fn remove_folder(&mut self, path: &str) -> io::Result<()> {
        self.store.folders.remove(path)?;
        self.inner.folders.remove(path);
        Ok(())
    }

    /// Opens an upload. If there are too many, the oldest one is forgotten.
    pub(super) fn open_upload(&mut self, path: &str, plan: UploadPlan) -> io::Result<()> {
        self.make_room(UPLOAD_LIMIT)?;
        let (journal, _) = self.store.slices.open(&plan.session)?;
        let record = UploadRecord::of(path, &plan);
        if let Err(problem) = self.store.uploads.put(path, &record) {
            // If it stays, the next start sweeps it away.
            let _ = self.store.slices.remove(&plan.session);
            return Err(problem);
        }
        let place = (path.to_owned(), plan.session.clone());
        let upload = OpenUpload::new(path.to_owned(), plan, journal);
        self.inner.order.push_back(place);
        self.inner.uploads.insert(path.to_owned(), Arc::new(upload));
        Ok(())
    }

    /// Forgets the oldest uploads until there are fewer than `limit`.
    fn make_room(&mut self, limit: usize) -> io::Result<()> {
        let Contents { uploads, order, .. } = &mut *self.inner;
        if order.len() >= limit {
            order.retain(|(path, session)| {
                let there = uploads.get(path);
                there.is_some_and(|there| there.plan.session == *session)
            });
        }
        while self.inner.uploads.len() >= limit {
            let Some((path, session)) = self.inner.order.pop_front() else {
                break;
            };
            self.remove_upload(&path, &session)?;
        }
        Ok(())
    }

    /// Whether this very upload is the one that is open at its path.
    pub(super) fn is_open(&self, upload: &Arc<OpenUpload>) -> bool {
        let there = self.inner.uploads.get(&upload.path);
        there.is_some_and(|there| Arc::ptr_eq(there, upload))
    }

    /// Forgets the upload of this session, and what was stored for it unless a file holds that now.
    /// Another upload that is at the path meanwhile stays.
    pub(super) fn remove_upload(&mut self, path: &str, session: &str) -> io::Result<()> {
        let there = self.inner.uploads.get(path);
        if there.is_none_or(|there| there.plan.session != session) {
            return Ok(());
        }
        self.store.uploads.remove(path)?;
        self.inner.uploads.remove(path);
        self.store.slices.remove(session)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plan(session: &str, created: u64) -> UploadPlan {
        UploadPlan {
            session: session.into(),
            size: 3,
            slice_size: 3,
            sha: None,
            parts: Vec::new(),
            biz_attr: String::new(),
            insert_only: true,
            created,
        }
    }

    #[test]
    fn with_one_upload_too_many_the_oldest_goes() {
        let store = Store::open(&Storage::memory()).expect("a store");
        let mut contents = store.contents();
        let mut open = |path: &str, session: &str| {
            let opened = contents.open_upload(path, plan(session, 7));
            opened.expect("opened");
        };
        for number in 0..UPLOAD_LIMIT {
            open(&format!("/{number}"), "a");
        }
        // One that has ended is none of them, nor is it the one that is at its path now.
        contents.remove_upload("/0", "a").expect("removed");
        contents.open_upload("/0", plan("b", 7)).expect("opened");
        assert!(contents.upload("/1").is_some());
        contents.open_upload("/x", plan("a", 7)).expect("opened");
        assert!(contents.upload("/1").is_none());
        assert!(contents.upload("/0").is_some() && contents.upload("/2").is_some());
        assert_eq!(contents.inner.uploads.len(), UPLOAD_LIMIT);
        assert_eq!(contents.inner.order.len(), UPLOAD_LIMIT);
    }

    #[test]
    fn after_a_restart_it_is_known_which_upload_is_the_oldest() {
        let folder = tempfile::tempdir().expect("a folder");
        {
            let storage = Storage::at(folder.path()).expect("a storage");
            let store = Store::open(&storage).expect("a store");
            let mut contents = store.contents();
            for (path, created) in [("/c", 1), ("/a", 2), ("/b", 3)] {
                let opened = contents.open_upload(path, plan(path.trim_matches('/'), created));
                opened.expect("opened");
            }
        }
        let storage = Storage::at(folder.path()).expect("a storage");
        let store = Store::open(&storage).expect("a store");
        let mut contents = store.contents();
        contents.make_room(3).expect("room");
        assert!(contents.upload("/c").is_none() && contents.upload("/a").is_some());
    }
}
