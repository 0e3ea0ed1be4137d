use std::path::Path;

use yunmei_core::{
    cos::{Bucket, FilePath, FolderPath},
    error::PathError,
};

use super::{
    course::Course,
    survey::survey,
    there::There,
    walk::{Found, walk},
};
use crate::{
    cos::{
        CosLocation, Session,
        cp::CpCommand,
        location::Object,
        outcome::Done,
        rename,
        upload::{self, Upload},
    },
    exit::Failure,
    output::{say, shown},
};

/// Copies files, and all that is in folders, into a folder in the cloud.
pub(in crate::cos) async fn run(
    session: &Session,
    command: &CpCommand,
    sources: &[&Path],
    to: &CosLocation,
    folder: &FolderPath,
) -> Result<(), Failure> {
    let mut up = Up {
        session,
        command,
        to,
        folder,
        bucket: session.bucket(to.bucket.as_ref())?,
        course: Course::new(session, Some(survey(sources)?)),
    };
    for source in sources {
        match source.is_dir() {
            true => up.folder(source).await?,
            false => up.lone_file(source).await?,
        }
        if up.course.is_stopped() {
            break;
        }
    }
    up.course.sum_up(0, false)
}

struct Up<'a> {
    session: &'a Session,
    command: &'a CpCommand,
    to: &'a CosLocation,
    folder: &'a FolderPath,
    bucket: Bucket,
    course: Course<'a>,
}

impl Up<'_> {
    async fn folder(&mut self, source: &Path) -> Result<(), Failure> {
        let (session, bucket) = (self.session, self.bucket.clone());
        let mut there = There::new(&session.client, &bucket, source);
        let mut is_empty = true;
        for found in walk(source) {
            let result = match found {
                Found::File(within) => {
                    let from = source.join(&within);
                    self.file(&from, &within, Some(&mut there)).await
                }
                Found::Unreadable(failure) => Err(failure),
                Found::LeftOut(path, why) => {
                    self.course.leave_out(&shown_path(&path), why);
                    continue;
                }
            };
            is_empty = false;
            self.course.count(result)?;
            if self.course.is_stopped() {
                return Ok(());
            }
        }
        // That is no failure: the folder is there.
        if is_empty {
            say(format_args!("yunmei: {}: {NO_FILES}", shown_path(source)));
        }
        Ok(())
    }

    async fn lone_file(&mut self, source: &Path) -> Result<(), Failure> {
        let result = match source.file_name() {
            Some(name) => self.file(source, Path::new(name), None).await,
            None => Err(Failure::file(source.display(), "has no name")),
        };
        self.course.count(result)
    }

    /// Copies one file to its place `within` the folder in the cloud.
    async fn file(
        &mut self,
        from: &Path,
        within: &Path,
        there: Option<&mut There<'_>>,
    ) -> Result<Done, Failure> {
        let label = self.course.begin(&within.to_string_lossy());
        let path =
            place(self.folder, within).map_err(|problem| self.refused(from, within, &problem))?;
        let to = CosLocation {
            bucket: self.to.bucket.clone(),
            object: Object::File(path.clone()),
        };
        let found = match there {
            Some(there) => there.find(within, &path).await,
            None => Ok(None),
        };
        let upload = Upload {
            from,
            to: &to,
            label: Some(label),
            there: found.map_err(|error| Failure::operation(&to, error))?,
        };
        upload::run(self.session, self.command, upload).await
    }

    /// A name that cannot be used; with one that can.
    fn refused(&self, from: &Path, within: &Path, problem: &str) -> Failure {
        let failure = Failure::Usage(format!("{}: {problem}", shown_path(from)));
        let path = format!("{}{}", self.folder, within.to_string_lossy());
        failure.advised_if(rename::file(self.to.bucket.as_ref(), &path))
    }
}

/// What is said of a folder of which nothing could be copied.
pub(super) const NO_FILES: &str = "there are no files in it";

/// What a file is called in the cloud.
fn place(folder: &FolderPath, within: &Path) -> Result<FilePath, String> {
    let names: Option<Vec<&str>> = within.iter().map(|name| name.to_str()).collect();
    let names = names.ok_or("the name is not UTF-8")?;
    let path = folder.file(&names.join("/"));
    path.map_err(|error: PathError| error.to_string())
}

fn shown_path(path: &Path) -> String {
    shown(&path.to_string_lossy())
}
