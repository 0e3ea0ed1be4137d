//! `yunmei cos`: files in Tencent COS.

pub(crate) mod advice;
mod cp;
mod destination;
mod download;
mod hashed;
mod location;
mod ls;
mod progress;
mod rm;
mod stat;
mod upload;

use clap::Subcommand;
use yunmei_core::cos::{Bucket, BucketName};
use yunmei_hyper::Client;

use crate::{arguments::Common, config::Config, exit::Failure, output::Output, runtime};

pub(crate) use location::{CosLocation, Location};

#[derive(Subcommand, Debug)]
pub(crate) enum CosCommand {
    Cp(cp::CpCommand),
    Stat(stat::StatCommand),
    Ls(ls::LsCommand),
    Rm(rm::RmCommand),
}

pub(crate) fn run(command: CosCommand, common: &Common) -> Result<(), Failure> {
    let session = Session {
        config: Config::load(common)?,
        client: Client::default(),
        output: Output::new(common.json),
    };
    let runtime = runtime::new()?;
    let interrupted = runtime::watch_for_interruption(&runtime)?;
    let result = runtime.block_on(async {
        let work = async {
            match command {
                CosCommand::Cp(command) => cp::run(&session, command).await,
                CosCommand::Stat(command) => stat::run(&session, command).await,
                CosCommand::Ls(command) => ls::run(&session, command).await,
                CosCommand::Rm(command) => rm::run(&session, command).await,
            }
        };
        // Dropping the work breaks off its exchange and removes its temporary files.
        tokio::select! {
            result = work => result,
            _ = interrupted => Err(Failure::Interrupted),
        }
    });
    // Not to wait for a write to standard output that nobody reads.
    runtime.shutdown_background();
    result
}

/// What every command needs.
struct Session {
    config: Config,
    client: Client,
    output: Output,
}

impl Session {
    fn bucket(&self, name: Option<&BucketName>) -> Result<Bucket, Failure> {
        self.config.cos_bucket(name)
    }
}
