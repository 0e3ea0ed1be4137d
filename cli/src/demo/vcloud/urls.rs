//! Films that the service fetches itself.

use std::{error::Error, time::Duration};

use yunmei_core::vcloud::vod::{MediaFormat, UploadTask, UrlSource};

use super::{Stage, refused, source::Source};
use crate::demo::report::{Outcome, Report, same};

/// A name as people give them.
const NAME: &str = "夏天/海边 1.avi";
/// The same in a request.
const ESCAPED: &str = "/%E5%A4%8F%E5%A4%A9/%E6%B5%B7%E8%BE%B9%201.avi";

/// How often it is asked, and how long is waited in between.
const QUESTIONS: u32 = 1000;
const PAUSE: Duration = Duration::from_millis(10);

/// TTVcloud names no job: whoever wants to know more has to be called back.
pub(super) fn accepted(report: &mut Report, stage: &Stage<'_>) {
    report.step("have a film fetched", NAME, || {
        let source = Source::start(stage.media.clip.clone())?;
        let urls = [source.url(NAME)];
        let upload = stage.vod()?;
        let upload = upload.upload_by_url(stage.space(), MediaFormat::Mp4, urls);
        let accepted = stage.run(upload.callback_args("demo"))?;
        same("jobs", accepted.jobs.len(), 0)?;
        same("asked for", source.asked()?.as_str(), ESCAPED)?;
        Ok(format!("accepted, and asked for {ESCAPED}"))
    });
    elsewhere(report, stage, "InvalidParameter.SourceUrls");
}

/// Volcengine names jobs, and tells what became of them.
pub(super) fn run(report: &mut Report, stage: &Stage<'_>) {
    report.step("have a film fetched, and wait", NAME, || {
        let source = Source::start(stage.media.clip.clone())?;
        let url = UrlSource::new(source.url(NAME)).title("海边");
        let task = fetched(stage, url.file_extension(".avi"))?;
        same("asked for", source.asked()?.as_str(), ESCAPED)?;
        same("state", task.state.as_str(), "success")?;
        let outcome = stage.plays(&task.vid, &stage.media.clip)?;
        Ok(format!("{}: {outcome}", task.vid))
    });
    report.step("one that has another MD5", NAME, || {
        let source = Source::start(stage.media.clip.clone())?;
        let md5 = "00000000000000000000000000000000";
        let task = fetched(stage, UrlSource::new(source.url(NAME)).md5(md5))?;
        same("state", task.state.as_str(), "failed")?;
        same("id", task.vid.as_str(), "")?;
        Ok("failed, and there is no video of it".into())
    });
    elsewhere(report, stage, "InvalidParameter.URLSets");
    report.step("ask for a job that nobody has", "job 0", || {
        let found = stage.run(stage.vod()?.upload_tasks(["0"]))?;
        same("tasks", found.tasks.len(), 0)?;
        same("unknown", &found.unknown[..], &["0".to_owned()][..])?;
        Ok("not known".into())
    });
}

/// The task of a film that is fetched, when it is over.
fn fetched(stage: &Stage<'_>, url: UrlSource) -> Result<UploadTask, Box<dyn Error>> {
    let vod = stage.vod()?;
    let upload = vod.upload_by_url(stage.space(), MediaFormat::Mp4, [url]);
    let accepted = stage.run(upload)?;
    let job = accepted.jobs.first().ok_or("there is no job")?;
    for _ in 0..QUESTIONS {
        let found = stage.run(vod.upload_tasks([&job.job_id]))?;
        let task = found
            .tasks
            .into_iter()
            .next()
            .ok_or("the job is not known")?;
        if task.state != "processing" {
            return Ok(task);
        }
        std::thread::sleep(PAUSE);
    }
    Err("it is not done yet".into())
}

/// The emulator fetches from this machine only.
fn elsewhere(report: &mut Report, stage: &Stage<'_>, symbol: &str) {
    report.step(
        "one that is not on this machine",
        "http://192.0.2.1/",
        || -> Outcome {
            let urls = ["http://192.0.2.1/a.mp4"];
            let upload = stage.vod()?;
            let upload = upload.upload_by_url(stage.space(), MediaFormat::Mp4, urls);
            refused(stage.run(upload), 0, symbol)
        },
    );
}
