//! Where pictures are repaired: one at a time, behind what the calls answer.

use std::{
    collections::HashSet,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use tokio::sync::{Semaphore, watch};
use yunmei_core::fangtang::RepairType;

use super::{
    repair::{self, Problem},
    store::Store,
};
use crate::{router::Clock, storage::Blob};

pub(super) struct Workshop {
    store: Arc<Store>,
    clock: Clock,
    /// Large pictures take much memory.
    bench: Arc<Semaphore>,
    /// The ids of the jobs that are repaired, or wait for it.
    under_way: Mutex<HashSet<String>>,
    finished: watch::Sender<()>,
}

impl Workshop {
    pub(super) fn new(store: Arc<Store>, clock: Clock) -> Workshop {
        Workshop {
            store,
            clock,
            bench: Arc::new(Semaphore::new(1)),
            under_way: Mutex::default(),
            finished: watch::Sender::new(()),
        }
    }

    /// Tells of every repair that ends from now on.
    pub(super) fn finished(&self) -> watch::Receiver<()> {
        self.finished.subscribe()
    }

    /// Begins a repair, unless it is under way.
    pub(super) fn begin(self: &Arc<Workshop>, id: String) {
        if !self.under_way().insert(id.clone()) {
            return;
        }
        let workshop = Arc::clone(self);
        tokio::spawn(async move {
            if let Some(result) = workshop.repair(&id).await {
                workshop.store.jobs().conclude(&id, result);
            }
            workshop.under_way().remove(&id);
            workshop.finished.send_replace(());
        });
    }

    /// None if there is nothing to be done.
    async fn repair(&self, id: &str) -> Option<Result<Arc<Blob>, String>> {
        let place = Arc::clone(&self.bench).acquire_owned().await;
        let (photo, repair_type) = self.store.jobs().work(id, (self.clock)())?;
        // This part touches nothing but the photo: it may outlive the emulator.
        let task = tokio::task::spawn_blocking(move || {
            let _place = place;
            repaired(&photo, repair_type)
        });
        let bytes = match task.await {
            Ok(Ok(bytes)) => bytes,
            Ok(Err(failure)) => return Some(Err(failure)),
            Err(_) => return Some(Err("the repair broke off".into())),
        };
        Some(self.kept(&bytes).await.map_err(|cause| cause.to_string()))
    }

    async fn kept(&self, bytes: &[u8]) -> std::io::Result<Arc<Blob>> {
        let mut writer = self.store.blobs.writer()?;
        writer.write(bytes).await?;
        writer.finish().await
    }

    fn under_way(&self) -> MutexGuard<'_, HashSet<String>> {
        self.under_way
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

fn repaired(photo: &Blob, repair_type: RepairType) -> Result<Vec<u8>, String> {
    let mut bytes = Vec::new();
    let read = photo.each(|piece| bytes.extend_from_slice(piece));
    read.map_err(|problem| problem.to_string())?;
    repair::carry_out(&bytes, repair_type).map_err(|problem| match problem {
        Problem::FileType => "the photo is neither JPEG nor PNG".into(),
        Problem::Picture(reason) => reason,
    })
}

#[cfg(test)]
mod tests {
    use yunmei_core::Timestamp;

    use super::*;
    use crate::{
        codec::Format,
        fangtang::store::{Job, Pictures, Stage},
        storage::Storage,
    };

    const NOW: Timestamp = Timestamp::from_seconds(1000);

    fn workshop() -> Arc<Workshop> {
        let store = Store::open(&Storage::memory(), NOW).expect("a store");
        Arc::new(Workshop::new(Arc::new(store), Arc::new(|| NOW)))
    }

    fn picture() -> Vec<u8> {
        let mut bytes = std::io::Cursor::new(Vec::new());
        let picture = image::RgbImage::new(4, 4);
        picture
            .write_to(&mut bytes, image::ImageFormat::Png)
            .expect("a picture");
        bytes.into_inner()
    }

    /// Accepts a job that is done at once, but for its result.
    async fn accept(workshop: &Workshop, id: &str, photo: &[u8], expires: u64) {
        let job = Job {
            accepted: 1000,
            done: 1000,
            expires,
            pictures: Some(Pictures {
                format: Format::Png,
                repair_type: Some(RepairType::SuperResolution),
                photo: workshop.kept(photo).await.expect("a photo"),
                result: None,
                failure: None,
                result_name: format!("result-of-{id}"),
            }),
        };
        let accepted = workshop.store.jobs().accept(id, job, 10, NOW);
        accepted.expect("accepted");
    }

    fn stage(workshop: &Workshop, id: &str) -> Result<Stage, i64> {
        let stage = workshop.store.jobs().stage(id, NOW);
        stage.map_err(|refusal| refusal.errno)
    }

    #[tokio::test]
    async fn a_job_is_done_when_its_result_is_there_and_one_is_repaired_at_a_time() {
        let workshop = workshop();
        accept(&workshop, "a", &picture(), 2000).await;
        let mut finished = workshop.finished();
        let busy = workshop.bench.acquire().await.expect("a place");
        workshop.begin("a".into());
        workshop.begin("a".into());
        assert!(matches!(stage(&workshop, "a"), Ok(Stage::Late)));
        assert_eq!(workshop.under_way().len(), 1);
        drop(busy);
        finished.changed().await.expect("it goes on");
        let done = stage(&workshop, "a");
        assert!(matches!(done, Ok(Stage::Done(name, _)) if name == "result-of-a"));
        assert!(workshop.under_way().is_empty());
        assert!(workshop.store.jobs().unfinished().is_empty());
    }

    #[tokio::test]
    async fn a_repair_that_fails_is_told_once_and_can_be_tried_again() {
        let workshop = workshop();
        accept(&workshop, "a", b"no picture", 2000).await;
        for _ in 0..2 {
            let mut finished = workshop.finished();
            workshop.begin("a".into());
            finished.changed().await.expect("it goes on");
            assert_eq!(stage(&workshop, "a").err(), Some(500));
            assert!(matches!(stage(&workshop, "a"), Ok(Stage::Late)));
        }
        assert_eq!(workshop.store.jobs().left(10), 9);
    }

    #[tokio::test]
    async fn what_has_expired_is_not_repaired_any_more() {
        let workshop = workshop();
        accept(&workshop, "a", &picture(), 1000).await;
        let mut finished = workshop.finished();
        workshop.begin("a".into());
        finished.changed().await.expect("it goes on");
        assert_eq!(stage(&workshop, "a").err(), Some(9002));
        assert!(workshop.store.jobs().unfinished().is_empty());
    }
}
