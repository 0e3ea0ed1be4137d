use std::{error::Error, time::Duration};

use image::{Rgb, RgbImage};
use yunmei_core::fangtang::{Job, Progress, RepairType, Rgb as Colour};

use super::{Stage, look};
use crate::demo::{
    media::{BLUE, Picture},
    report::{Outcome, Report, same},
};

/// Photos from their upload to the repaired picture.
pub(super) fn run(report: &mut Report, stage: &Stage<'_>) {
    enlarged(report, stage);
    restored(report, stage);
    coloured(report, stage);
    new_background(report, stage);
    report.step("uploads left after four photos", "quota", || {
        same("left", stage.left()?, 16)?;
        Ok("16".into())
    });
}

/// Step by step.
fn enlarged(report: &mut Report, stage: &Stage<'_>) {
    let Stage { partner, media, .. } = stage;
    let photo = &media.dish;
    report.step("how many uploads are left", partner.third_code(), || {
        let quota = stage.run(partner.quota())?;
        same("left", quota.left, 20)?;
        same(
            "whose",
            quota.third_code.as_str(),
            partner.third_code().as_str(),
        )?;
        Ok(format!("{} of 20", quota.left))
    });
    let mut job = None;
    report.step(
        "send a photo to be enlarged",
        format!("JPEG, {}, sr", photo.summary()),
        || {
            let sent = stage.submit(RepairType::SuperResolution, "dish.jpg", photo)?;
            let line = format!("photo {}", sent.id);
            job = Some(sent);
            Ok(line)
        },
    );
    let job = || -> Result<&Job, Box<dyn Error>> { Ok(job.as_ref().ok_or("no photo was sent")?) };
    report.step("how far is it", "status", || {
        let status = stage.run(partner.status(&job()?.id))?;
        same("progress", status.progress, Progress::Processing)?;
        Ok(format!("100 {}", status.message))
    });
    let mut finished = None;
    report.step("wait for it", "status, with growing pauses", || {
        let (result, pauses) = stage.waited(partner.wait(job()?, stage.deadline())?);
        finished = Some(result?);
        let pauses = pauses.borrow();
        let grow = pauses.is_sorted_by(|one, next| one < next);
        same("pauses that grow", (grow, pauses.len() > 1), (true, true))?;
        Ok(format!("done after pauses of {}", seconds(&pauses)))
    });
    report.step("fetch it", "the address that was named", || {
        let finished = finished.as_ref().ok_or("it is not finished")?;
        let result = stage.fetched(finished)?;
        let line = twice_as_large(photo, &result)?;
        Ok(format!("{line}, from {}", finished.url.without_query()))
    });
}

fn seconds(pauses: &[Duration]) -> String {
    let pauses = pauses
        .iter()
        .map(|pause| format!("{} s", pause.as_secs_f64()));
    pauses.collect::<Vec<_>>().join(", ")
}

/// Twice as wide, twice as high, and the same picture.
fn twice_as_large(photo: &Picture, result: &RgbImage) -> Outcome {
    let expected = (photo.width * 2, photo.height * 2);
    same("dimensions", result.dimensions(), expected)?;
    let distance = look::distance(&look::halved(result), &look::decoded(&photo.bytes)?);
    same("looks the same", distance < 8.0, true)?;
    let (width, height) = expected;
    Ok(format!("{width}x{height}, halved {distance:.1}/255 off"))
}

/// The whole way at once.
fn repaired(
    stage: &Stage<'_>,
    repair: RepairType,
    name: &str,
    photo: &Picture,
) -> Result<RgbImage, Box<dyn Error>> {
    let job = stage.submit(repair, name, photo)?;
    stage.fetched(&stage.finished(&job)?)
}

fn restored(report: &mut Report, stage: &Stage<'_>) {
    let photo = &stage.media.grainy;
    report.step(
        "restore a grainy photo",
        format!("PNG, {}, sr,repair", photo.summary()),
        || {
            let result = repaired(stage, RepairType::Restoration, "祖母.png", photo)?;
            let halved = look::halved(&result);
            let (width, height) = halved.dimensions();
            same("dimensions", (width, height), (photo.width, photo.height))?;
            let before = look::roughness(&look::decoded(&photo.bytes)?);
            let after = look::roughness(&halved);
            same("smoother", after < before * 0.8, true)?;
            Ok(format!("grain {before:.1} became {after:.1}"))
        },
    );
}

fn coloured(report: &mut Report, stage: &Stage<'_>) {
    let photo = &stage.media.grey;
    report.step(
        "give colours to a grey photo",
        format!("JPEG, {}, sr,repair,colour", photo.summary()),
        || {
            let result = repaired(stage, RepairType::Colouring, "grey.jpg", photo)?;
            let before = look::warmth(&look::decoded(&photo.bytes)?);
            let after = look::warmth(&result);
            same("grey before", before.abs() < 2.0, true)?;
            same("warm after", after > 10.0, true)?;
            let (width, height) = result.dimensions();
            Ok(format!(
                "{width}x{height}, warmth {before:.0} became {after:.0}"
            ))
        },
    );
}

fn new_background(report: &mut Report, stage: &Stage<'_>) {
    let photo = &stage.media.portrait;
    let red = Colour::new(200, 16, 46);
    report.step(
        "a new background behind a person",
        format!("PNG, {}, bg {red}", photo.summary()),
        || {
            let result = repaired(stage, RepairType::Background(red), "id.png", photo)?;
            let before = look::decoded(&photo.bytes)?;
            same("dimensions", result.dimensions(), before.dimensions())?;
            let red = Rgb([red.red, red.green, red.blue]);
            let mut replaced = 0;
            for (old, new) in before.pixels().zip(result.pixels()) {
                let is_background = *old == Rgb(BLUE);
                same("pixel", new, if is_background { &red } else { old })?;
                replaced += u32::from(is_background);
            }
            let all = result.width() * result.height();
            Ok(format!(
                "all {replaced} blue pixels are red, the other {} as before",
                all - replaced
            ))
        },
    );
}
