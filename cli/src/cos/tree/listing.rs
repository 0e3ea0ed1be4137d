use std::{path::PathBuf, vec};

use yunmei_core::cos::{
    Bucket, BucketName, Entry, FileEntry, FilePath, FolderEntry, FolderPath, Pager,
};
use yunmei_hyper::Client;

use super::target::{Target, local_name};
use crate::{
    cos::{CosLocation, stored::Stored},
    exit::Failure,
    output::shown,
};

/// All files in a folder of the cloud and in its folders, page after page as they are taken: what
/// is held is a page for each folder on the way.
pub(super) struct Listing<'a> {
    client: &'a Client,
    bucket: &'a Bucket,
    /// What a path in the bucket begins with in messages.
    origin: String,
    target: &'a Target<'a>,
    levels: Vec<Level>,
}

struct Level {
    folder: FolderPath,
    within: PathBuf,
    pager: Pager,
    entries: vec::IntoIter<Entry>,
}

/// A file in the cloud, and its place within the folder here.
pub(super) struct Listed {
    pub(super) path: FilePath,
    pub(super) within: PathBuf,
    pub(super) known: Option<Stored>,
}

impl<'a> Listing<'a> {
    pub(super) fn new(
        client: &'a Client,
        bucket: &'a Bucket,
        target: &'a Target<'a>,
        source: &CosLocation,
        folder: &FolderPath,
    ) -> Listing<'a> {
        let name = source.bucket.as_ref().map_or("", BucketName::as_str);
        let mut listing = Listing {
            client,
            bucket,
            origin: format!("cos://{name}"),
            target,
            levels: Vec::new(),
        };
        listing.enter(folder.clone(), PathBuf::new());
        listing
    }

    /// The next file; or why something is left out, after which it goes on.
    pub(super) async fn next(&mut self) -> Option<Result<Listed, Failure>> {
        loop {
            let level = self.levels.last_mut()?;
            match level.entries.next() {
                Some(Entry::File(file)) => return Some(level.file(file, &self.origin)),
                Some(Entry::Folder(folder)) => {
                    if let Err(failure) = self.folder(folder) {
                        return Some(Err(failure));
                    }
                }
                Some(_) => {}
                None => {
                    if let Err(failure) = self.turn().await {
                        return Some(Err(failure));
                    }
                }
            }
        }
    }

    /// How many files were listed and not taken yet, and whether there may be more.
    pub(super) fn waiting(&self) -> (usize, bool) {
        let entries = self
            .levels
            .iter()
            .flat_map(|level| level.entries.as_slice());
        let files = entries.filter(|entry| matches!(entry, Entry::File(_)));
        let unlisted = |level: &Level| {
            let is_folder = |entry: &Entry| matches!(entry, Entry::Folder(_));
            level.pager.next_page().is_some() || level.entries.as_slice().iter().any(is_folder)
        };
        (files.count(), self.levels.iter().any(unlisted))
    }

    fn enter(&mut self, folder: FolderPath, within: PathBuf) {
        self.levels.push(Level {
            pager: self.bucket.pages(&folder),
            folder,
            within,
            entries: Vec::new().into_iter(),
        });
    }

    fn folder(&mut self, entry: FolderEntry) -> Result<(), Failure> {
        let Some(level) = self.levels.last() else {
            return Ok(());
        };
        let place = format!("{}{}{}/", self.origin, level.folder, entry.name);
        let refused = |problem: &str| refused(&place, problem);
        let within = level.within.join(local_name(&entry.name).map_err(refused)?);
        let folder = entry
            .path_in(&level.folder)
            .map_err(|error| refused(&error.to_string()))?;
        self.target.folder(&within)?;
        self.enter(folder, within);
        Ok(())
    }

    /// Turns a page of the innermost folder, or leaves it after the last one.
    async fn turn(&mut self) -> Result<(), Failure> {
        let Some(mut level) = self.levels.pop() else {
            return Ok(());
        };
        let Some(list) = level.pager.next_page() else {
            return Ok(());
        };
        let place = format!("{}{}", self.origin, level.folder);
        let page = self.client.run(list).await;
        match page.and_then(|page| level.pager.accept(page)) {
            // What could not be listed is left.
            Err(error) => Err(Failure::operation(place, error)),
            Ok(entries) => {
                level.entries = entries.into_iter();
                self.levels.push(level);
                Ok(())
            }
        }
    }
}

impl Level {
    fn file(&self, entry: FileEntry, origin: &str) -> Result<Listed, Failure> {
        let place = format!("{origin}{}{}", self.folder, entry.name);
        let refused = |problem: &str| refused(&place, problem);
        let within = self.within.join(local_name(&entry.name).map_err(refused)?);
        let path = entry
            .path_in(&self.folder)
            .map_err(|error| refused(&error.to_string()))?;
        Ok(Listed {
            path,
            within,
            known: Stored::listed(entry),
        })
    }
}

/// The service lists a name that is none here.
fn refused(place: &str, problem: &str) -> Failure {
    Failure::Content(shown(&format!("{place}: {problem}")))
}
