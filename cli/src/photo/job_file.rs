use std::{
    io::Write,
    path::{Path, PathBuf},
};

use clap::Args;
use yunmei_core::{
    error::InputError,
    fangtang::{Job, Partner, PhotoId},
};

use crate::{
    exit::Failure,
    output,
    transfer::{self, Destination, Unfinished},
};

/// Which photo a command is about.
#[derive(Args, Debug)]
pub(super) struct Which {
    /// The id that the upload brought
    #[arg(
        value_name = "ID",
        conflicts_with = "job",
        value_parser = parse_id
    )]
    pub(super) id: Option<PhotoId>,
    /// The file in which the upload saved its job
    #[arg(long, value_name = "FILE")]
    pub(super) job: Option<PathBuf>,
}

fn parse_id(text: &str) -> Result<PhotoId, String> {
    PhotoId::new(text).map_err(|error| match Path::new(text).is_file() {
        true => format!("{error}\n  for a job file: --job {}", output::quoted(text)),
        false => error.to_string(),
    })
}

/// A photo that was accepted, as far as it is known.
pub(super) enum Photo {
    Job(Job),
    Id(PhotoId),
}

impl Which {
    /// Reads the job, if there is one, which must be this partner's.
    pub(super) fn photo(&self, partner: &Partner) -> Result<Photo, Failure> {
        match (&self.job, &self.id) {
            (Some(path), _) => {
                let job = read(path)?;
                match job.third_code == *partner.third_code() {
                    true => Ok(Photo::Job(job)),
                    false => Err(Failure::operation(path.display(), InputError::JobOfAnother)),
                }
            }
            (None, Some(id)) => Ok(Photo::Id(id.clone())),
            (None, None) => Err(Failure::Usage(
                "name the photo by its ID or by --job FILE".into(),
            )),
        }
    }
}

impl Photo {
    pub(super) fn id(&self) -> &PhotoId {
        match self {
            Photo::Job(job) => &job.id,
            Photo::Id(id) => id,
        }
    }
}

/// Refuses to put a picture where its job is.
pub(super) fn keep_apart(job: Option<&Path>, out: &Path) -> Result<(), Failure> {
    match job.is_some_and(|job| transfer::is_same_place(job, out)) {
        true => Err(Failure::Usage(
            "OUT and the file of --job are the same: one would replace the other".into(),
        )),
        false => Ok(()),
    }
}

/// A file for a job that is not there yet. It is made before the upload, so that what was charged
/// for can be saved.
pub(super) struct JobFile {
    path: PathBuf,
    unfinished: Unfinished,
}

impl JobFile {
    /// Begins the file at `path`. One that is there is not replaced without `force`: it may be all
    /// that is left of an upload that was charged.
    pub(super) fn begin(path: &Path, force: bool) -> Result<JobFile, Failure> {
        if !force && path.exists() {
            return Err(Failure::File(format!("{}: exists", path.display())).advised(format!(
                "go on with its job by `yunmei photo get --job {} OUT`, or replace it with --force",
                quoted(path)
            )));
        }
        Ok(JobFile {
            path: path.to_owned(),
            unfinished: Destination::find(path, force)?.begin()?,
        })
    }

    /// Saves the job.
    pub(super) fn save(self, job: &Job) -> Result<(), Failure> {
        let failed = |error| Failure::file(self.path.display(), error);
        let mut text = serde_json::to_string_pretty(job).map_err(|error| failed(error.into()))?;
        text.push('\n');
        let mut file = self.unfinished.file()?;
        file.write_all(text.as_bytes()).map_err(failed)?;
        self.unfinished.place()
    }
}

/// Reads a job that was saved.
fn read(path: &Path) -> Result<Job, Failure> {
    let text = transfer::read_text(path).map_err(|error| Failure::file(path.display(), error))?;
    serde_json::from_str(&text).map_err(|error| {
        let problem = format!("{}: is no saved job: {error}", path.display());
        Failure::Usage(output::shown(&problem))
    })
}

/// A path as a shell takes it.
pub(super) fn quoted(path: &Path) -> String {
    output::quoted(&path.to_string_lossy())
}
