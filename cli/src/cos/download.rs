use std::{fmt, fs, path::Path};

use serde_json::json;
use sha1::{Digest, Sha1};
use tokio::io::{AsyncWrite, AsyncWriteExt};
use yunmei_core::{
    ByteRange, Error,
    cos::{Bucket, FilePath, slices::Manifest},
    error::LocalError,
};
use yunmei_hyper::Source;

use super::{
    CosLocation, Session,
    cp::{CpCommand, is_a_folder},
    location::Object,
    outcome::{Done, Outcome},
    stored::Stored,
};
use crate::{
    exit::Failure,
    output::{say, shown},
    transfer::{Destination, Measured, Placed, progress},
};

/// A file on its way out of the cloud.
pub(super) struct Download<'a> {
    pub(super) from: &'a CosLocation,
    pub(super) to: &'a Path,
    /// What its bar is called, if not as it is in the cloud.
    pub(super) label: Option<String>,
    /// What the service says of the file, where it was asked already.
    pub(super) known: Option<Stored>,
    /// Whether to make the folder that it comes to.
    pub(super) make_folder: bool,
}

/// Copies one file out of the cloud: to standard output, or into a file.
pub(super) async fn run(
    session: &Session,
    command: &CpCommand,
    download: Download<'_>,
) -> Result<Done, Failure> {
    let Download { from, to, .. } = download;
    let Object::File(path) = &from.object else {
        return Err(is_a_folder(&from.to_string()));
    };
    let file = Remote {
        session,
        bucket: session.bucket(from.bucket.as_ref())?,
        path,
        from,
        label: download.label.unwrap_or_else(|| path.name().to_owned()),
    };
    let stored = match download.known {
        Some(stored) => stored,
        None => file.stat().await?,
    };
    if to == Path::new("-") {
        file.show(&stored).await?;
        return Ok(Done {
            outcome: Outcome::Copied,
            told: Ok(()),
        });
    }
    // In this order: somebody else may make the file between the two.
    let destination = Destination::find(to, command.force);
    let outcome = match is_there(to, &stored).await {
        true => Outcome::ThereAlready,
        false => {
            let make_folder = download.make_folder;
            file.save(to, destination?, &stored, make_folder).await?
        }
    };
    let told = tell(session, from, to, &stored, outcome);
    Ok(Done { outcome, told })
}

fn tell(
    session: &Session,
    from: &CosLocation,
    to: &Path,
    stored: &Stored,
    outcome: Outcome,
) -> Result<(), Failure> {
    let mut object = json!({
        "from": from.to_string(),
        "to": to.to_string_lossy(),
        "size": stored.size,
        "sha": stored.sha,
    });
    outcome.mark(&mut object);
    let line = format!("{from} -> {}{}", to.display(), outcome.note());
    session.output.line(&shown(&line), &object)
}

/// Whether the same content is at the place already.
async fn is_there(to: &Path, stored: &Stored) -> bool {
    let has_length = |there: fs::Metadata| there.is_file() && there.len() == stored.size;
    if !fs::metadata(to).is_ok_and(has_length) {
        return false;
    }
    let Ok(mut there) = Source::open(to).await else {
        return false;
    };
    let mut manifest = Manifest::builder();
    let read = progress::digest(&mut there, &to.to_string_lossy(), &mut manifest).await;
    let manifest = manifest.finish();
    read.is_ok() && stored.is(manifest.size(), manifest.sha1())
}

/// A file in the cloud.
struct Remote<'a> {
    session: &'a Session,
    bucket: Bucket,
    path: &'a FilePath,
    from: &'a CosLocation,
    label: String,
}

impl Remote<'_> {
    async fn show(&self, stored: &Stored) -> Result<(), Failure> {
        let out = tokio::io::stdout();
        match self.fetch(out, "standard output", stored).await {
            // Whoever reads us has read enough.
            Err(failure) if failure.is_broken_pipe() => Ok(()),
            result => result,
        }
    }

    async fn save(
        &self,
        to: &Path,
        destination: Destination,
        stored: &Stored,
        make_folder: bool,
    ) -> Result<Outcome, Failure> {
        if make_folder {
            destination.make_folder()?;
        }
        let unfinished = destination.begin()?;
        let file = tokio::fs::File::from_std(unfinished.file()?);
        self.fetch(file, to.display(), stored).await?;
        match unfinished.place_if_free()? {
            Placed::There => Ok(Outcome::Copied),
            Placed::Taken(_) if is_there(to, stored).await => Ok(Outcome::ThereAlready),
            Placed::Taken(failure) => Err(failure),
        }
    }

    async fn stat(&self) -> Result<Stored, Failure> {
        let stat = self.bucket.stat(self.path);
        let attributes = self.session.client.run(stat).await;
        attributes
            .map(Stored::from)
            .map_err(|error| Failure::operation(self.from, error))
    }

    /// Downloads into `out`, which is called `name`, and compares with what the service says of the
    /// file.
    async fn fetch(
        &self,
        out: impl AsyncWrite + Unpin,
        name: impl fmt::Display,
        stored: &Stored,
    ) -> Result<(), Failure> {
        let mut out = Measured::new(out, Sha1::new(), stored.size);
        let download = self.bucket.download(self.path, ByteRange::ALL);
        let client = &self.session.client;
        let result = progress::download(client, download, &mut out, &self.label).await;
        if out.is_exceeded() {
            let problem = "the service sends more than it announced";
            return Err(Failure::Content(shown(&format!(
                "{}: {problem}",
                self.from
            ))));
        }
        result.map_err(|error| match error {
            Error::Local(_) => Failure::operation(&name, error),
            _ => Failure::operation(self.from, error),
        })?;
        // Asynchronous files write behind.
        let flushed = out.flush().await;
        flushed.map_err(|error| Failure::operation(&name, LocalError::Write(error)))?;
        let (sha1, length) = out.finish();
        check(&sha1.finalize(), length, stored, self.from)
    }
}

/// Holds what arrived against what the service says of the file. Where it knows no digest, as after
/// an upload by slices without one, only the length is compared.
fn check(sha1: &[u8], length: u64, stored: &Stored, from: &CosLocation) -> Result<(), Failure> {
    let mut digest = String::with_capacity(40);
    for byte in sha1 {
        digest.push_str(&format!("{byte:02x}"));
    }
    let known = stored.digest();
    let same = known.is_none_or(|sha| sha.eq_ignore_ascii_case(&digest));
    if !same || length != stored.size {
        // Names and digest are the service's words.
        return Err(Failure::Content(shown(&format!(
            "{from}: what arrived is not what the service has: {length} bytes with SHA-1 {digest}; \
             the service has {} bytes with SHA-1 {}",
            stored.size,
            known.unwrap_or("unknown"),
        ))));
    }
    if known.is_none() && stored.size > 0 {
        say(format_args!(
            "yunmei: {}: the service knows no digest; only the length was compared",
            shown(&from.to_string())
        ));
    }
    Ok(())
}
