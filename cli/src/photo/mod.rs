//! `yunmei photo`: photos repaired by Fangtang.

pub(crate) mod advice;
mod finish;
mod get;
mod job_file;
mod picture;
mod quota;
mod repair;
mod status;
mod submission;
mod upload;

use clap::Subcommand;

use crate::{
    arguments::Common,
    exit::Failure,
    session::{self, Session},
};

#[derive(Subcommand, Debug)]
pub(crate) enum PhotoCommand {
    Repair(repair::RepairCommand),
    Upload(upload::UploadCommand),
    Status(status::StatusCommand),
    Get(get::GetCommand),
    Quota(quota::QuotaCommand),
}

pub(crate) fn run(command: PhotoCommand, common: &Common) -> Result<(), Failure> {
    session::run(common, async |session| match command {
        PhotoCommand::Repair(command) => repair::run(session, command).await,
        PhotoCommand::Upload(command) => upload::run(session, command).await,
        PhotoCommand::Status(command) => status::run(session, command).await,
        PhotoCommand::Get(command) => get::run(session, command).await,
        PhotoCommand::Quota(command) => quota::run(session, command).await,
    })
}
