use std::path::PathBuf;

use yunmei_core::cos::{Bucket, FilePath, FolderPath};
use yunmei_hyper::Client;

use super::{
    below::{Below, Found},
    target::{Target, local_name},
};
use crate::{
    cos::{CosLocation, location::Object, stored::Stored},
    exit::Failure,
    output::shown,
};

/// All files below a folder of the cloud that have a place here.
pub(super) struct Listing<'a> {
    below: Below<'a>,
    source: &'a CosLocation,
    folder: &'a FolderPath,
    target: &'a Target<'a>,
    has_folders: bool,
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
        source: &'a CosLocation,
        folder: &'a FolderPath,
    ) -> Listing<'a> {
        Listing {
            below: Below::new(client, bucket, source.bucket.as_ref(), folder),
            source,
            folder,
            target,
            has_folders: false,
        }
    }

    /// The next file; or why something is left out, after which it goes on.
    pub(super) async fn next(&mut self) -> Option<Result<Listed, Failure>> {
        loop {
            let result = match self.below.next().await? {
                Ok(Found::File(path, entry)) => {
                    let object = Object::File(path.clone());
                    let within = self.within(path.as_str(), object);
                    return Some(within.map(|within| Listed {
                        path,
                        within,
                        known: Stored::listed(*entry),
                    }));
                }
                Ok(Found::Folder(folder)) => {
                    self.has_folders = true;
                    self.enter(folder)
                }
                Ok(Found::End(_)) => Ok(()),
                Err(failure) => Err(failure),
            };
            if let Err(failure) = result {
                return Some(Err(failure));
            }
        }
    }

    /// How many files were listed and not taken yet, and whether there may be more.
    pub(super) fn waiting(&self) -> (usize, bool) {
        self.below.waiting()
    }

    /// Whether there were folders in it so far.
    pub(super) fn has_folders(&self) -> bool {
        self.has_folders
    }

    fn enter(&mut self, folder: FolderPath) -> Result<(), Failure> {
        let object = Object::Folder(folder.clone());
        let within = self.within(folder.as_str(), object)?;
        self.target.folder(&within)?;
        self.below.enter(folder);
        Ok(())
    }

    /// The place of a path in the cloud within the folder here.
    fn within(&self, path: &str, object: Object) -> Result<PathBuf, Failure> {
        let start = self.folder.as_str();
        let names = path.strip_prefix(start).unwrap_or(path);
        let names = names.strip_suffix('/').unwrap_or(names).split('/');
        names
            .map(local_name)
            .collect::<Result<_, _>>()
            .map_err(|problem| {
                let place = CosLocation {
                    bucket: self.source.bucket.clone(),
                    object,
                };
                // The service lists a name that is none here.
                Failure::Content(shown(&format!("{place}: {problem}")))
            })
    }
}
