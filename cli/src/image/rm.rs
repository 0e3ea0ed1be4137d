use clap::Args;
use serde_json::json;
use yunmei_core::wanxiang::FileId;

use super::{Photos, Session, Which};
use crate::{
    exit::{Failure, each},
    output::shown,
};

/// Delete pictures. There is no undo.
#[derive(Args, Debug)]
pub(crate) struct RmCommand {
    /// The ids of the pictures
    #[arg(required = true, value_name = "ID")]
    file_ids: Vec<FileId>,
    #[command(flatten)]
    which: Which,
}

pub(super) async fn run(session: &Session, command: RmCommand) -> Result<(), Failure> {
    let photos = session.photos(&command.which)?;
    each(&command.file_ids, async |file_id| {
        remove(session, &photos, file_id).await
    })
    .await
}

async fn remove(session: &Session, photos: &Photos, file_id: &FileId) -> Result<(), Failure> {
    let result = session.client.run(photos.delete(file_id)).await;
    result.map_err(|error| Failure::operation(file_id, error))?;
    session.output.line(
        &shown(&format!("deleted {file_id}")),
        &json!({ "deleted": file_id.as_str() }),
    )
}
