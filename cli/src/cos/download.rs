use std::path::{Path, PathBuf};

use serde_json::json;
use tempfile::NamedTempFile;
use tokio::io::AsyncWriteExt;
use yunmei_core::{
    ByteRange,
    cos::{Attributes, Bucket, FilePath},
};
use yunmei_hyper::Client;

use super::{CosLocation, Session, cp::CpCommand, hashed::Hashed, location::Object, progress};
use crate::exit::Failure;

/// Copies one file out of the cloud: to standard output, or by way of a temporary file, so that a
/// broken download leaves what was there.
pub(super) async fn run(
    session: &Session,
    command: &CpCommand,
    from: &CosLocation,
    to: &Path,
) -> Result<(), Failure> {
    let Object::File(path) = &from.object else {
        return Err(Failure::Usage(format!(
            "{from}: is a folder; cp takes files"
        )));
    };
    let bucket = session.bucket(from.bucket.as_ref())?;
    if to == Path::new("-") {
        let mut out = Hashed::new(tokio::io::stdout());
        let fetched = fetch(&session.client, &bucket, path, from, &mut out).await;
        // Whoever reads us has read enough.
        if matches!(&fetched, Err(failure) if failure.is_broken_pipe()) {
            return Ok(());
        }
        return out.check(&fetched?, from);
    }
    let to = &replaceable(to, command.force)?;
    let unwritable = |error| Failure::file(to.display(), error);
    let temporary = temporary_beside(to).map_err(unwritable)?;
    let file = temporary.reopen().map_err(unwritable)?;
    let mut out = Hashed::new(tokio::fs::File::from_std(file));
    let attributes = fetch(&session.client, &bucket, path, from, &mut out).await?;
    out.check(&attributes, from)?;
    place(temporary, to)?;
    session.output.line(
        &format!("{from} -> {}", to.display()),
        &json!({
            "from": from.to_string(),
            "to": to.to_string_lossy(),
            "size": attributes.size,
            "sha": attributes.sha,
        }),
    )
}

async fn fetch<W: tokio::io::AsyncWrite + Unpin>(
    client: &Client,
    bucket: &Bucket,
    path: &FilePath,
    from: &CosLocation,
    out: &mut Hashed<W>,
) -> Result<Attributes, Failure> {
    let failed = |error| Failure::operation(from, error);
    let bar = progress::bar(path.name());
    let client = progress::watched(client, &bar);
    let attributes = client.run(bucket.stat(path)).await.map_err(failed)?;
    bar.set_length(attributes.size);
    let result = client
        .download(bucket.download(path, ByteRange::ALL), out)
        .await;
    bar.finish_and_clear();
    result.map_err(failed)?;
    out.flush()
        .await
        .map_err(|error| Failure::file("the destination", error))?;
    Ok(attributes)
}

/// What a download may be renamed to: a new file, or with `force` one that is there. A link is
/// followed; a device or pipe is never replaced.
fn replaceable(to: &Path, force: bool) -> Result<PathBuf, Failure> {
    let Ok(there) = std::fs::metadata(to) else {
        return Ok(to.to_owned());
    };
    if !there.is_file() {
        let problem = "is not a regular file; use - for standard output";
        return Err(Failure::File(format!("{}: {problem}", to.display())));
    }
    if !force {
        return Err(Failure::File(format!(
            "{}: exists; --force replaces it",
            to.display()
        )));
    }
    to.canonicalize()
        .map_err(|error| Failure::file(to.display(), error))
}

/// Renames the finished file into its place.
fn place(temporary: NamedTempFile, to: &Path) -> Result<(), Failure> {
    let unwritable = |error| Failure::file(to.display(), error);
    temporary.as_file().sync_all().map_err(unwritable)?;
    temporary
        .persist(to)
        .map_err(|error| unwritable(error.error))?;
    Ok(())
}

/// A file beside the target, readable by whom any new file would be readable by.
fn temporary_beside(to: &Path) -> std::io::Result<NamedTempFile> {
    let folder = match to.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    let mut builder = tempfile::Builder::new();
    builder.prefix(".yunmei-").suffix(".part");
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
    builder.tempfile_in(folder)
}
