use std::{
    fs,
    io::{self, Read},
    path::Path,
};

use serde_json::json;
use yunmei_core::{
    cos::{Content, FilePath, Overwrite, Uploaded},
    error::LocalError,
};
use yunmei_hyper::Source;

use super::{CosLocation, Session, cp::CpCommand, location::Object, progress};
use crate::{exit::Failure, output::shown};

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
    let failed = |error| Failure::operation(from.display(), error);
    if from == Path::new("-") {
        return Err(Failure::Usage(
            "standard input cannot be uploaded; name a file".into(),
        ));
    }
    if from.is_dir() {
        let problem = "is a folder; cp takes files";
        return Err(Failure::Usage(format!("{}: {problem}", from.display())));
    }
    let bucket = session.bucket(to.bucket.as_ref())?;
    let mut source = Source::open(from).await.map_err(failed)?;
    if source.is_empty()
        && !is_really_empty(from).map_err(|error| failed(LocalError::Read(error).into()))?
    {
        let problem = "has no length; copy it into a file first";
        return Err(Failure::file(from.display(), problem));
    }
    let manifest = source.manifest().await.map_err(failed)?;
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

/// Files of the system may say that they are empty and hold something all the same.
fn is_really_empty(path: &Path) -> io::Result<bool> {
    Ok(fs::File::open(path)?.read(&mut [0])? == 0)
}
