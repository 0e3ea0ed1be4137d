use clap::Args;
use serde_json::json;
use yunmei_core::{Error, wanxiang::FileId};

use super::{Session, Which};
use crate::{exit::Failure, output::shown};

/// Copy a picture within the service, which chooses the id of the copy.
#[derive(Args, Debug)]
pub(crate) struct CopyCommand {
    /// The id of the picture
    #[arg(value_name = "ID")]
    file_id: FileId,
    #[command(flatten)]
    which: Which,
}

pub(super) async fn run(session: &Session, command: CopyCommand) -> Result<(), Failure> {
    let file_id = &command.file_id;
    let copy = session.photos(&command.which)?.copy(file_id);
    session.if_interrupted(format!(
        "{file_id} may have been copied, to an id that only the service knows"
    ));
    let copied = session.client.run(copy).await.map_err(|error| {
        let is_lost = matches!(error, Error::Doubt(_));
        let failure = Failure::operation(file_id, error);
        match is_lost {
            true => failure.advised("it was not sent again: that might make another copy"),
            false => failure,
        }
    })?;
    session.output.line(
        &shown(&format!(
            "{file_id} -> {}  {}",
            copied.file_id, copied.download_url
        )),
        &json!({
            "from": file_id.as_str(),
            "id": copied.file_id.as_str(),
            "download_url": copied.download_url,
        }),
    )
}
