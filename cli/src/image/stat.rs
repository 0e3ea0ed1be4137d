use clap::Args;
use serde_json::json;
use yunmei_core::wanxiang::{FileId, PhotoAttributes};

use super::{Session, Which};
use crate::{
    exit::Failure,
    output::{aligned, shown, time},
};

/// Show the attributes of a picture.
#[derive(Args, Debug)]
pub(crate) struct StatCommand {
    /// The id of the picture
    #[arg(value_name = "ID")]
    file_id: FileId,
    #[command(flatten)]
    which: Which,
}

pub(super) async fn run(session: &Session, command: StatCommand) -> Result<(), Failure> {
    let stat = session.photos(&command.which)?.stat(&command.file_id);
    let attributes = session
        .client
        .run(stat)
        .await
        .map_err(|error| Failure::operation(&command.file_id, error))?;
    session.output.line(
        &text(&attributes),
        &json!({
            "id": attributes.file_id.as_str(),
            "size": attributes.size,
            "width": attributes.width,
            "height": attributes.height,
            "md5": attributes.md5,
            "uploaded": attributes.uploaded,
            "download_url": attributes.download_url,
        }),
    )
}

fn text(attributes: &PhotoAttributes) -> String {
    let PhotoAttributes { width, height, .. } = attributes;
    aligned(&[
        ("id", shown(attributes.file_id.as_str())),
        ("size", format!("{} bytes", attributes.size)),
        ("picture", format!("{width}x{height}")),
        ("MD5", shown(&attributes.md5)),
        ("uploaded", time(attributes.uploaded)),
        ("address", shown(&attributes.download_url)),
    ])
}
