use std::{
    collections::HashSet,
    path::{Path, PathBuf},
};

use yunmei_core::cos::FolderPath;

use super::{
    course::Course,
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
        missing,
        outcome::Done,
    },
    exit::Failure,
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
                let result = result.map_err(|failure| missing::if_folder(failure, source));
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
        let mut has_files = false;
        while let Some(listed) = listing.next().await {
            has_files = true;
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
        if has_files {
            return Ok(());
        }
        let is_there = match listing.has_folders() {
            true => Ok(true),
            false => missing::was_created(self.session, &bucket, source, folder).await,
        };
        self.course.count(Err(match is_there {
            Ok(true) => Failure::Missing(shown(&format!("{source}: {NO_FILES}"))),
            Ok(false) => missing::no_folder(source),
            Err(failure) => failure,
        }))
    }

    async fn file(&mut self, source: &CosLocation, listed: Listed) -> Result<Done, Failure> {
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
