use clap::Args;
use serde_json::json;
use yunmei_core::wanxiang::{FileId, Videos};

use super::Session;
use crate::{
    exit::{Failure, each},
    output::shown,
};

/// Delete videos. There is no undo.
#[derive(Args, Debug)]
pub(crate) struct RmCommand {
    /// The ids of the videos
    #[arg(required = true, value_name = "ID")]
    file_ids: Vec<FileId>,
}

pub(super) async fn run(session: &Session, command: RmCommand) -> Result<(), Failure> {
    let videos = session.videos()?;
    each(&command.file_ids, async |file_id| {
        remove(session, &videos, file_id).await
    })
    .await
}

async fn remove(session: &Session, videos: &Videos, file_id: &FileId) -> Result<(), Failure> {
    let result = session.client.run(videos.delete(file_id)).await;
    result.map_err(|error| Failure::operation(file_id, error))?;
    session.output.line(
        &shown(&format!("deleted {file_id}")),
        &json!({ "deleted": file_id.as_str() }),
    )
}
