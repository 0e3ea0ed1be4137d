use std::{
    collections::HashSet,
    path::{Path, PathBuf},
};

use yunmei_core::{cos::FolderPath, error::ServiceErrorKind};

use super::{
    course::{Course, Reach},
    listing::{Listed, Listing},
    target::Target,
    up::NO_FILES,
};
use crate::{
    cos::{
        CosLocation, Session,
        cp::CpCommand,
        download::{self, Download},
        location::Object,
        outcome::Outcome,
    },
    exit::{Advice, Failure},
    output::shown,
};

/// Copies files, and all that is in folders, out of the cloud into a folder on this machine.
pub(in crate::cos) async fn run(
    session: &Session,
    command: &CpCommand,
    sources: &[&CosLocation],
    to: &Path,
) -> Result<(), Failure> {
    let target = Target::new(to);
    let mut down = Down {
        session,
        command,
        target: &target,
        taken: (sources.len() > 1).then(HashSet::new),
        course: Course::new(session, None),
        waiting: (0, false),
    };
    session.if_interrupted("run it again for the rest".to_owned());
    for (at, source) in sources.iter().enumerate() {
        match &source.object {
            Object::Folder(folder) => down.folder(source, folder).await?,
            Object::File(path) => {
                let listed = Listed {
                    path: path.clone(),
                    within: path.name().into(),
                    known: None,
                };
                let result = down.file(source, listed).await;
                let result = result.map_err(|failure| if_folder(failure, source));
                down.course.count(result)?;
            }
        }
        if down.course.is_stopped() {
            down.waiting.1 |= at + 1 < sources.len();
            break;
        }
    }
    let (waiting, more) = down.waiting;
    down.course.sum_up(waiting, more)
}

struct Down<'a> {
    session: &'a Session,
    command: &'a CpCommand,
    target: &'a Target<'a>,
    /// The places that were taken, if there are sources that may want the same.
    taken: Option<HashSet<PathBuf>>,
    course: Course<'a>,
    /// How many files were listed and not tried, and whether there may be more.
    waiting: (usize, bool),
}

impl Down<'_> {
    async fn folder(&mut self, source: &CosLocation, folder: &FolderPath) -> Result<(), Failure> {
        let bucket = self.session.bucket(source.bucket.as_ref())?;
        let client = &self.session.client;
        let mut listing = Listing::new(client, &bucket, self.target, source, folder);
        let mut is_empty = true;
        while let Some(listed) = listing.next().await {
            is_empty = false;
            let result = match listed {
                Ok(listed) => {
                    // Without it, no file has a place.
                    self.target.make()?;
                    self.file(source, listed).await
                }
                Err(failure) => Err(failure),
            };
            self.course.count(result)?;
            if self.course.is_stopped() {
                self.waiting = listing.waiting();
                return Ok(());
            }
        }
        match is_empty {
            true => {
                let nothing = format!("{source}: {NO_FILES}");
                let failure = Failure::Missing(shown(&nothing));
                self.course.count(Err(failure))
            }
            false => Ok(()),
        }
    }

    async fn file(&mut self, source: &CosLocation, listed: Listed) -> Result<Outcome, Failure> {
        let label = self.course.begin(&listed.within.to_string_lossy());
        let to = self.target.file(&listed.within)?;
        let from = CosLocation {
            bucket: source.bucket.clone(),
            object: Object::File(listed.path),
        };
        if let Some(taken) = &mut self.taken
            && !taken.insert(listed.within)
        {
            let problem = format!("another source has a file for {}", to.display());
            return Err(Failure::Usage(shown(&format!("{from}: {problem}"))));
        }
        let download = Download {
            from: &from,
            to: &to,
            label: Some(label),
            known: listed.known,
            make_folder: true,
        };
        download::run(self.session, self.command, download).await
    }
}

/// A file that is not there may be a folder that was meant.
pub(in crate::cos) fn if_folder(failure: Failure, from: &CosLocation) -> Failure {
    match is_missing(&failure) {
        true => failure.advised(Advice::with_command(
            "a folder is named with a / at its end",
            shown(&format!("{from}/")),
        )),
        false => failure,
    }
}

/// Whether a file or folder is not there; a bucket that is not there is something else.
pub(in crate::cos) fn is_missing(failure: &Failure) -> bool {
    let is_missing = match failure {
        Failure::Operation { error, .. } => error.kind() == Some(ServiceErrorKind::NotFound),
        _ => false,
    };
    is_missing && Reach::of(failure) == Reach::This
}
