//! `yunmei vod`: videos in TTVcloud.

mod domains;
mod fetch;
mod info;
mod job;
mod modify;
mod open_upload;
mod play;
mod poster;
mod poster_url;
mod publish;
mod redirect;
mod token;
mod transcode;
mod upload;
mod upload_command;
mod upload_url;

use clap::{Args, Subcommand};

use crate::{
    arguments::Common,
    exit::Failure,
    session::{self, Session},
    vcloud::Account,
};

/// After the help: what is missed first.
const NOTES: &str = "\
The service has no listing: keep the ids that upload prints (or --json).
A video can be played while it is published: upload --publish and publish see to it.
Keys: access_key and secret_key in the table vcloud of the configuration, else those of the
vendor's clients: the environment, then the file in the home folder; -v says which.";

#[derive(Subcommand, Debug)]
#[command(after_help = NOTES)]
pub(crate) enum VodCommand {
    Upload(upload_command::UploadCommand),
    UploadUrl(upload_url::UploadUrlCommand),
    Job(job::JobCommand),
    Play(play::PlayCommand),
    Redirect(redirect::RedirectCommand),
    Info(info::InfoCommand),
    Modify(modify::ModifyCommand),
    Publish(publish::PublishCommand),
    Transcode(transcode::TranscodeCommand),
    Poster(poster::PosterCommand),
    PosterUrl(poster_url::PosterUrlCommand),
    Domains(domains::DomainsCommand),
    #[command(subcommand)]
    Token(token::TokenCommand),
}

pub(crate) fn run(command: VodCommand, common: &Common) -> Result<(), Failure> {
    session::run(common, async |session| match command {
        VodCommand::Upload(command) => upload::run(session, command).await,
        VodCommand::UploadUrl(command) => upload_url::run(session, command).await,
        VodCommand::Job(command) => job::run(session, command).await,
        VodCommand::Play(command) => play::run(session, command).await,
        VodCommand::Redirect(command) => redirect::run(session, &command),
        VodCommand::Info(command) => info::run(session, command).await,
        VodCommand::Modify(command) => modify::run(session, command).await,
        VodCommand::Publish(command) => publish::run(session, command).await,
        VodCommand::Transcode(command) => transcode::run(session, command).await,
        VodCommand::Poster(command) => poster::run(session, command).await,
        VodCommand::PosterUrl(command) => poster_url::run(session, command).await,
        VodCommand::Domains(command) => domains::run(session, command).await,
        VodCommand::Token(command) => token::run(session, &command),
    })
}

/// Which space a command is about.
#[derive(Args, Debug)]
struct Space {
    /// The space [default: that of the configuration]
    #[arg(long, value_name = "NAME")]
    space: Option<String>,
}

impl Space {
    fn of(&self, account: &Account<'_>) -> Result<String, Failure> {
        account.space(self.space.as_deref())
    }
}

/// The id of a video, as the service wrote it.
fn parse_vid(text: &str) -> Result<String, &'static str> {
    match text.is_empty() || text.contains(|c: char| c.is_control() || c.is_whitespace()) {
        true => Err("must be the id of a video, as upload prints it"),
        false => Ok(text.to_owned()),
    }
}
