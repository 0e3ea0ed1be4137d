use std::time::Duration;

use yunmei_core::{
    Error, Secret, Timestamp,
    error::{InputError, ServiceErrorKind},
    fangtang::{FetchResult, Finished, Job, Partner, RESULT_LIFETIME, RepairType, ThirdCode},
};

use super::{Stage, look};
use crate::demo::{
    report::{Outcome, Report, not_sent, refused, same},
    transport::Transport,
};

/// Jobs that are put aside.
pub(super) fn run(report: &mut Report, stage: &Stage<'_>) {
    let mut saved = String::new();
    report.step("send a photo, and save the job", "as JSON", || {
        let job = stage.submit(
            RepairType::SuperResolution,
            "later.png",
            &stage.media.grainy,
        )?;
        saved = serde_json::to_string(&job)?;
        let key = stage.emulator.fangtang_account().secret_key();
        same("holds the key", saved.contains(key.expose()), false)?;
        Ok(format!("{} bytes without a secret", saved.len()))
    });
    impatient(report, stage, &saved);
    let other = stage.transport.name().other();
    report.step(
        "take it up later, really waiting",
        format!("through {}", other.as_str()),
        || {
            let transport = Transport::new(other).map_err(|failure| failure.to_string())?;
            taken_up(stage, &transport, &saved)
        },
    );
    report.step("take it up as another partner", "nothing", || {
        let job: Job = serde_json::from_str(&saved)?;
        let another = Partner::new(ThirdCode::new("another")?, Secret::new("key"))?;
        let wait = another.wait(&job, stage.deadline());
        not_sent(wait.map_err(Error::from), &InputError::JobOfAnother)
    });
    expired(report, stage);
}

fn impatient(report: &mut Report, stage: &Stage<'_>, saved: &str) {
    report.step("wait no longer than a second", "status", || {
        let job: Job = serde_json::from_str(saved)?;
        let until = Timestamp::from_seconds(stage.clock.now().seconds() + 1);
        match stage.run(stage.partner.wait(&job, until)?) {
            Err(error @ Error::Deadline(_)) => Ok(format!("given up: {error}")),
            other => Err(format!("not given up: {other:?}").into()),
        }
    });
}

/// Another process with another transport, by the system's clock.
fn taken_up(stage: &Stage<'_>, transport: &Transport, saved: &str) -> Outcome {
    // Most of the time has passed meanwhile: about a second is left.
    stage.clock.put_forward(Duration::from_millis(7800));
    let job: Job = serde_json::from_str(saved)?;
    let wait = stage.partner.wait(&job, stage.deadline())?;
    let finished = transport.run(wait)?;
    let (_, content) = transport.download(stage.partner.fetch(&finished)?)?;
    let (width, height) = look::decoded(&content)?.dimensions();
    let photo = &stage.media.grainy;
    same(
        "dimensions",
        (width, height),
        (photo.width * 2, photo.height * 2),
    )?;
    Ok(format!("{width}x{height}, {} bytes", content.len()))
}

/// A result that nobody fetched within its hour.
fn expired(report: &mut Report, stage: &Stage<'_>) {
    let mut finished = None;
    report.step("let a result lie for an hour", "old.jpg, sr", || {
        let job = stage.submit(RepairType::SuperResolution, "old.jpg", &stage.media.grey)?;
        finished = Some(stage.finished(&job)?);
        stage
            .clock
            .put_forward(RESULT_LIFETIME + Duration::from_secs(1));
        Ok("done, and not fetched".into())
    });
    let finished = || -> Result<&Finished, Box<dyn std::error::Error>> {
        Ok(finished.as_ref().ok_or("it is not finished")?)
    };
    report.step("fetch it, minding the hour", "nothing", || {
        let fetch = stage.partner.fetch(finished()?)?;
        not_sent(stage.download(fetch), &InputError::ResultExpired)
    });
    report.step("fetch it all the same", "its address", || {
        let fetch = FetchResult::new(finished()?.url.clone())?;
        match stage.download(fetch) {
            Err(Error::Service(refusal)) if refusal.kind() == ServiceErrorKind::NotFound => {
                Ok(format!("refused as it should be: {refusal}"))
            }
            Err(error) => Err(error.into()),
            Ok(_) => Err("it is still there".into()),
        }
    });
    report.step("ask for it", "status", || {
        refused(stage.run(stage.partner.status(&finished()?.id)), 9002)
    });
}
