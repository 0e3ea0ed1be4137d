//! `yunmei cos`: files in Tencent COS.

pub(crate) mod advice;
mod cp;
mod download;
mod location;
mod ls;
mod missing;
mod outcome;
mod rename;
mod rm;
mod sides;
mod stat;
mod stored;
mod tree;
mod upload;

use clap::Subcommand;
use yunmei_core::cos::{Bucket, BucketName};

use crate::{arguments::Common, exit::Failure, session};

pub(crate) use location::{CosLocation, Location};
use session::Session;

#[derive(Subcommand, Debug)]
pub(crate) enum CosCommand {
    Cp(cp::CpCommand),
    Stat(stat::StatCommand),
    Ls(ls::LsCommand),
    Rm(rm::RmCommand),
}

pub(crate) fn run(command: CosCommand, common: &Common) -> Result<(), Failure> {
    session::run(common, async |session| match command {
        CosCommand::Cp(command) => cp::run(session, command).await,
        CosCommand::Stat(command) => stat::run(session, command).await,
        CosCommand::Ls(command) => ls::run(session, command).await,
        CosCommand::Rm(command) => rm::run(session, command).await,
    })
}

impl Session {
    fn bucket(&self, name: Option<&BucketName>) -> Result<Bucket, Failure> {
        self.config.cos_bucket(name)
    }
}
