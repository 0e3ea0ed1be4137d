use std::path::{Path, PathBuf};

use clap::Args;
use serde_json::json;
use yunmei_core::vcloud::{ContentBuilder, vod::Vod};

use super::{Session, Space, parse_vid};
use crate::{
    exit::Failure,
    output::shown,
    transfer::{self, progress},
    vcloud::Account,
};

/// Upload a picture, and make it the poster of a video.
///
/// Prints the name under which it is stored: yunmei vod poster-url makes addresses of it.
#[derive(Args, Debug)]
pub(crate) struct PosterCommand {
    /// The id of the video
    #[arg(value_name = "VID", value_parser = parse_vid)]
    vid: String,
    /// A picture on this machine
    #[arg(value_name = "FILE")]
    file: PathBuf,
    #[command(flatten)]
    space: Space,
}

pub(super) async fn run(session: &Session, command: PosterCommand) -> Result<(), Failure> {
    let account = session.vcloud()?;
    let (vod, space) = (account.vod()?, command.space.of(&account)?);
    upload(&account, &vod, &space, &command.vid, &command.file).await
}

/// Uploads the poster, and prints what came of it.
pub(super) async fn upload(
    account: &Account<'_>,
    vod: &Vod,
    space: &str,
    vid: &str,
    file: &Path,
) -> Result<(), Failure> {
    let name = file.to_string_lossy();
    let mut source = transfer::open(file, "poster").await?;
    if source.is_empty() {
        return Err(Failure::Usage(shown(&format!("{name}: is empty"))));
    }
    let mut content = ContentBuilder::new();
    progress::digest(&mut source, &name, &mut content).await?;
    let poster = vod.upload_poster(space, vid, content.finish());
    let uri = progress::send(&account.session.client, poster, &mut source, &name)
        .await
        .map_err(|error| account.failure(format_args!("{name} for {vid}"), error))?;
    account.session.output.line(
        &shown(&format!("{name} -> poster of {vid}  {uri}")),
        &json!({ "from": name, "vid": vid, "poster_uri": uri }),
    )
}
