use yunmei_core::Error;
use yunmei_emulator::{
    Emulator, Faults,
    faults::{Action, Fault, When},
};

use super::{Stage, start};
use crate::demo::{
    media::Media,
    report::{Report, same},
    transport::{Body, Transport},
};

/// Answers that get lost on the way, after the service did what was asked.
pub(super) fn run(report: &mut Report, transport: &Transport, media: &Media) {
    let lost = |op: &str, nth| Fault::new(Action::Drop(When::After)).op(op).nth(nth);
    let faults = Faults::new()
        .with(lost("image.upload", 1))
        .with(lost("image.upload", 3))
        .with(lost("image.delete", 1))
        // The opening comes first: this is the first slice, and the last one, the third.
        .with(lost("image.slice", 2))
        .with(lost("image.slice", 5));
    let Some(emulator) = start(report, Emulator::builder().faults(faults)) else {
        return;
    };
    let stage = Stage::new(transport, &emulator, media);
    uploads(report, &stage);
    slices(report, &stage);
    deletion(report, &stage);
}

fn uploads(report: &mut Report, stage: &Stage<'_>) {
    let Stage {
        transport,
        bucket,
        media,
        ..
    } = stage;
    let photo = || Body::Bytes(media.photo.clone());
    let own = stage.file_id("lost.png");
    report.step("lost answer, under an id", &own, || {
        let put = bucket.put(Some(&own), stage.content(photo())?);
        let uploaded = transport.send(put, photo())?;
        same("id", &uploaded.file_id, &own)?;
        // Sent again and refused as taken; the attributes then told that it is this very picture.
        same("uploads", stage.asked("image.upload"), 2)?;
        same("questions", stage.asked("image.stat"), 1)?;
        Ok("recovered: 2 uploads, and 1 stat that told whose it is".into())
    });
    report.step("lost answer, the service names it", "upload_new", || {
        let upload = bucket.upload_new(&stage.content(photo())?);
        let error = match transport.send(upload, photo()) {
            Err(error @ Error::Doubt(_)) => error,
            other => return Err(format!("no doubt: {other:?}").into()),
        };
        same("uploads", stage.asked("image.upload"), 3)?;
        Ok(format!("not sent again: {error}"))
    });
}

fn slices(report: &mut Report, stage: &Stage<'_>) {
    let Stage {
        transport,
        bucket,
        media,
        ..
    } = stage;
    let film = stage.file_id("lost slices");
    report.step("lost answers to two slices", "first and last of 3", || {
        // What it shows does not matter here: three slices do.
        let bytes = media.film.slice(..1_500_000.min(media.film.len()));
        let body = || Body::Bytes(bytes.clone());
        let digests = transport.digests(body())?;
        let slice_size = digests.size().div_ceil(3);
        let put = bucket.put_slices(Some(&film), digests.clone());
        transport.send(put.slice_size(slice_size), body())?;
        let found = transport.run(bucket.stat(&film))?;
        same("MD5", found.md5.as_str(), digests.md5())?;
        Ok(format!(
            "there after {} requests, the same MD5",
            stage.asked("image.slice")
        ))
    });
}

fn deletion(report: &mut Report, stage: &Stage<'_>) {
    let Stage {
        transport, bucket, ..
    } = stage;
    let own = stage.file_id("lost.png");
    report.step("lost answer to a deletion", &own, || {
        transport.run(bucket.delete(&own))?;
        same("deletions", stage.asked("image.delete"), 2)?;
        Ok("gone: the second of 2 requests found nothing".into())
    });
}
