use clap::Args;
use serde_json::json;
use yunmei_core::{
    Error,
    error::ServiceErrorKind,
    vcloud::imagex::{ImageAttributes, ImagePreview, ImageX, ServiceId},
};

use super::{Service, Session, parse_uri};
use crate::{
    exit::{Failure, each},
    output::{aligned, say, shown},
    vcloud::Account,
};

/// Where a picture is not found.
pub(super) const NAMES: &str = "check the name: yunmei imagex ls lists them all";

/// Show what pictures are like.
#[derive(Args, Debug)]
pub(crate) struct InfoCommand {
    /// The names of the pictures
    #[arg(required = true, value_name = "URI", value_parser = parse_uri)]
    uris: Vec<String>,
    #[command(flatten)]
    service: Service,
}

pub(super) async fn run(session: &Session, command: InfoCommand) -> Result<(), Failure> {
    let account = session.vcloud()?;
    let (imagex, service) = (account.imagex()?, command.service.of(&account)?);
    each(&command.uris, async |uri| {
        let file = stat(&account, &imagex, &service, uri).await?;
        let picture = preview(&account, &imagex, &service, uri).await?;
        session.output.line(
            &text(&file, picture.as_ref()),
            &object(&file, picture.as_ref()),
        )
    })
    .await
}

async fn stat(
    account: &Account<'_>,
    imagex: &ImageX,
    service: &ServiceId,
    uri: &str,
) -> Result<ImageAttributes, Failure> {
    let stat = account.session.client.run(imagex.stat(service, uri)).await;
    stat.map_err(|error| {
        let is_missing = error.kind() == Some(ServiceErrorKind::NotFound);
        let failure = account.failure(uri, error);
        match is_missing {
            true => failure.advised(NAMES),
            false => failure,
        }
    })
}

/// What is read in the picture; a file may be there that is none.
async fn preview(
    account: &Account<'_>,
    imagex: &ImageX,
    service: &ServiceId,
    uri: &str,
) -> Result<Option<ImagePreview>, Failure> {
    let preview = imagex.preview(service, uri);
    match account.session.client.run(preview).await {
        Ok(picture) => Ok(Some(picture)),
        Err(error @ Error::Service(_)) => {
            say(format_args!(
                "yunmei: warning: {uri}: not read as a picture: {error}"
            ));
            Ok(None)
        }
        Err(error) => Err(account.failure(uri, error)),
    }
}

fn text(file: &ImageAttributes, picture: Option<&ImagePreview>) -> String {
    let count = |number: Option<u64>, unit: &str| {
        number.map_or_else(String::new, |number| format!("{number} {unit}"))
    };
    let mut lines = vec![
        ("name", shown(&file.uri)),
        ("size", count(file.size, "bytes")),
        ("modified", shown(&file.modified)),
    ];
    if let Some(picture) = picture {
        let sides = picture.width.zip(picture.height);
        lines.push(("format", shown(&picture.format)));
        lines.push((
            "picture",
            sides.map_or_else(String::new, |(width, height)| format!("{width}x{height}")),
        ));
        // A still picture has one.
        let frames = picture.frames.filter(|frames| *frames > 1);
        lines.push(("frames", count(frames, "").trim_end().to_owned()));
        let duration = picture.duration.filter(|duration| *duration > 0);
        lines.push(("length", count(duration, "ms")));
        let name = picture.file_name.as_deref().unwrap_or_default();
        lines.push(("file", shown(name)));
        lines.push(("address", shown(picture.url.as_deref().unwrap_or_default())));
    }
    aligned(&lines)
}

fn object(file: &ImageAttributes, picture: Option<&ImagePreview>) -> serde_json::Value {
    json!({
        "uri": file.uri,
        "size": file.size,
        "modified": file.modified,
        "format": picture.map(|picture| &picture.format),
        "width": picture.and_then(|picture| picture.width),
        "height": picture.and_then(|picture| picture.height),
        "frames": picture.and_then(|picture| picture.frames),
        "duration": picture.and_then(|picture| picture.duration),
        "file_name": picture.and_then(|picture| picture.file_name.as_ref()),
        "url": picture.and_then(|picture| picture.url.as_ref()),
        "further": file.further,
    })
}
