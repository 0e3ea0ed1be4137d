//! The jobs: accepted pictures, and what became of them.

use std::{
    collections::{HashMap, HashSet},
    io,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use serde::{Deserialize, Serialize};
use yunmei_core::Timestamp;

use super::{
    answer::{self, Refusal},
    operation::Operation,
    picture::Found,
    repair::Format,
};
use crate::storage::{Blob, Blobs, Documents, Storage};

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
    /// As it was uploaded.
    pub(super) photo: Arc<Blob>,
    pub(super) result: Arc<Blob>,
    /// What stands in its address: not to be guessed from the id.
    pub(super) result_name: String,
}

/// How far a job is.
pub(super) enum Stage<'a> {
    Processing,
    Done(&'a Pictures),
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
        for pictures in held
            .inner
            .all
            .values()
            .filter_map(|job| job.pictures.as_ref())
        {
            known.extend([&pictures.photo, &pictures.result].map(|blob| blob.id().to_owned()));
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

    /// How far a job is.
    pub(super) fn stage(&self, id: &str, now: Timestamp) -> Result<Stage<'_>, Refusal> {
        let missing = |reason| Err(Refusal::new(answer::MISSING, reason));
        let Some(job) = self.inner.all.get(id) else {
            return missing("mdf is of no picture");
        };
        match job.pictures_at(now) {
            None => missing("the picture has expired"),
            Some(_) if now.seconds() < job.done => Ok(Stage::Processing),
            Some(pictures) => Ok(Stage::Done(pictures)),
        }
    }

    /// The uploaded picture with this file name.
    pub(super) fn photo(&self, file: &str, now: Timestamp) -> Option<Found> {
        let (id, extension) = file.split_once('.')?;
        let job = self.inner.all.get(id)?;
        let pictures = job.pictures_at(now)?;
        pictures.found(&pictures.photo, job.accepted, extension)
    }

    /// The finished picture with this file name.
    pub(super) fn result(&self, file: &str, now: Timestamp) -> Option<Found> {
        let (name, extension) = file.split_once('.')?;
        let job = self.inner.all.get(self.inner.results.get(name)?)?;
        let pictures = job.pictures_at(now)?;
        match job.done <= now.seconds() {
            true => pictures.found(&pictures.result, job.done, extension),
            false => None,
        }
    }

    /// Lets go of the pictures of jobs whose time is over.
    fn expire(&mut self, now: Timestamp) {
        let Jobs { all, results } = &mut *self.inner;
        for (id, job) in all.iter_mut() {
            if now.seconds() < job.expires {
                continue;
            }
            if let Some(pictures) = job.pictures.take() {
                results.remove(&pictures.result_name);
                // If this fails, the next start tries again.
                let _ = self.store.documents.put(id, &JobRecord::of(id, job));
            }
        }
    }
}

impl Job {
    /// The pictures, as long as they are there.
    fn pictures_at(&self, now: Timestamp) -> Option<&Pictures> {
        let pictures = self.pictures.as_ref();
        pictures.filter(|_| now.seconds() < self.expires)
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

/// A job as it is written down.
#[derive(Deserialize, Serialize)]
struct JobRecord {
    mdf: String,
    accepted: u64,
    done: u64,
    expires: u64,
    pictures: Option<PicturesRecord>,
}

#[derive(Deserialize, Serialize)]
struct PicturesRecord {
    format: Format,
    /// Names and lengths.
    photo: (String, u64),
    result: (String, u64),
    result_name: String,
}

impl JobRecord {
    fn of(id: &str, job: &Job) -> JobRecord {
        let named = |blob: &Blob| (blob.id().to_owned(), blob.length());
        JobRecord {
            mdf: id.to_owned(),
            accepted: job.accepted,
            done: job.done,
            expires: job.expires,
            pictures: job.pictures.as_ref().map(|pictures| PicturesRecord {
                format: pictures.format,
                photo: named(&pictures.photo),
                result: named(&pictures.result),
                result_name: pictures.result_name.clone(),
            }),
        }
    }

    /// The job; without its pictures if one of them is missing.
    fn job(self, blobs: &Blobs) -> io::Result<(String, Job)> {
        let pictures = match self.pictures {
            None => None,
            Some(record) => {
                let photo = blobs.kept(&record.photo.0, record.photo.1)?;
                let result = blobs.kept(&record.result.0, record.result.1)?;
                photo.zip(result).map(|(photo, result)| Pictures {
                    format: record.format,
                    photo,
                    result,
                    result_name: record.result_name,
                })
            }
        };
        let job = Job {
            accepted: self.accepted,
            done: self.done,
            expires: self.expires,
            pictures,
        };
        Ok((self.mdf, job))
    }
}
