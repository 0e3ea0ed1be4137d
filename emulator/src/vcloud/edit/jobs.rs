//! All jobs, and where they are kept.

use std::{
    collections::{BTreeMap, HashMap},
    io,
    time::Duration,
};

use yunmei_core::Timestamp;

use super::job::{Job, Order, Outcome};
use crate::{
    random,
    storage::{Documents, Storage},
    vcloud::answer::Refusal,
};

/// The most jobs: with another one, the oldest goes. No source says how long the service keeps them.
const LIMIT: usize = 10_000;

pub(super) struct Jobs {
    documents: Documents,
    all: HashMap<String, Job>,
    /// The ids, in the order of submission.
    order: BTreeMap<u64, String>,
}

impl Jobs {
    pub(super) fn open(storage: &Storage) -> io::Result<Jobs> {
        let documents = storage.documents("vcloud", "edit-jobs")?;
        let kept = documents.load::<Job>()?;
        Ok(Jobs {
            order: kept
                .iter()
                .map(|job| (job.number, job.id.clone()))
                .collect(),
            all: kept.into_iter().map(|job| (job.id.clone(), job)).collect(),
            documents,
        })
    }

    /// Takes a job, which is done some time later.
    pub(super) fn add(
        &mut self,
        order: Order,
        now: Timestamp,
        delay: Duration,
    ) -> Result<Job, Refusal> {
        let job = self.new_job(order, now, delay)?;
        self.keep(job.clone())?;
        Ok(job)
    }

    /// The job of this id, if there is one. If its time has come and nothing came of it yet, `make`
    /// tells what does.
    pub(super) fn brought_on(
        &mut self,
        id: &str,
        now: Timestamp,
        make: impl FnOnce(&Order) -> Result<Outcome, Refusal>,
    ) -> Result<Option<&Job>, Refusal> {
        let Some(job) = self.all.get_mut(id) else {
            return Ok(None);
        };
        if job.outcome.is_none() && job.is_due(now) {
            let outcome = Some(make(&job.order)?);
            let done = Job {
                outcome,
                ..job.clone()
            };
            self.documents.put(id, &done)?;
            *job = done;
        }
        Ok(Some(job))
    }

    fn new_job(&self, order: Order, now: Timestamp, delay: Duration) -> io::Result<Job> {
        let last = self.order.last_key_value().map_or(0, |(number, _)| *number);
        Ok(Job {
            id: random::uuid()?,
            task_id: random::uuid()?,
            number: last + 1,
            submitted: now.seconds(),
            done: now.seconds().saturating_add(delay.as_secs()),
            order,
            outcome: None,
        })
    }

    fn keep(&mut self, job: Job) -> io::Result<()> {
        while self.all.len() >= LIMIT
            && let Some(oldest) = self.order.first_entry()
        {
            self.documents.remove(oldest.get())?;
            self.all.remove(&oldest.remove());
        }
        self.documents.put(&job.id, &job)?;
        self.order.insert(job.number, job.id.clone());
        self.all.insert(job.id.clone(), job);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn order() -> Order {
        Order::default()
    }

    fn add(jobs: &mut Jobs) -> String {
        let added = jobs.add(
            order(),
            Timestamp::from_seconds(100),
            Duration::from_secs(4),
        );
        added.expect("a job").id
    }

    #[test]
    fn what_comes_of_a_job_is_made_once_when_its_time_has_come() {
        let mut jobs = Jobs::open(&Storage::memory()).expect("jobs");
        let id = add(&mut jobs);
        let mut made = 0;
        for (now, expected) in [
            (100, "pending"),
            (102, "start"),
            (103, "start"),
            (104, "success"),
            (90, "success"),
        ] {
            let now = Timestamp::from_seconds(now);
            let job = jobs.brought_on(&id, now, |_| {
                made += 1;
                Ok(Outcome::Video("v0".into()))
            });
            let job = job.expect("no refusal").expect("a job");
            assert_eq!(job.document(now)["Status"], expected);
        }
        assert_eq!(made, 1);
    }

    #[test]
    fn the_oldest_job_makes_room() {
        let mut jobs = Jobs::open(&Storage::memory()).expect("jobs");
        let first = add(&mut jobs);
        for _ in 1..LIMIT {
            add(&mut jobs);
        }
        assert!(jobs.all.contains_key(&first));
        let last = add(&mut jobs);
        assert_eq!((jobs.all.len(), jobs.order.len()), (LIMIT, LIMIT));
        assert!(!jobs.all.contains_key(&first) && jobs.all.contains_key(&last));
    }
}
