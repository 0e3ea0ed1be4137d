use std::path::PathBuf;

use clap::Args;
use serde_json::json;

use super::{Session, parse_vid};
use crate::{exit::Failure, output::shown, vcloud};

/// Begin to transcode a video, as a template of the service's console says.
///
/// Prints the id of the run. When it is done, the service tells the callback address of the space,
/// and vod play has the new streams.
#[derive(Args, Debug)]
pub(crate) struct TranscodeCommand {
    /// The id of the video
    #[arg(value_name = "VID", value_parser = parse_vid)]
    vid: String,
    /// The id of the template
    #[arg(value_name = "TEMPLATE")]
    template: String,
    /// Before other work, or with a negative number behind it
    #[arg(
        long,
        value_name = "NUMBER",
        default_value_t,
        allow_negative_numbers = true
    )]
    priority: i64,
    /// What the template is to be filled with: a file with a JSON object, or - for standard input
    #[arg(long, value_name = "FILE")]
    input: Option<PathBuf>,
    /// A text that comes back with the callback
    #[arg(long, value_name = "TEXT")]
    callback_args: Option<String>,
    /// The address that is called when it is done; only of TTVcloud
    #[arg(long, value_name = "URL")]
    callback_uri: Option<String>,
}

pub(super) async fn run(session: &Session, command: TranscodeCommand) -> Result<(), Failure> {
    let TranscodeCommand { vid, template, .. } = &command;
    let account = session.vcloud()?;
    let start = account.vod()?.start_transcode(vid, template);
    let mut start = start.priority(command.priority);
    if let Some(path) = &command.input {
        start = start.input(vcloud::read_object(path)?);
    }
    if let Some(text) = &command.callback_args {
        start = start.callback_args(text);
    }
    if let Some(uri) = &command.callback_uri {
        start = start.callback_uri(uri);
    }
    session.if_interrupted(format!("{vid} may be being transcoded already"));
    let run = account.run(vid, start).await?;
    session.output.line(
        &shown(&format!("{vid} -> run {}", run.run_id)),
        &json!({ "vid": vid, "template": template, "run_id": run.run_id }),
    )
}
