use std::path::Path;

use serde_json::json;
use yunmei_core::cos::{Content, FilePath, Overwrite, slices::Manifest};
use yunmei_hyper::Source;

use super::{
    CosLocation, Session,
    cp::CpCommand,
    location::Object,
    outcome::{Done, Outcome},
    stored::Stored,
};
use crate::{
    exit::Failure,
    output::shown,
    transfer::{self, progress},
};

/// A file on its way into the cloud.
pub(super) struct Upload<'a> {
    pub(super) from: &'a Path,
    pub(super) to: &'a CosLocation,
    /// What its bar is called, if not as it is in the cloud.
    pub(super) label: Option<String>,
    /// What is there already, where that is known: the same is not sent again.
    pub(super) there: Option<Stored>,
}

/// What there is to say of a file that is in the cloud now.
struct Arrived {
    size: u64,
    access_url: Option<String>,
    source_url: Option<String>,
    outcome: Outcome,
}

/// Copies one file into the cloud.
pub(super) async fn run(
    session: &Session,
    command: &CpCommand,
    upload: Upload<'_>,
) -> Result<Done, Failure> {
    let Upload { from, to, .. } = upload;
    let Object::File(path) = &to.object else {
        return Err(Failure::Usage(format!("{to}: is a folder")));
    };
    let arrived = send(session, command, path, upload).await?;
    let from = from.to_string_lossy();
    let mut object = json!({
        "from": from,
        "to": to.to_string(),
        "size": arrived.size,
        "access_url": arrived.access_url,
        "source_url": arrived.source_url,
    });
    arrived.outcome.mark(&mut object);
    let told = session.output.line(
        &format!(
            "{} -> {}{}\n  {}",
            shown(&from),
            shown(&to.to_string()),
            arrived.outcome.note(),
            shown(&arrived.source_url.unwrap_or_default())
        ),
        &object,
    );
    let outcome = arrived.outcome;
    Ok(Done { outcome, told })
}

async fn send(
    session: &Session,
    command: &CpCommand,
    path: &FilePath,
    upload: Upload<'_>,
) -> Result<Arrived, Failure> {
    let Upload { from, to, .. } = upload;
    let bucket = session.bucket(to.bucket.as_ref())?;
    session.if_interrupted(format!("{} was not sent yet: run it again", from.display()));
    let read = read(from).await;
    session.if_interrupted(None);
    let (mut source, manifest) = read?;
    let size = manifest.size();
    if let Some(there) = upload.there
        && there.is(size, manifest.sha1())
    {
        return Ok(Arrived {
            size,
            access_url: there.access_url,
            source_url: there.source_url,
            outcome: Outcome::ThereAlready,
        });
    }
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
    session.if_interrupted(format!(
        "{to} may have been stored, in whole or in part: run it again, and it goes on where it stopped"
    ));
    let label = upload.label.as_deref().unwrap_or(path.name());
    let result = progress::send(&session.client, put, &mut source, label).await;
    session.if_interrupted(None);
    match result {
        Ok(uploaded) => Ok(Arrived {
            size,
            access_url: Some(uploaded.access_url),
            source_url: Some(uploaded.source_url),
            outcome: Outcome::Copied,
        }),
        Err(error) => Err(Failure::operation(to, error)),
    }
}

/// Opens a file, and reads it once for its digests.
async fn read(from: &Path) -> Result<(Source, Manifest), Failure> {
    let mut source = transfer::open(from, "cp").await?;
    let mut manifest = Manifest::builder();
    progress::digest(&mut source, &from.to_string_lossy(), &mut manifest).await?;
    Ok((source, manifest.finish()))
}
