//! `yunmei imagex`: pictures in ImageX of TTVcloud.

mod info;
mod ls;
mod rm;
mod token;
mod update;
mod upload;
mod url;

use clap::{Args, Subcommand};
use yunmei_core::vcloud::imagex::ServiceId;

use crate::{
    arguments::Common,
    exit::Failure,
    session::{self, Session},
    vcloud::Account,
};

#[derive(Subcommand, Debug)]
pub(crate) enum ImagexCommand {
    Upload(upload::UploadCommand),
    Ls(ls::LsCommand),
    Info(info::InfoCommand),
    Rm(rm::RmCommand),
    Update(update::UpdateCommand),
    Url(url::UrlCommand),
    Token(token::TokenCommand),
}

pub(crate) fn run(command: ImagexCommand, common: &Common) -> Result<(), Failure> {
    session::run(common, async |session| match command {
        ImagexCommand::Upload(command) => upload::run(session, command).await,
        ImagexCommand::Ls(command) => ls::run(session, command).await,
        ImagexCommand::Info(command) => info::run(session, command).await,
        ImagexCommand::Rm(command) => rm::run(session, command).await,
        ImagexCommand::Update(command) => update::run(session, command).await,
        ImagexCommand::Url(command) => url::run(session, command).await,
        ImagexCommand::Token(command) => token::run(session, &command),
    })
}

/// Which service of ImageX a command is about.
#[derive(Args, Debug)]
struct Service {
    /// The service of ImageX [default: that of the configuration]
    #[arg(long, value_name = "ID")]
    service_id: Option<ServiceId>,
}

impl Service {
    fn of(&self, account: &Account<'_>) -> Result<ServiceId, Failure> {
        account.service_id(self.service_id.as_ref())
    }
}

/// The name of a picture, as the service wrote it.
fn parse_uri(text: &str) -> Result<String, &'static str> {
    match text.is_empty() || text.contains(char::is_control) {
        true => Err("must be the name of a picture, as upload and ls print it"),
        false => Ok(text.to_owned()),
    }
}
