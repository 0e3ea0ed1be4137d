use std::path::Path;

use serde_json::json;
use yunmei_core::cos::{Content, FilePath, Overwrite, Uploaded, slices::Manifest};

use super::{CosLocation, Session, cp::CpCommand, location::Object};
use crate::{
    exit::Failure,
    output::shown,
    transfer::{self, progress},
};

/// Copies one file into the cloud.
pub(super) async fn run(
    session: &Session,
    command: &CpCommand,
    from: &Path,
    to: &CosLocation,
) -> Result<(), Failure> {
    let Object::File(path) = &to.object else {
        return Err(Failure::Usage(format!("{to}: is a folder")));
    };
    let (uploaded, size) = send(session, command, from, path, to).await?;
    session.output.line(
        &format!(
            "{} -> {}\n  {}",
            shown(&from.to_string_lossy()),
            shown(&to.to_string()),
            shown(&uploaded.source_url)
        ),
        &json!({
            "from": from.to_string_lossy(),
            "to": to.to_string(),
            "size": size,
            "access_url": uploaded.access_url,
            "source_url": uploaded.source_url,
        }),
    )
}

async fn send(
    session: &Session,
    command: &CpCommand,
    from: &Path,
    path: &FilePath,
    to: &CosLocation,
) -> Result<(Uploaded, u64), Failure> {
    let bucket = session.bucket(to.bucket.as_ref())?;
    let mut source = transfer::open(from, "cp").await?;
    let mut manifest = Manifest::builder();
    progress::digest(&mut source, &from.to_string_lossy(), &mut manifest).await?;
    let manifest = manifest.finish();
    let size = manifest.size();
    let overwrite = match command.force {
        true => Overwrite::Always,
        false => Overwrite::Never,
    };
    let mut put = bucket
        .put(path, Content::from(manifest))
        .overwrite(overwrite);
    if command.replace_unfinished {
        put = put.replace_unfinished();
    }
    let bar = progress::bar(path.name());
    let result = progress::watched(&session.client, &bar)
        .send(put, &mut source)
        .await;
    bar.finish_and_clear();
    let uploaded = result.map_err(|error| Failure::operation(to, error))?;
    Ok((uploaded, size))
}
