use std::{
    collections::HashMap,
    path::{Path, PathBuf},
};

use yunmei_core::{
    Error,
    cos::{Bucket, Entry, FilePath, FolderPath},
    error::ServiceErrorKind,
};
use yunmei_hyper::Client;

use super::course::Reach;
use crate::cos::stored::Stored;

/// A page of a listing is as good as asking for so many files one by one.
const FILES_FOR_A_PAGE: usize = 20;

/// What is in the cloud already of the files of a folder, asked for folder by folder as they are
/// walked.
///
/// A folder in the cloud may hold far more than is copied into it: no more of it is listed than is
/// cheaper than asking for each file.
pub(super) struct There<'a> {
    client: &'a Client,
    bucket: &'a Bucket,
    source: &'a Path,
    /// The folders on the way to the one that was asked for last.
    levels: Vec<Level>,
}

struct Level {
    within: PathBuf,
    listed: HashMap<String, Stored>,
    others: Others,
}

/// What is known of files that were not listed.
enum Others {
    Missing,
    /// Each can be asked for.
    Unlisted,
    /// The service does not tell.
    Unknown,
}

impl<'a> There<'a> {
    pub(super) fn new(client: &'a Client, bucket: &'a Bucket, source: &'a Path) -> There<'a> {
        There {
            client,
            bucket,
            source,
            levels: Vec::new(),
        }
    }

    /// What is at `path`, where the file `within` the source is to go. Not to know is no failure,
    /// unless it would be one for the upload.
    pub(super) async fn find(
        &mut self,
        within: &Path,
        path: &FilePath,
    ) -> Result<Option<Stored>, Error> {
        let parent = within.parent().unwrap_or(Path::new(""));
        self.levels
            .retain(|level| parent.starts_with(&level.within));
        let last = self.levels.last();
        if last.is_none_or(|level| level.within != parent) {
            let level = self.look(parent, &path.folder()).await?;
            self.levels.push(level);
        }
        let Some(level) = self.levels.last_mut() else {
            return Ok(None);
        };
        match (level.listed.remove(path.name()), &level.others) {
            (None, Others::Unlisted) => self.ask(path).await,
            (listed, _) => Ok(listed),
        }
    }

    async fn look(&self, within: &Path, folder: &FolderPath) -> Result<Level, Error> {
        let mut level = Level {
            within: within.to_owned(),
            listed: HashMap::new(),
            others: Others::Unlisted,
        };
        let mut pager = self.bucket.pages(folder);
        for _ in 0..self.pages(within) {
            let Some(list) = pager.next_page() else { break };
            let page = self.client.run(list).await;
            match page.and_then(|page| pager.accept(page)) {
                Ok(entries) => level.listed.extend(entries.into_iter().filter_map(file)),
                Err(error) if Reach::of_error(&error) != Reach::This => return Err(error),
                Err(_) => {
                    level.others = Others::Unknown;
                    return Ok(level);
                }
            }
        }
        if pager.next_page().is_none() {
            level.others = Others::Missing;
        }
        Ok(level)
    }

    /// How many pages are cheaper than as many questions as there are files.
    fn pages(&self, within: &Path) -> usize {
        let entries = self.source.join(within).read_dir();
        1 + entries.map_or(0, Iterator::count) / FILES_FOR_A_PAGE
    }

    async fn ask(&self, path: &FilePath) -> Result<Option<Stored>, Error> {
        match self.client.run(self.bucket.stat(path)).await {
            Ok(attributes) => Ok(Some(attributes.into())),
            Err(error) if error.kind() == Some(ServiceErrorKind::NotFound) => Ok(None),
            Err(error) if Reach::of_error(&error) != Reach::This => Err(error),
            Err(_) => Ok(None),
        }
    }
}

fn file(entry: Entry) -> Option<(String, Stored)> {
    match entry {
        Entry::File(file) => Some((file.name.clone(), Stored::listed(file)?)),
        _ => None,
    }
}
