use std::{path::PathBuf, time::Duration};

use clap::Args;
use serde_json::json;

use super::{
    Session,
    finish::{Finish, until},
    job_file::{Photo, Which},
};
use crate::{duration, exit::Failure, output::shown, transfer::Outlet};

/// Wait for a photo that was uploaded, and download the repaired picture.
///
/// It is kept for an hour after it was made. Nothing of this costs anything.
#[derive(Args, Debug)]
#[command(allow_missing_positional = true)]
pub(crate) struct GetCommand {
    #[command(flatten)]
    which: Which,
    /// Where the repaired photo goes: a file, or - for standard output
    #[arg(value_name = "OUT")]
    to: PathBuf,
    /// How long to wait for the repair
    #[arg(long, value_name = "TIME", default_value = "10m", value_parser = duration::parse)]
    wait: Duration,
    /// Replace what is at OUT
    #[arg(long, short)]
    force: bool,
}

pub(super) async fn run(session: &Session, command: GetCommand) -> Result<(), Failure> {
    let partner = session.config.partner()?;
    let photo = command.which.photo(&partner)?;
    let outlet = Outlet::open(&command.to, command.force)?;
    let until = until(command.wait);
    let wait = match &photo {
        Photo::Job(job) => partner
            .wait(job, until)
            .map_err(|error| Failure::operation(format_args!("photo {}", job.id), error))?,
        Photo::Id(id) => partner.wait_for(id, until),
    };
    let finish = Finish {
        session,
        partner: &partner,
        id: photo.id(),
        job_file: command.which.job.clone(),
    };
    let shows = outlet.is_standard();
    let size = finish.run(wait, outlet).await?;
    match shows {
        true => Ok(()),
        false => session.output.line(
            &shown(&format!("{} -> {}", photo.id(), command.to.display())),
            &json!({
                "id": photo.id().as_str(),
                "to": command.to.to_string_lossy(),
                "size": size,
            }),
        ),
    }
}
