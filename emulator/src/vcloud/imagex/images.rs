//! The pictures that were committed.

use std::{collections::BTreeMap, io, ops::Bound};

use serde::{Deserialize, Serialize};

use crate::{
    storage::{Documents, Storage},
    vcloud::upload_host::Uploads,
};

/// What is known of a picture, beside what is known of its bytes.
#[derive(Clone, Deserialize, Serialize)]
pub(super) struct Image {
    /// The StoreUri.
    pub(super) uri: String,
    /// As the commit has it; empty if it did not say.
    pub(super) file_name: String,
}

impl Image {
    /// The name under which it was to be stored.
    pub(super) fn key(&self) -> &str {
        self.uri.split_once('/').map_or("", |(_, key)| key)
    }
}

pub(super) struct Images {
    documents: Documents,
    /// By StoreUri, in the order of pages.
    all: BTreeMap<String, Image>,
}

impl Images {
    pub(super) fn open(storage: &Storage, uploads: &Uploads) -> io::Result<Images> {
        let documents = storage.documents("vcloud", "images")?;
        let kept = documents.load::<Image>()?.into_iter();
        let whole = kept.filter(|image| uploads.object(&image.uri).is_some());
        Ok(Images {
            all: whole.map(|image| (image.uri.clone(), image)).collect(),
            documents,
        })
    }

    pub(super) fn put(&mut self, image: Image) -> io::Result<()> {
        self.documents.put(&image.uri, &image)?;
        self.all.insert(image.uri.clone(), image);
        Ok(())
    }

    /// Returns whether it was there.
    pub(super) fn remove(&mut self, uri: &str) -> io::Result<bool> {
        if !self.is_there(uri) {
            return Ok(false);
        }
        self.documents.remove(uri)?;
        Ok(self.all.remove(uri).is_some())
    }

    pub(super) fn is_there(&self, uri: &str) -> bool {
        self.all.contains_key(uri)
    }

    pub(super) fn find(&self, uri: &str) -> Option<Image> {
        self.all.get(uri).cloned()
    }

    /// Those behind a StoreUri, at most `limit`; and whether there are more.
    pub(super) fn page(&self, behind: &str, limit: usize) -> (Vec<Image>, bool) {
        let behind = (Bound::Excluded(behind), Bound::Unbounded);
        let mut rest = self.all.range::<str, _>(behind).map(|(_, image)| image);
        let page = rest.by_ref().take(limit).cloned().collect();
        (page, rest.next().is_some())
    }
}
