//! A picture is uploaded, and repaired.

use std::sync::Arc;

use http::request::Parts;
use serde_json::{Value, json};
use yunmei_core::fangtang::RepairType;

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
    let (format, result) = repaired(fangtang, &photo, repair_type).await?;
    let now = fangtang.now();
    let done = now.checked_add(fangtang.manners.delay);
    let expires = done.and_then(|done| done.checked_add(fangtang.manners.lifetime));
    let job = Job {
        accepted: now.seconds(),
        done: done.map_or(u64::MAX, |done| done.seconds()),
        expires: expires.map_or(u64::MAX, |expires| expires.seconds()),
        pictures: Some(Pictures {
            format,
            photo,
            result,
            result_name: random::hex::<16>().map_err(failed)?,
        }),
    };
    let id = random::hex::<16>().map_err(failed)?;
    let mut jobs = fangtang.store.jobs();
    jobs.accept(&id, job, fangtang.manners.quota, now)?;
    let img_url = links::picture(&origin, links::PHOTOS, &id, format);
    Ok(json!({"img_url": img_url, "mdf": id}))
}

/// Repairs a picture on a thread that may be slow, and stores what comes of it.
async fn repaired(
    fangtang: &Fangtang,
    photo: &Arc<Blob>,
    repair_type: RepairType,
) -> Result<(Format, Arc<Blob>), Refusal> {
    let place = Arc::clone(&fangtang.workbench).acquire_owned().await;
    let photo = Arc::clone(photo);
    let work = move || {
        let mut bytes = Vec::new();
        let read = photo.each(|piece| bytes.extend_from_slice(piece));
        let repaired = read.map(|()| repair::carry_out(&bytes, repair_type));
        // Who asked may be gone, so the place goes with the work.
        drop(place);
        repaired
    };
    let repaired = tokio::task::spawn_blocking(work)
        .await
        .map_err(|_| Refusal::new(answer::PICTURE, "its repair broke off"))?
        .map_err(failed)?
        .map_err(|problem| match problem {
            Problem::FileType => {
                Refusal::new(answer::FILE_TYPE, "its content is neither JPEG nor PNG")
            }
            Problem::Picture(reason) => Refusal::new(answer::PICTURE, reason),
        })?;
    let mut writer = fangtang.store.blobs.writer().map_err(failed)?;
    writer.write(&repaired.bytes).await.map_err(failed)?;
    let result = writer.finish().await.map_err(failed)?;
    Ok((repaired.format, result))
}

fn failed(problem: std::io::Error) -> Refusal {
    Operation::Upload.failed(problem.to_string())
}
