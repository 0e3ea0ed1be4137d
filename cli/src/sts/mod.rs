//! `yunmei sts`: temporary keys of TTVcloud, made here.

mod policy;

use std::time::Duration;

use clap::{Args, Subcommand};
use serde_json::Value;
use yunmei_core::vcloud::{
    UtcOffset,
    imagex::ServiceId,
    sts2::{Issuer, TemporaryKeys},
};

use crate::{
    arguments::Common,
    config::VcloudSettings,
    duration,
    exit::Failure,
    output::say,
    session::{self, Session},
};

/// Make temporary keys of TTVcloud or Volcengine, for somebody who may use them for a while.
///
/// They are made here, with the account's own keys: nothing is asked of the service, and nobody can
/// take them back. What they may do is said by play, upload or imagex-upload, or by --action and
/// --resource, or by a --policy; without any of these, they may do all that the account's own may.
///
/// Prints lines for a table vcloud of a configuration; with --json, the object that the vendor's
/// clients hand on.
#[derive(Args, Debug)]
pub(crate) struct StsCommand {
    #[command(subcommand)]
    purpose: Option<Purpose>,
    #[command(flatten)]
    custom: policy::Custom,
    /// How long they live: a minute at least
    #[arg(long, value_name = "TIME", default_value = "1h", value_parser = duration::parse, global = true)]
    expires: Duration,
}

#[derive(Subcommand, Debug)]
enum Purpose {
    Play(Play),
    Upload(Upload),
    ImagexUpload(ImagexUpload),
}

/// To ask where videos can be played.
#[derive(Args, Debug)]
struct Play {
    /// The ids of the videos [default: any, with a warning]
    #[arg(value_name = "VID", value_parser = policy::parse_name)]
    vids: Vec<String>,
    /// Only streams of this type; may be repeated
    #[arg(long, value_name = "TYPE", value_parser = policy::parse_name)]
    stream_type: Vec<String>,
    /// Only with this watermark; may be repeated
    #[arg(long, value_name = "NAME", value_parser = policy::parse_name)]
    watermark: Vec<String>,
}

/// To upload videos.
#[derive(Args, Debug)]
struct Upload {}

/// To upload pictures to ImageX.
#[derive(Args, Debug)]
struct ImagexUpload {
    /// To this service; may be repeated [default: any]
    #[arg(long, value_name = "ID")]
    service_id: Vec<ServiceId>,
}

pub(crate) fn run(command: StsCommand, common: &Common) -> Result<(), Failure> {
    session::run(common, async |session| issue(session, &command))
}

fn issue(session: &Session, command: &StsCommand) -> Result<(), Failure> {
    let policy = command.policy()?;
    let account = session.vcloud()?;
    let policy = policy.map(|policy| policy.of(account.dialect()));
    let failed = |error| Failure::operation("temporary keys", error);
    let keys = Issuer::new(account.credentials())
        .and_then(|issuer| issuer.issue(policy.as_ref(), command.expires, &yunmei_host::stamp()))
        .map_err(failed)?;
    if let Some(reach) = command.unlimited() {
        say(format_args!("yunmei: warning: these keys may {reach}"));
    }
    let json = keys.to_json(account.dialect(), local_offset());
    let object: Value = serde_json::from_str(json.expose())
        .map_err(|error| Failure::file("temporary keys", error))?;
    session
        .output
        .line(&text(&keys, account.settings()), &object)
}

impl StsCommand {
    /// What the keys may do, where more may have been left out than was meant.
    fn unlimited(&self) -> Option<&'static str> {
        match &self.purpose {
            Some(Purpose::Play(play)) if play.vids.is_empty() => {
                Some("play every video of the account: name the ids of those that are meant")
            }
            None if !self.custom.is_any() => {
                Some("do all that the account's own may: --help tells how to limit them")
            }
            _ => None,
        }
    }
}

/// As lines of a table vcloud, for the configuration of whoever may use them.
fn text(keys: &TemporaryKeys, settings: &VcloudSettings) -> String {
    let mut text = format!(
        "access_key = \"{}\"\nsecret_key = \"{}\"\nsession_token = \"{}\"\n# until {}",
        keys.access_key(),
        keys.secret_key().expose(),
        keys.session_token().expose(),
        keys.expires_text(local_offset()),
    );
    let (dialect, region) = (settings.dialect_name(), &settings.region);
    text += &format!("\ndialect = \"{dialect}\"\nregion = \"{region}\"");
    if let Some(endpoint) = &settings.endpoint {
        text += &format!("\nendpoint = \"{endpoint}\"");
    }
    text
}

/// How far the clock of this machine is ahead of UTC.
fn local_offset() -> UtcOffset {
    let seconds = jiff::Zoned::now().offset().seconds();
    UtcOffset::from_seconds(seconds).unwrap_or_default()
}
