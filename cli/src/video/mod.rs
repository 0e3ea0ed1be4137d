//! `yunmei video`: videos in Tencent Wanxiang (video V1).

mod rm;
mod stat;
mod upload;

use clap::Subcommand;
use yunmei_core::wanxiang::Videos;

use crate::{
    arguments::Common,
    exit::Failure,
    session::{self, Session},
};

#[derive(Subcommand, Debug)]
pub(crate) enum VideoCommand {
    Upload(upload::UploadCommand),
    Stat(stat::StatCommand),
    Rm(rm::RmCommand),
}

pub(crate) fn run(command: VideoCommand, common: &Common) -> Result<(), Failure> {
    session::run(common, async |session| match command {
        VideoCommand::Upload(command) => upload::run(session, command).await,
        VideoCommand::Stat(command) => stat::run(session, command).await,
        VideoCommand::Rm(command) => rm::run(session, command).await,
    })
}

impl Session {
    fn videos(&self) -> Result<Videos, Failure> {
        Ok(self.config.wanxiang_needed()?.videos())
    }
}
