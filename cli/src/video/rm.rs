use clap::Args;
use yunmei_core::wanxiang::FileId;

use super::Session;
use crate::{
    exit::{Failure, each},
    image::rm::remove,
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
        remove(session, videos.delete(file_id), file_id).await
    })
    .await
}
