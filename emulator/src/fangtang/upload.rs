//! A picture is uploaded, to be repaired behind the answer.

use std::sync::Arc;

use http::request::Parts;
use serde_json::{Value, json};

use super::{
    Fangtang,
    answer::{self, Refusal},
    fields::Fields,
    links,
    operation::Operation,
    repair::{self, Format, Problem},
    store::{Job, Pictures},
};
use crate::{random, storage::Blob};

/// ```text
/// POST /api/third/photo/upload  third_code=…, repair_type=…, file=@…, rgb=…
/// ```
pub(super) async fn answer(
    fangtang: &Fangtang,
    parts: &Parts,
    fields: &mut Fields,
) -> Result<Value, Refusal> {
    let wrong = |reason: &str| Operation::Upload.wrong(reason);
    let repair_type = Operation::Upload.needed(fields, "repair_type")?;
    let repair_type =
        repair::read(repair_type, fields.text("rgb")).map_err(|problem| wrong(&problem))?;
    let photo = fields.take_file();
    let photo = photo.ok_or_else(|| wrong("there is no field file"))?;
    let origin = links::origin(parts).ok_or_else(|| wrong("the header Host names no host"))?;
    // Before the work, and again behind it.
    fangtang.store.check_quota(fangtang.manners.quota)?;
    let format = checked(fangtang, &photo).await?;
    let now = fangtang.now();
    let done = now.checked_add(fangtang.manners.delay);
    let expires = done.and_then(|done| done.checked_add(fangtang.manners.lifetime));
    let job = Job {
        accepted: now.seconds(),
        done: done.map_or(u64::MAX, |done| done.seconds()),
        expires: expires.map_or(u64::MAX, |expires| expires.seconds()),
        pictures: Some(Pictures {
            format,
            repair_type: Some(repair_type),
            photo,
            result: None,
            failure: None,
            result_name: random::hex::<16>().map_err(failed)?,
        }),
    };
    let id = random::hex::<16>().map_err(failed)?;
    let mut jobs = fangtang.store.jobs();
    jobs.accept(&id, job, fangtang.manners.quota, now)?;
    drop(jobs);
    fangtang.workshop.begin(id.clone());
    let img_url = links::picture(&origin, links::PHOTOS, &id, format);
    Ok(json!({"img_url": img_url, "mdf": id}))
}

/// Reads a picture on a thread that may be slow, to know that it can be repaired.
async fn checked(fangtang: &Fangtang, photo: &Arc<Blob>) -> Result<Format, Refusal> {
    let place = Arc::clone(&fangtang.desk).acquire_owned().await;
    let photo = Arc::clone(photo);
    let work = move || {
        // Who asked may be gone, so the place goes with the work.
        let _place = place;
        let mut bytes = Vec::new();
        let read = photo.each(|piece| bytes.extend_from_slice(piece));
        read.map(|()| repair::check(&bytes))
    };
    tokio::task::spawn_blocking(work)
        .await
        .map_err(|_| Refusal::new(answer::PICTURE, "reading it broke off"))?
        .map_err(failed)?
        .map_err(|problem| match problem {
            Problem::FileType => {
                Refusal::new(answer::FILE_TYPE, "its content is neither JPEG nor PNG")
            }
            Problem::Picture(reason) => Refusal::new(answer::PICTURE, reason),
        })
}

fn failed(problem: std::io::Error) -> Refusal {
    Operation::Upload.failed(problem.to_string())
}
