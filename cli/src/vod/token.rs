use std::time::Duration;

use clap::{Args, Subcommand};
use serde_json::json;
use yunmei_core::{
    Token,
    error::InputError,
    vcloud::{Dialect, Parameters},
};

use super::{Session, Space, parse_vid, redirect::lifetime_or};
use crate::{duration, exit::Failure};

/// Print a token that lets somebody else play or upload for a while.
///
/// It is made here: nothing is asked of the service. Whoever has it can use it until it ends.
#[derive(Subcommand, Debug)]
pub(crate) enum TokenCommand {
    Play(PlayToken),
    Upload(UploadToken),
}

/// With which a player may ask where a video can be played.
#[derive(Args, Debug)]
pub(crate) struct PlayToken {
    /// The id of the video
    #[arg(value_name = "VID", value_parser = parse_vid)]
    vid: String,
    #[command(flatten)]
    lifetime: Lifetime,
}

/// With which an uploader may begin and end uploads to a space; only of TTVcloud.
#[derive(Args, Debug)]
pub(crate) struct UploadToken {
    #[command(flatten)]
    space: Space,
    #[command(flatten)]
    lifetime: Lifetime,
}

#[derive(Args, Debug)]
struct Lifetime {
    /// How long it serves: up to 365d
    #[arg(long, value_name = "TIME", default_value = "1h", value_parser = duration::parse)]
    expires: Duration,
}

pub(super) fn run(session: &Session, command: &TokenCommand) -> Result<(), Failure> {
    match command {
        TokenCommand::Play(command) => play(session, command),
        TokenCommand::Upload(command) => upload(session, command),
    }
}

fn play(session: &Session, command: &PlayToken) -> Result<(), Failure> {
    let account = session.vcloud()?;
    let (vod, dialect) = (account.vod()?, account.dialect());
    let name = match dialect {
        Dialect::TtvCloud => "video_id",
        Dialect::Volcengine => "Vid",
    };
    let parameters = Parameters::new().with(name, command.vid.clone());
    let parameters = command.lifetime.with(parameters, dialect);
    let now = yunmei_host::stamp().now;
    let token = vod.signer().play_token(&parameters, now);
    let token = token.map_err(|error| lifetime_or(&command.vid, error))?;
    command.lifetime.show(session, "vid", &command.vid, &token)
}

fn upload(session: &Session, command: &UploadToken) -> Result<(), Failure> {
    let account = session.vcloud()?;
    let (vod, space) = (account.vod()?, command.space.of(&account)?);
    let parameters = Parameters::new().with("SpaceName", space.clone());
    let parameters = command.lifetime.with(parameters, account.dialect());
    let now = yunmei_host::stamp().now;
    let token = vod.signer().upload_token(&parameters, now);
    let token = token.map_err(|error| match error {
        InputError::NoSuchToken => {
            Failure::operation(&space, error).advised("`yunmei sts upload` makes temporary keys")
        }
        error => lifetime_or(&space, error),
    })?;
    command.lifetime.show(session, "space", &space, &token)
}

impl Lifetime {
    fn with(&self, parameters: Parameters, dialect: Dialect) -> Parameters {
        parameters.with_number(dialect.expires_name(), self.expires.as_secs())
    }

    fn show(
        &self,
        session: &Session,
        name: &str,
        about: &str,
        token: &Token,
    ) -> Result<(), Failure> {
        let expires = yunmei_host::stamp().now.checked_add(self.expires);
        session.output.line(
            token.expose(),
            &json!({
                name: about,
                "token": token.expose(),
                "expires": expires.map(|time| time.seconds()),
            }),
        )
    }
}
