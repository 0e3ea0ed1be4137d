use yunmei_core::cos::{Bucket, FilePath, FolderPath};

use super::{
    below::{Below, Found},
    course::Reach,
    sum::{conclude, sum},
    trouble::{Trouble, say_untried},
};
use crate::{
    cos::{CosLocation, Session, location::Object, missing, rm},
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
                let result = result.map_err(|failure| missing::if_folder(failure, location));
                progress.count(result.map(|()| Removed::Deleted))?;
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
    progress.sum_up()
}

/// What became of something that was to go.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Removed {
    Deleted,
    /// Somebody else had deleted it.
    Gone,
    /// A folder that was none by itself.
    Implied,
}

/// What became of all so far.
struct Progress<'a> {
    session: &'a Session,
    tally: Tally,
    trouble: Trouble,
    deleted: usize,
    gone: usize,
    failed: usize,
}

impl<'a> Progress<'a> {
    fn new(session: &'a Session) -> Progress<'a> {
        Progress {
            session,
            tally: Tally::default(),
            trouble: Trouble::default(),
            deleted: 0,
            gone: 0,
            failed: 0,
        }
    }

    fn count(&mut self, result: Result<Removed, Failure>) -> Result<(), Failure> {
        self.trouble.note(Reach::of_result(&result));
        match &result {
            Ok(Removed::Implied) => return Ok(()),
            Ok(Removed::Gone) => self.gone += 1,
            Ok(Removed::Deleted) | Err(Failure::Untold(_)) => self.deleted += 1,
            Err(_) => self.failed += 1,
        }
        if self.deleted > 0 {
            self.session
                .so_far(format!("{} deleted so far", self.deleted));
        }
        self.tally.count(result.map(drop))
    }

    fn sum_up(self) -> Result<(), Failure> {
        let result = self.tally.sum_up();
        // All there is to say was said.
        if self.failed == 1 && self.deleted + self.gone == 0 {
            return result;
        }
        let sum = sum([
            (self.deleted, "deleted"),
            (self.gone, "gone meanwhile"),
            (self.failed, "failed"),
        ]);
        let all_is_well = result.is_ok() && self.gone == 0;
        conclude(self.session, result, &sum, all_is_well)
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
                Ok(Found::File(path, _)) => self.file(path).await,
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
            self.progress.count(result)?;
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

    /// What is gone since it was listed is no failure: others may be deleting it too.
    async fn file(&self, path: FilePath) -> Result<Removed, Failure> {
        match self.delete(Object::File(path)).await {
            Ok(()) => Ok(Removed::Deleted),
            Err(failure) if missing::is_missing(&failure) => Ok(Removed::Gone),
            Err(failure) => Err(failure),
        }
    }

    /// Deletes a folder in which nothing is left. Some only exist in the names of files, and went
    /// with the last one (dossier 5).
    async fn folder(&self, folder: FolderPath, was_empty: bool) -> Result<Removed, Failure> {
        if folder.is_root() {
            let nothing = format!("{}: there is nothing in it", self.location);
            return match was_empty {
                true => Err(Failure::Missing(shown(&nothing))),
                false => Ok(Removed::Implied),
            };
        }
        match self.delete(Object::Folder(folder)).await {
            Ok(()) => Ok(Removed::Deleted),
            Err(failure) if !missing::is_missing(&failure) => Err(failure),
            Err(_) if was_empty => Err(missing::no_folder(self.location)),
            Err(_) => Ok(Removed::Implied),
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
