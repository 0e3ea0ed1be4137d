use std::path::PathBuf;

use clap::Args;
use yunmei_core::fangtang::Job;

use super::{
    Session,
    job_file::JobFile,
    submission::{self, Repair},
};
use crate::{
    exit::Failure,
    output::{plain_json, say},
};

/// Upload a photo to be repaired, and print the job as JSON, without waiting for it.
///
/// The upload costs one of those that were bought, if it is accepted; it is never sent twice.
#[derive(Args, Debug)]
pub(crate) struct UploadCommand {
    /// The photo, on this machine: JPEG or PNG
    #[arg(value_name = "IN")]
    from: PathBuf,
    #[command(flatten)]
    repair: Repair,
    /// Save the job in this file, too
    #[arg(long, value_name = "FILE")]
    job: Option<PathBuf>,
    /// Replace the file of --job
    #[arg(long, short)]
    force: bool,
}

pub(super) async fn run(session: &Session, command: UploadCommand) -> Result<(), Failure> {
    let repair = command.repair.kind()?;
    let partner = session.config.partner()?;
    let job_file = command.job.as_deref();
    let job_file = job_file.map(|path| JobFile::begin(path, command.force));
    let job_file = job_file.transpose()?;
    let job = submission::submit(session, &partner, repair, &command.from).await?;
    session.if_interrupted(format!("photo {} was accepted", job.id));
    let saved = job_file.map_or(Ok(()), |file| file.save(&job));
    print(session, &job)?;
    saved
}

/// What was charged must not be lost because nobody reads standard output.
fn print(session: &Session, job: &Job) -> Result<(), Failure> {
    let failed = |error: serde_json::Error| Failure::file("the job", error);
    let text = serde_json::to_string_pretty(job).map_err(failed)?;
    let object = serde_json::to_value(job).map_err(failed)?;
    let printed = session.output.line(&plain_json(&text), &object);
    if printed.is_err() || session.output.is_closed() {
        say(format_args!(
            "yunmei: the job: {}",
            plain_json(&object.to_string())
        ));
    }
    printed
}
