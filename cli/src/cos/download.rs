use std::path::Path;

use serde_json::json;
use sha1::{Digest, Sha1};
use tokio::io::{AsyncWrite, AsyncWriteExt};
use yunmei_core::{
    ByteRange,
    cos::{Attributes, Bucket, FilePath},
};

use super::{CosLocation, Session, cp::CpCommand, location::Object};
use crate::{
    exit::Failure,
    output::{say, shown},
    transfer::{Destination, Measured, progress},
};

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
        let unfinished = destination.begin()?;
        let file = tokio::fs::File::from_std(unfinished.file()?);
        self.fetch(file, &attributes).await?;
        unfinished.place()?;
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
        let mut out = Measured::new(out, Sha1::new(), attributes.size);
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
        let (sha1, length) = out.finish();
        check(&sha1.finalize(), length, attributes, self.from)
    }
}

/// Holds what arrived against what the service says of the file. Where it knows no digest, as after
/// an upload by slices without one, only the length is compared.
fn check(
    sha1: &[u8],
    length: u64,
    attributes: &Attributes,
    from: &CosLocation,
) -> Result<(), Failure> {
    let mut digest = String::with_capacity(40);
    for byte in sha1 {
        digest.push_str(&format!("{byte:02x}"));
    }
    // An empty file has a digest of zeros (dossier 6.1).
    let known = attributes
        .sha
        .as_deref()
        .filter(|sha| sha.len() == 40 && attributes.size > 0);
    let same = known.is_none_or(|sha| sha.eq_ignore_ascii_case(&digest));
    if !same || length != attributes.size {
        return Err(Failure::Content(format!(
            "{from}: what arrived is not what the service has: {length} bytes with SHA-1 {digest}; \
             the service has {} bytes with SHA-1 {}",
            attributes.size,
            known.unwrap_or("unknown"),
        )));
    }
    if known.is_none() && attributes.size > 0 {
        say(format_args!(
            "yunmei: {from}: the service knows no digest; only the length was compared"
        ));
    }
    Ok(())
}
