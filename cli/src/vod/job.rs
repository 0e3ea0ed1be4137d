use clap::Args;
use serde_json::json;
use yunmei_core::vcloud::vod::UploadTask;

use super::Session;
use crate::{
    exit::{Failure, each},
    output::shown,
};

/// Tell what became of videos that the service was to fetch; only of Volcengine.
///
/// TTVcloud has no such question: it tells the callback address of the space.
#[derive(Args, Debug)]
pub(crate) struct JobCommand {
    /// The jobs that upload-url printed
    #[arg(required = true, value_name = "JOB", value_parser = parse_job)]
    jobs: Vec<String>,
}

pub(super) async fn run(session: &Session, command: JobCommand) -> Result<(), Failure> {
    let account = session.vcloud()?;
    let found = account.vod()?.upload_tasks(&command.jobs);
    let found = account.run("the jobs", found).await?;
    each(&command.jobs, async |job| {
        match found.tasks.iter().find(|task| task.job_id == *job) {
            Some(task) => show(session, task),
            None => Err(Failure::Missing(shown(&format!(
                "job {job}: the service knows nothing of it"
            )))),
        }
    })
    .await
}

fn show(session: &Session, task: &UploadTask) -> Result<(), Failure> {
    let words = [&task.job_id, &task.state, &task.vid, &task.source_url];
    let words: Vec<&str> = (words.into_iter().map(String::as_str))
        .filter(|word| !word.is_empty())
        .collect();
    session.output.line(
        &shown(&words.join("  ")),
        &json!({
            "job": task.job_id,
            "state": task.state,
            "vid": Some(&task.vid).filter(|vid| !vid.is_empty()),
            "url": task.source_url,
            "space": task.space_name,
        }),
    )
}

/// Jobs are sent joined by commas (dossier of TTVcloud, section 3.1).
fn parse_job(text: &str) -> Result<String, &'static str> {
    match text.is_empty() || text.contains(|c: char| c == ',' || c.is_control()) {
        true => Err("must be one job, as upload-url prints it"),
        false => Ok(text.to_owned()),
    }
}
