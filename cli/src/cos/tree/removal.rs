use yunmei_core::cos::{Bucket, FolderPath};

use super::{
    below::{Below, Found},
    course::Reach,
    if_folder, is_missing,
    trouble::{Trouble, say_untried},
};
use crate::{
    cos::{CosLocation, Session, location::Object, rm},
    exit::{Failure, Tally},
    output::shown,
};

/// Deletes files, and folders with all that is in them, from the innermost out.
pub(in crate::cos) async fn run(
    session: &Session,
    locations: &[CosLocation],
) -> Result<(), Failure> {
    let mut progress = Progress::new(session);
    let mut untried = (0, false);
    for (at, location) in locations.iter().enumerate() {
        match &location.object {
            Object::File(_) => {
                let result = rm::delete(session, location).await;
                progress.count(result.map_err(|failure| if_folder(failure, location)))?;
            }
            Object::Folder(folder) => {
                let removal = Removal {
                    session,
                    bucket: session.bucket(location.bucket.as_ref())?,
                    location,
                    progress: &mut progress,
                    whole: vec![true],
                };
                untried = removal.run(folder).await?;
            }
        }
        if progress.trouble.is_all() {
            let (waiting, more) = untried;
            say_untried(waiting, more || at + 1 < locations.len());
            break;
        }
    }
    progress.tally.sum_up()
}

/// What became of all so far.
struct Progress<'a> {
    session: &'a Session,
    tally: Tally,
    trouble: Trouble,
    deleted: usize,
}

impl<'a> Progress<'a> {
    fn new(session: &'a Session) -> Progress<'a> {
        Progress {
            session,
            tally: Tally::default(),
            trouble: Trouble::default(),
            deleted: 0,
        }
    }

    fn count(&mut self, result: Result<(), Failure>) -> Result<(), Failure> {
        self.trouble.note(Reach::of_result(&result));
        if result.is_ok() {
            self.deleted += 1;
            self.session
                .so_far(format!("{} deleted so far", self.deleted));
        }
        self.tally.count(result)
    }
}

/// The removal of one folder.
struct Removal<'a, 'b> {
    session: &'a Session,
    bucket: Bucket,
    location: &'a CosLocation,
    progress: &'b mut Progress<'a>,
    /// Of the folders on the way: whether all that was in them is gone so far.
    whole: Vec<bool>,
}

impl Removal<'_, '_> {
    /// Returns how many files were listed and not tried, and whether there may be more.
    async fn run(mut self, top: &FolderPath) -> Result<(usize, bool), Failure> {
        let bucket = self.bucket.clone();
        let name = self.location.bucket.as_ref();
        let mut below = Below::new(&self.session.client, &bucket, name, top);
        let mut is_empty = true;
        while let Some(found) = below.next().await {
            let result = match found {
                Ok(Found::File(path, _)) => self.delete(Object::File(path)).await.map(|()| true),
                Ok(Found::Folder(folder)) => {
                    is_empty = false;
                    self.whole.push(true);
                    below.enter(folder);
                    continue;
                }
                Ok(Found::End(folder)) => match self.whole.pop() {
                    Some(true) => self.folder(folder, is_empty).await,
                    // Why something is left in it was told.
                    _ => {
                        self.keep();
                        continue;
                    }
                },
                Err(failure) => Err(failure),
            };
            is_empty = false;
            match &result {
                Ok(_) => below.changed(),
                Err(_) => self.keep(),
            }
            if !matches!(result, Ok(false)) {
                self.progress.count(result.map(drop))?;
            }
            if self.progress.trouble.is_all() {
                return Ok(below.waiting());
            }
        }
        Ok((0, false))
    }

    /// Something stays in the folder that is listed, and so does the folder.
    fn keep(&mut self) {
        if let Some(whole) = self.whole.last_mut() {
            *whole = false;
        }
    }

    /// Deletes a folder in which nothing is left. Says whether there was one to delete: others only
    /// exist in the names of files, and went with the last one (dossier 5).
    async fn folder(&self, folder: FolderPath, was_empty: bool) -> Result<bool, Failure> {
        let missing = |problem: &str| {
            let place = format!("{}: {problem}", self.location);
            Err(Failure::Missing(shown(&place)))
        };
        if folder.is_root() {
            return match was_empty {
                true => missing("there is nothing in it"),
                false => Ok(false),
            };
        }
        match self.delete(Object::Folder(folder)).await {
            Ok(()) => Ok(true),
            Err(failure) if !is_missing(&failure) => Err(failure),
            Err(_) if was_empty => missing("there is no such folder"),
            Err(_) => Ok(false),
        }
    }

    async fn delete(&self, object: Object) -> Result<(), Failure> {
        let location = CosLocation {
            bucket: self.location.bucket.clone(),
            object,
        };
        rm::delete(self.session, &location).await
    }
}
