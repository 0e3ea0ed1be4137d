use std::path::PathBuf;

use clap::Args;
use serde_json::json;
use yunmei_core::{Error, wanxiang::DigestBuilder};

use super::Session;
use crate::{
    exit::Failure,
    output::shown,
    transfer::{self, progress},
};

/// Upload a video. The service chooses its id; the line that is printed says which.
#[derive(Args, Debug)]
pub(crate) struct UploadCommand {
    /// A video on this machine
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// The title
    #[arg(long, value_name = "TEXT")]
    title: Option<String>,
    /// The description
    #[arg(long, value_name = "TEXT")]
    description: Option<String>,
    /// A text that the service passes on to the callback address
    #[arg(long, value_name = "TEXT")]
    magic_context: Option<String>,
}

pub(super) async fn run(session: &Session, command: UploadCommand) -> Result<(), Failure> {
    let (from, name) = (&command.file, command.file.to_string_lossy());
    let videos = session.videos()?;
    let mut source = transfer::open(from, "upload").await?;
    if source.is_empty() {
        return Err(Failure::Usage(format!("{}: is empty", from.display())));
    }
    let mut digests = DigestBuilder::new();
    progress::digest(&mut source, &name, &mut digests).await?;
    let put = videos
        .put(digests.finish())
        .title(command.title.unwrap_or_default())
        .description(command.description.unwrap_or_default())
        .magic_context(command.magic_context.unwrap_or_default());
    session.if_interrupted(format!(
        "{name} may have been stored, under an id that only the service knows"
    ));
    let uploaded = progress::send(&session.client, put, &mut source, &name)
        .await
        .map_err(|error| {
            let is_lost = matches!(error, Error::Doubt(_));
            let failure = Failure::operation(&name, error);
            match is_lost {
                true => failure.advised("it was not sent again: that might store it twice"),
                false => failure,
            }
        })?;
    session.output.line(
        &shown(&format!(
            "{name} -> {}  {}",
            uploaded.file_id, uploaded.download_url
        )),
        &json!({
            "from": name,
            "id": uploaded.file_id.as_str(),
            "download_url": uploaded.download_url,
            "cover_url": Some(&uploaded.cover_url).filter(|url| !url.is_empty()),
        }),
    )
}
