//! `yunmei image`: pictures in Tencent Wanxiang (Cloud Image).

pub(crate) mod advice;
mod copy;
mod detect;
mod get;
mod photos;
pub(crate) mod rm;
mod stat;
mod upload;
mod url;
mod variant;

use clap::Subcommand;

use crate::{
    arguments::Common,
    exit::Failure,
    session::{self, Session},
};

use photos::{Photos, Which};

/// After the help: what is missed first.
const NOTES: &str = "\
The service has no listing: keep the ids that upload prints (or --json).
A folder is uploaded as its files: yunmei image upload pics/*";

#[derive(Subcommand, Debug)]
#[command(after_help = NOTES)]
pub(crate) enum ImageCommand {
    Upload(upload::UploadCommand),
    Stat(stat::StatCommand),
    Copy(copy::CopyCommand),
    Rm(rm::RmCommand),
    Get(get::GetCommand),
    Url(url::UrlCommand),
    Detect(detect::DetectCommand),
}

pub(crate) fn run(command: ImageCommand, common: &Common) -> Result<(), Failure> {
    session::run(common, async |session| match command {
        ImageCommand::Upload(command) => upload::run(session, command).await,
        ImageCommand::Stat(command) => stat::run(session, command).await,
        ImageCommand::Copy(command) => copy::run(session, command).await,
        ImageCommand::Rm(command) => rm::run(session, command).await,
        ImageCommand::Get(command) => get::run(session, command).await,
        ImageCommand::Url(command) => url::run(session, &command),
        ImageCommand::Detect(command) => detect::run(session, command).await,
    })
}
