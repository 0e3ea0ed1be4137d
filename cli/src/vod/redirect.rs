use std::time::Duration;

use clap::Args;
use serde_json::json;
use yunmei_core::error::InputError;

use super::{Session, parse_vid};
use crate::{duration, exit::Failure};

/// Print an address that leads whoever follows it to the video.
///
/// Nothing is asked of the service: whether there is such a video is not known. Only of TTVcloud:
/// Volcengine has no such addresses.
#[derive(Args, Debug)]
pub(crate) struct RedirectCommand {
    /// The id of the video
    #[arg(value_name = "VID", value_parser = parse_vid)]
    vid: String,
    /// To the stream of this definition, such as 720p
    #[arg(long, value_name = "NAME")]
    definition: Option<String>,
    /// To the stream with this watermark
    #[arg(long, value_name = "NAME")]
    watermark: Option<String>,
    /// How long the address serves: up to 365d
    #[arg(long, value_name = "TIME", default_value = "15m", value_parser = duration::parse)]
    expires: Duration,
}

pub(super) fn run(session: &Session, command: &RedirectCommand) -> Result<(), Failure> {
    let vod = session.vcloud()?.vod()?;
    let mut redirect = vod
        .redirect_play(&command.vid)
        .lifetime(command.expires.as_secs());
    if let Some(definition) = &command.definition {
        redirect = redirect.definition(definition);
    }
    if let Some(watermark) = &command.watermark {
        redirect = redirect.watermark(watermark);
    }
    let now = yunmei_host::stamp().now;
    let url = redirect
        .url(now)
        .map_err(|error| lifetime_or(&command.vid, error))?;
    let expires = now.checked_add(command.expires);
    session.output.line(
        url.expose(),
        &json!({
            "vid": command.vid,
            "url": url.expose(),
            "expires": expires.map(|time| time.seconds()),
        }),
    )
}

/// A failure about `--expires`, or about something else.
pub(super) fn lifetime_or(about: &str, error: InputError) -> Failure {
    match error {
        InputError::QueryExpiry { .. } => Failure::Usage("--expires: 1s to 365d".into()),
        error => Failure::operation(about, error),
    }
}
