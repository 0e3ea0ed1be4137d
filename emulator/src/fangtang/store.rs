//! The jobs: accepted pictures, and what became of them.

mod record;

use std::{
    collections::{BTreeSet, HashMap, HashSet},
    io,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use yunmei_core::{Timestamp, fangtang::RepairType};

use super::{
    answer::{self, Refusal},
    operation::Operation,
    picture::Found,
    repair::Format,
};
use crate::storage::{Blob, Blobs, Documents, Storage};
use record::JobRecord;

const AREA: &str = "fangtang";

/// The jobs, and where they are kept.
pub(super) struct Store {
    pub(super) blobs: Blobs,
    documents: Documents,
    jobs: Mutex<Jobs>,
}

#[derive(Default)]
struct Jobs {
    /// By the picture's id. One that has expired stays, without its pictures: it was paid for.
    all: HashMap<String, Job>,
    /// The ids, by the name of the result.
    results: HashMap<String, String>,
    /// When those that have pictures expire, and their ids.
    expiring: BTreeSet<(u64, String)>,
}

/// An accepted picture. All times are in seconds.
pub(super) struct Job {
    pub(super) accepted: u64,
    pub(super) done: u64,
    pub(super) expires: u64,
    /// None when they have expired.
    pub(super) pictures: Option<Pictures>,
}

/// What there is of a job.
pub(super) struct Pictures {
    pub(super) format: Format,
    /// None if it is not known any more; then there is a result.
    pub(super) repair_type: Option<RepairType>,
    /// As it was uploaded.
    pub(super) photo: Arc<Blob>,
    /// None until it is repaired.
    pub(super) result: Option<Arc<Blob>>,
    /// Why the last repair brought nothing.
    pub(super) failure: Option<String>,
    /// What stands in its address: not to be guessed from the id.
    pub(super) result_name: String,
}

/// How far a job is.
pub(super) enum Stage {
    Processing,
    /// It would be done, but the result is not there.
    Late,
    /// With the file name of the result.
    Done(String, Format),
}

impl Store {
    /// Opens what is kept, and deletes what a killed process left.
    pub(super) fn open(storage: &Storage, now: Timestamp) -> io::Result<Store> {
        let store = Store {
            blobs: storage.blobs(AREA)?,
            documents: storage.documents(AREA, "jobs")?,
            jobs: Mutex::default(),
        };
        let mut known = HashSet::new();
        let mut held = store.jobs();
        for record in store.documents.load::<JobRecord>()? {
            let (id, job) = record.job(&store.blobs)?;
            held.insert(id, job);
        }
        held.expire(now);
        let all = held.inner.all.values();
        for pictures in all.filter_map(|job| job.pictures.as_ref()) {
            let blobs = [Some(&pictures.photo), pictures.result.as_ref()];
            known.extend(blobs.into_iter().flatten().map(|blob| blob.id().to_owned()));
        }
        drop(held);
        store.blobs.sweep(&known)?;
        Ok(store)
    }

    /// The jobs, for as long as nobody waits: nothing is awaited while they are held.
    pub(super) fn jobs(&self) -> Held<'_> {
        Held {
            store: self,
            inner: self.jobs.lock().unwrap_or_else(PoisonError::into_inner),
        }
    }

    /// Refuses when there is nothing left of this quota.
    pub(super) fn check_quota(&self, quota: u64) -> Result<(), Refusal> {
        self.jobs().check_quota(quota)
    }
}

/// The jobs, held by one request.
pub(super) struct Held<'a> {
    store: &'a Store,
    inner: MutexGuard<'a, Jobs>,
}

impl Held<'_> {
    /// Takes a job, at the price of one upload.
    pub(super) fn accept(
        &mut self,
        id: &str,
        job: Job,
        quota: u64,
        now: Timestamp,
    ) -> Result<(), Refusal> {
        self.check_quota(quota)?;
        self.expire(now);
        let record = JobRecord::of(id, &job);
        let put = self.store.documents.put(id, &record);
        put.map_err(|problem| Operation::Upload.failed(problem.to_string()))?;
        self.insert(id.to_owned(), job);
        Ok(())
    }

    fn insert(&mut self, id: String, job: Job) {
        if let Some(pictures) = &job.pictures {
            let name = pictures.result_name.clone();
            self.inner.results.insert(name, id.clone());
            self.inner.expiring.insert((job.expires, id.clone()));
        }
        self.inner.all.insert(id, job);
    }

    /// How many uploads are left of this quota.
    pub(super) fn left(&self, quota: u64) -> u64 {
        quota.saturating_sub(self.inner.all.len() as u64)
    }

    fn check_quota(&self, quota: u64) -> Result<(), Refusal> {
        match self.left(quota) {
            0 => {
                let reason = format!("all {quota} were used");
                Err(Refusal::new(answer::SPENT, reason))
            }
            _ => Ok(()),
        }
    }

    /// The ids of those that have to be repaired.
    pub(super) fn unfinished(&self) -> Vec<String> {
        let unfinished = self.inner.all.iter().filter(|(_, job)| {
            let pictures = job.pictures.as_ref();
            pictures.is_some_and(|pictures| pictures.result.is_none())
        });
        unfinished.map(|(id, _)| id.clone()).collect()
    }

    /// What is to be done to which picture; none if it was done, or has expired.
    pub(super) fn work(&mut self, id: &str, now: Timestamp) -> Option<(Arc<Blob>, RepairType)> {
        self.expire(now);
        let pictures = self.inner.all.get(id)?.pictures.as_ref()?;
        match pictures.result {
            None => Some((Arc::clone(&pictures.photo), pictures.repair_type?)),
            Some(_) => None,
        }
    }

    /// Takes what a repair brought.
    pub(super) fn conclude(&mut self, id: &str, result: Result<Arc<Blob>, String>) {
        let Some(job) = self.inner.all.get_mut(id) else {
            return;
        };
        let Some(pictures) = &mut job.pictures else {
            return;
        };
        match result {
            Err(failure) => pictures.failure = Some(failure),
            Ok(result) => {
                pictures.result = Some(result);
                // If this fails, the next start repairs it again.
                let _ = self.store.documents.put(id, &JobRecord::of(id, job));
            }
        }
    }

    /// How far a job is. That its repair failed is told once: then it is tried again.
    pub(super) fn stage(&mut self, id: &str, now: Timestamp) -> Result<Stage, Refusal> {
        self.expire(now);
        let missing = |reason| Err(Refusal::new(answer::MISSING, reason));
        let Some(job) = self.inner.all.get_mut(id) else {
            return missing("mdf is of no picture");
        };
        let Some(pictures) = &mut job.pictures else {
            return missing("the picture has expired");
        };
        if now.seconds() < job.done {
            return Ok(Stage::Processing);
        }
        if pictures.result.is_some() {
            let name = pictures.result_name.clone();
            return Ok(Stage::Done(name, pictures.format));
        }
        match pictures.failure.take() {
            None => Ok(Stage::Late),
            Some(failure) => Err(Refusal::new(answer::OTHER, failure)),
        }
    }

    /// The uploaded picture with this file name.
    pub(super) fn photo(&mut self, file: &str, now: Timestamp) -> Option<Found> {
        self.expire(now);
        let (id, extension) = file.split_once('.')?;
        let job = self.inner.all.get(id)?;
        let pictures = job.pictures.as_ref()?;
        pictures.found(&pictures.photo, job.accepted, extension)
    }

    /// The job whose finished picture has this file name.
    pub(super) fn job_of(&self, file: &str) -> Option<String> {
        let (name, _) = file.split_once('.')?;
        self.inner.results.get(name).cloned()
    }

    /// The finished picture with this file name.
    pub(super) fn result(&mut self, file: &str, now: Timestamp) -> Option<Found> {
        self.expire(now);
        let (name, extension) = file.split_once('.')?;
        let job = self.inner.all.get(self.inner.results.get(name)?)?;
        let pictures = job.pictures.as_ref()?;
        match job.done <= now.seconds() {
            true => pictures.found(pictures.result.as_ref()?, job.done, extension),
            false => None,
        }
    }

    /// Lets go of the pictures of jobs whose time is over.
    fn expire(&mut self, now: Timestamp) {
        let Jobs {
            all,
            results,
            expiring,
        } = &mut *self.inner;
        while let Some((expires, _)) = expiring.first()
            && *expires <= now.seconds()
            && let Some((_, id)) = expiring.pop_first()
            && let Some(job) = all.get_mut(&id)
        {
            if let Some(pictures) = job.pictures.take() {
                results.remove(&pictures.result_name);
                // If this fails, the next start tries again.
                let _ = self.store.documents.put(&id, &JobRecord::of(&id, job));
            }
        }
    }
}

impl Pictures {
    fn found(&self, content: &Arc<Blob>, made: u64, extension: &str) -> Option<Found> {
        (extension == self.format.extension()).then(|| Found {
            content: Arc::clone(content),
            made,
            content_type: self.format.content_type(),
        })
    }
}
