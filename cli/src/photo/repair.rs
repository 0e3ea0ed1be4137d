use std::{
    path::{Path, PathBuf},
    time::Duration,
};

use clap::Args;
use serde_json::json;
use yunmei_core::fangtang::Job;

use super::{
    Session,
    finish::{Finish, until},
    job_file::{JobFile, keep_apart},
    submission::{self, Repair},
};
use crate::{
    duration,
    exit::Failure,
    output::{say, shown},
    transfer::{self, Outlet},
};

/// Have a photo repaired: upload it, wait, and download the result.
///
/// The upload costs one of those that were bought, if it is accepted; it is never sent twice. If
/// waiting ends before the repair does, `yunmei photo get` goes on with it, and costs nothing.
#[derive(Args, Debug)]
pub(crate) struct RepairCommand {
    /// The photo, on this machine: JPEG or PNG
    #[arg(value_name = "IN")]
    from: PathBuf,
    /// Where the repaired photo goes: a file, a folder, or - for standard output
    #[arg(value_name = "OUT")]
    to: PathBuf,
    #[command(flatten)]
    repair: Repair,
    /// How long to wait for the repair
    #[arg(long, value_name = "TIME", default_value = "10m", value_parser = duration::parse)]
    wait: Duration,
    /// Save the job in this file as soon as the photo is accepted
    #[arg(long, value_name = "FILE")]
    job: Option<PathBuf>,
    /// Replace what is at OUT, and the file of --job
    #[arg(long, short)]
    force: bool,
}

pub(super) async fn run(session: &Session, command: RepairCommand) -> Result<(), Failure> {
    let repair = command.repair.kind()?;
    let partner = session.config.partner()?;
    let to = command.target();
    keep_apart(command.job.as_deref(), &to)?;
    // What may fail on this machine fails before anything is charged.
    let outlet = Outlet::open(&to, command.force)?;
    let job_file = command.job.as_deref();
    let job_file = job_file.map(|path| JobFile::begin(path, command.force));
    let job_file = job_file.transpose()?;
    let job = submission::submit(session, &partner, repair, &command.from).await?;
    let saved = job_file.is_some_and(|file| save(file, &job));
    let finish = Finish {
        session,
        partner: &partner,
        id: &job.id,
        job_file: command.job.clone().filter(|_| saved),
    };
    let shows = outlet.is_standard();
    let wait = partner.wait_for(&job.id, until(command.wait));
    let finished = finish.wait(wait, command.wait).await?;
    let size = finish.fetch(&finished, outlet).await?;
    match shows {
        true => Ok(()),
        false => show(session, &command.from, &to, &job, size),
    }
}

impl RepairCommand {
    fn target(&self) -> PathBuf {
        let name = self.from.file_name();
        name.map_or_else(|| self.to.clone(), |name| transfer::target(&self.to, name))
    }
}

/// What was charged is waited for even if its job cannot be saved.
fn save(file: JobFile, job: &Job) -> bool {
    match file.save(job) {
        Ok(()) => true,
        Err(failure) => {
            say(format_args!(
                "yunmei: warning: the job is not saved: {failure}"
            ));
            false
        }
    }
}

fn show(session: &Session, from: &Path, to: &Path, job: &Job, size: u64) -> Result<(), Failure> {
    session.output.line(
        &shown(&format!("{} -> {}", from.display(), to.display())),
        &json!({
            "from": from.to_string_lossy(),
            "to": to.to_string_lossy(),
            "id": job.id.as_str(),
            "size": size,
        }),
    )
}
