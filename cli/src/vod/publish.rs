use clap::Args;
use serde_json::json;
use yunmei_core::vcloud::vod::PublishStatus;

use super::{Session, Space, parse_vid};
use crate::{
    exit::{Failure, each},
    output::shown,
};

/// Let videos be played, or no longer.
#[derive(Args, Debug)]
pub(crate) struct PublishCommand {
    /// The ids of the videos
    #[arg(required = true, value_name = "VID", value_parser = parse_vid)]
    vids: Vec<String>,
    /// No longer: nobody may play them
    #[arg(long)]
    block: bool,
    #[command(flatten)]
    space: Space,
}

pub(super) async fn run(session: &Session, command: PublishCommand) -> Result<(), Failure> {
    let account = session.vcloud()?;
    let (vod, space) = (account.vod()?, command.space.of(&account)?);
    let (status, word) = match command.block {
        true => (PublishStatus::Blocked, "blocked"),
        false => (PublishStatus::Published, "published"),
    };
    each(&command.vids, async |vid| {
        let set = vod.set_publish_status(&space, vid, status);
        account.run(vid, set).await?;
        session.output.line(
            &shown(&format!("{word} {vid}")),
            &json!({ "vid": vid, "status": word }),
        )
    })
    .await
}
