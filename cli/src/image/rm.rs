use clap::Args;
use serde_json::json;
use yunmei_core::{Operation, wanxiang::FileId};

use super::{Session, Which};
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
        remove(session, photos.delete(file_id), file_id).await
    })
    .await
}

/// Carries out the deletion of a picture or a video, and tells of it.
pub(crate) async fn remove(
    session: &Session,
    deletion: impl Operation<Output = ()>,
    file_id: &FileId,
) -> Result<(), Failure> {
    let result = session.client.run(deletion).await;
    result.map_err(|error| Failure::operation(file_id, error))?;
    session.output.line(
        &shown(&format!("deleted {file_id}")),
        &json!({ "deleted": file_id.as_str() }),
    )
}
