use std::path::Path;

use serde_json::json;
use tokio::io::{AsyncWrite, AsyncWriteExt};
use yunmei_core::{
    ByteRange,
    cos::{Attributes, Bucket, FilePath},
};

use super::{
    CosLocation, Session, cp::CpCommand, destination::Destination, hashed::Hashed,
    location::Object, progress,
};
use crate::{exit::Failure, output::shown};

/// Copies one file out of the cloud: to standard output, or into a file.
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
    let file = Remote {
        session,
        bucket: session.bucket(from.bucket.as_ref())?,
        path,
        from,
    };
    if to == Path::new("-") {
        return file.show().await;
    }
    // A folder that was named as one is made; a misspelt one on the way is not.
    let is_in_folder = command.names_folder();
    let attributes = file.save(to, command.force, is_in_folder).await?;
    session.output.line(
        &shown(&format!("{from} -> {}", to.display())),
        &json!({
            "from": from.to_string(),
            "to": to.to_string_lossy(),
            "size": attributes.size,
            "sha": attributes.sha,
        }),
    )
}

/// A file in the cloud.
struct Remote<'a> {
    session: &'a Session,
    bucket: Bucket,
    path: &'a FilePath,
    from: &'a CosLocation,
}

impl Remote<'_> {
    async fn show(&self) -> Result<(), Failure> {
        let attributes = self.stat().await?;
        match self.fetch(tokio::io::stdout(), &attributes).await {
            // Whoever reads us has read enough.
            Err(failure) if failure.is_broken_pipe() => Ok(()),
            result => result,
        }
    }

    async fn save(&self, to: &Path, force: bool, make_folder: bool) -> Result<Attributes, Failure> {
        let destination = Destination::find(to, force)?;
        let attributes = self.stat().await?;
        if make_folder {
            destination.make_folder()?;
        }
        let temporary = destination.temporary()?;
        let file = temporary
            .reopen()
            .map_err(|error| destination.unwritable(error))?;
        self.fetch(tokio::fs::File::from_std(file), &attributes)
            .await?;
        destination.place(temporary)?;
        Ok(attributes)
    }

    async fn stat(&self) -> Result<Attributes, Failure> {
        let stat = self.bucket.stat(self.path);
        let attributes = self.session.client.run(stat).await;
        attributes.map_err(|error| Failure::operation(self.from, error))
    }

    /// Downloads into `out`, and compares with what the service says of the file.
    async fn fetch<W: AsyncWrite + Unpin>(
        &self,
        out: W,
        attributes: &Attributes,
    ) -> Result<(), Failure> {
        let mut out = Hashed::new(out, attributes.size);
        let bar = progress::bar(self.path.name());
        bar.set_length(attributes.size);
        let download = self.bucket.download(self.path, ByteRange::ALL);
        let client = progress::watched(&self.session.client, &bar);
        let result = client.download(download, &mut out).await;
        bar.finish_and_clear();
        if out.is_exceeded() {
            let problem = "the service sends more than it announced";
            return Err(Failure::Content(shown(&format!(
                "{}: {problem}",
                self.from
            ))));
        }
        result.map_err(|error| Failure::operation(self.from, error))?;
        // Asynchronous files write behind.
        out.flush()
            .await
            .map_err(|error| Failure::file("the destination", error))?;
        out.check(attributes, self.from)
    }
}
