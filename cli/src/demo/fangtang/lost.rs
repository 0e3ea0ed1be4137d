use http::{HeaderMap, StatusCode};
use yunmei_core::{Error, fangtang::RepairType};
use yunmei_emulator::{
    Emulator, Faults,
    faults::{Action, Fault, When},
};

use super::Stage;
use crate::demo::{
    media::Media,
    report::{Outcome, Report, same},
    transport::Transport,
};

/// Uploads that cost something, and whose answers get lost.
pub(super) fn run(report: &mut Report, transport: &Transport, media: &Media) {
    let upload = |action, nth| Fault::new(action).op("photo.upload").nth(nth);
    let failed = Action::Answer {
        status: StatusCode::OK,
        headers: HeaderMap::new(),
        body: r#"{"code":9000,"errno":9006,"msg":"upload failed"}"#.into(),
        when: When::Before,
    };
    let faults = Faults::new()
        .with(upload(Action::Drop(When::After), 1))
        .with(upload(Action::Drop(When::Before), 2))
        .with(upload(failed, 3))
        .with(
            Fault::new(Action::Drop(When::After))
                .op("photo.status")
                .nth(1),
        );
    let builder = Emulator::builder().photo_quota(10).faults(faults);
    let Some(stage) = Stage::start(report, builder, transport, media) else {
        return;
    };
    report.step("lost answer, and it was charged", "upload", || {
        in_doubt(&stage, 1, 9)
    });
    report.step("lost answer, and it was not", "upload", || {
        in_doubt(&stage, 2, 9)
    });
    report.step("an upload that failed (9006)", "upload", || again(&stage));
}

/// Nobody knows whether it was charged, so it is not sent again; the quota tells.
fn in_doubt(stage: &Stage<'_>, uploads: usize, left: u64) -> Outcome {
    let result = stage.submit(RepairType::SuperResolution, "a.jpg", &stage.media.grey);
    let error = match result {
        Err(error @ Error::Doubt(_)) => error,
        other => return Err(format!("no doubt: {other:?}").into()),
    };
    same("uploads at the emulator", stage.uploads(), uploads)?;
    same("uploads left", stage.left()?, left)?;
    Ok(format!("sent once, {left} of 10 left: {error}"))
}

/// The service says that nothing was done: sent again by itself, and charged once.
fn again(stage: &Stage<'_>) -> Outcome {
    let job = stage.submit(RepairType::SuperResolution, "a.jpg", &stage.media.grey)?;
    same("uploads at the emulator", stage.uploads(), 4)?;
    same("uploads left", stage.left()?, 8)?;
    // The answer to the first question for its status gets lost, which costs nothing.
    let finished = stage.finished(&job)?;
    stage.fetched(&finished)?;
    Ok(format!("sent again, and 1 charged: photo {}", job.id))
}
