use std::{collections::HashSet, mem, vec};

use yunmei_core::{
    Error,
    cos::{Bucket, BucketName, Entry, FileEntry, FilePath, FolderPath, Page, Pager},
};
use yunmei_hyper::Client;

use crate::{exit::Failure, output::shown};

/// All that is below a folder of the cloud, page after page as it is taken: what is held is a page
/// for each folder on the way.
pub(in crate::cos) struct Below<'a> {
    client: &'a Client,
    bucket: &'a Bucket,
    /// What a path in the bucket begins with in messages.
    origin: String,
    levels: Vec<Level>,
}

struct Level {
    folder: FolderPath,
    pager: Pager,
    /// The page that is taken, without its entries.
    page: Option<Page>,
    entries: vec::IntoIter<Entry>,
    /// What was on that page, and on earlier ones at its position.
    taken: HashSet<String>,
    /// Whether something on that page is gone since.
    is_changed: bool,
    is_over: bool,
}

/// What comes next below a folder.
pub(in crate::cos) enum Found {
    File(FilePath, Box<FileEntry>),
    /// A folder; what is in it comes only if it is entered.
    Folder(FolderPath),
    /// All of a folder that was entered was taken.
    End(FolderPath),
}

impl<'a> Below<'a> {
    pub(in crate::cos) fn new(
        client: &'a Client,
        bucket: &'a Bucket,
        bucket_name: Option<&BucketName>,
        folder: &FolderPath,
    ) -> Below<'a> {
        let name = bucket_name.map_or("", BucketName::as_str);
        let mut below = Below {
            client,
            bucket,
            origin: format!("cos://{name}"),
            levels: Vec::new(),
        };
        below.enter(folder.clone());
        below
    }

    /// What comes next; or why something is left out, after which it goes on.
    pub(in crate::cos) async fn next(&mut self) -> Option<Result<Found, Failure>> {
        loop {
            let level = self.levels.last_mut()?;
            match level.entries.next() {
                Some(entry) => {
                    if let Some(found) = level.found(entry, &self.origin) {
                        return Some(found);
                    }
                }
                None => match level.turn(self.client).await {
                    Ok(true) => {}
                    Ok(false) => return self.levels.pop().map(|left| Ok(Found::End(left.folder))),
                    Err(error) => {
                        let place = format!("{}{}", self.origin, level.folder);
                        return Some(Err(Failure::operation(place, error)));
                    }
                },
            }
        }
    }

    /// Goes on with what is in a folder.
    pub(in crate::cos) fn enter(&mut self, folder: FolderPath) {
        self.levels.push(Level {
            pager: self.bucket.pages(&folder),
            folder,
            page: None,
            entries: Vec::new().into_iter(),
            taken: HashSet::new(),
            is_changed: false,
            is_over: false,
        });
    }

    /// What came last is gone: a position in the listing may mean another one now.
    pub(super) fn changed(&mut self) {
        if let Some(level) = self.levels.last_mut() {
            level.is_changed = true;
        }
    }

    /// How many files were listed and not taken yet, and whether there may be more.
    pub(in crate::cos) fn waiting(&self) -> (usize, bool) {
        let entries = self
            .levels
            .iter()
            .flat_map(|level| level.entries.as_slice());
        let files = entries.filter(|entry| matches!(entry, Entry::File(_)));
        (files.count(), self.levels.iter().any(Level::may_hold_more))
    }
}

impl Level {
    /// Turns a page; says whether there was one.
    ///
    /// A page of which something is gone is listed again at its position. There, nothing comes
    /// twice: what could not be taken away is not tried for ever.
    async fn turn(&mut self, client: &Client) -> Result<bool, Error> {
        let taken = mem::take(&mut self.taken);
        let again = match self.page.take() {
            Some(page) if page.is_last => return Ok(false),
            Some(_) if mem::take(&mut self.is_changed) => taken,
            Some(page) => {
                // Its entries were taken already.
                self.pager
                    .accept(page)
                    .inspect_err(|_| self.is_over = true)?;
                HashSet::new()
            }
            None => HashSet::new(),
        };
        let Some(list) = self.pager.next_page().filter(|_| !self.is_over) else {
            return Ok(false);
        };
        // What could not be listed is left.
        let page = client.run(list).await;
        let mut page = page.inspect_err(|_| self.is_over = true)?;
        let mut entries = mem::take(&mut page.entries);
        self.taken = entries.iter().map(key).collect();
        entries.retain(|entry| !again.contains(&key(entry)));
        self.entries = entries.into_iter();
        self.page = Some(page);
        Ok(true)
    }

    /// Takes an entry; none that is neither a file nor a folder.
    fn found(&self, entry: Entry, origin: &str) -> Option<Result<Found, Failure>> {
        let place = format!("{origin}{}{}", self.folder, key(&entry));
        let refused = |problem: &str| Failure::Content(shown(&format!("{place}: {problem}")));
        // A path would be taken for that of another folder.
        if entry.name().contains('/') || matches!(entry.name(), "." | "..") {
            return Some(Err(refused("would lead out of its folder")));
        }
        let found = match entry {
            Entry::File(file) => file
                .path_in(&self.folder)
                .map(|path| Found::File(path, Box::new(file))),
            Entry::Folder(folder) => folder.path_in(&self.folder).map(Found::Folder),
            _ => return None,
        };
        Some(found.map_err(|error| refused(&error.to_string())))
    }

    fn may_hold_more(&self) -> bool {
        let is_folder = |entry: &Entry| matches!(entry, Entry::Folder(_));
        let is_last = self.page.as_ref().is_none_or(|page| page.is_last);
        !is_last || self.entries.as_slice().iter().any(is_folder)
    }
}

/// A file and a folder may have the same name.
fn key(entry: &Entry) -> String {
    match entry {
        Entry::Folder(folder) => format!("{}/", folder.name),
        _ => entry.name().to_owned(),
    }
}
