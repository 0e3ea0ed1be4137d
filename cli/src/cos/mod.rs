//! `yunmei cos`: files in Tencent COS.

mod cp;
mod download;
mod hashed;
mod location;
mod ls;
mod progress;
mod rm;
mod stat;
mod upload;

use clap::Subcommand;
use tokio::runtime::{Builder, Runtime};
use yunmei_core::cos::{Bucket, BucketName};
use yunmei_hyper::Client;

use crate::{arguments::Common, config::Config, exit::Failure, output::Output};

pub(crate) use location::{CosLocation, Location};

#[derive(Subcommand, Debug)]
pub(crate) enum CosCommand {
    /// Copy files into the cloud or out of it
    Cp(cp::CpCommand),
    /// Show the attributes of a file or folder
    Stat(stat::StatCommand),
    /// List a folder
    Ls(ls::LsCommand),
    /// Delete files, or empty folders
    Rm(rm::RmCommand),
}

pub(crate) fn run(command: CosCommand, common: &Common) -> Result<(), Failure> {
    let session = Session {
        config: Config::load(common)?,
        client: Client::default(),
        output: Output::new(common.json),
    };
    runtime()?.block_on(async {
        let interruption = interruption()?;
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
            () = interruption => Err(Failure::Interrupted),
        }
    })
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

pub(crate) fn runtime() -> Result<Runtime, Failure> {
    Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .map_err(|error| Failure::file("runtime", error))
}

/// A future that ends when the user asks the program to: by Ctrl-C, or by the signal of `kill`.
///
/// Listens from the moment of this call on, whether or not the future is polled yet.
pub(crate) fn interruption() -> Result<impl Future<Output = ()>, Failure> {
    use tokio::signal::unix::{SignalKind, signal};
    let listen = |kind| signal(kind).map_err(|error| Failure::file("signals", error));
    let mut interrupt = listen(SignalKind::interrupt())?;
    let mut terminate = listen(SignalKind::terminate())?;
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
    })
}
