//! Small documents with a key, replaced as a whole.

use std::{fs, io, path::PathBuf};

use serde::{Serialize, de::DeserializeOwned};
use sha1::{Digest, Sha1};

use super::{Shelf, named, remove};
use crate::random;

/// The documents of one kind. In memory there is nothing to do: whoever keeps them keeps them.
pub(crate) struct Documents(Option<Shelf>);

impl Documents {
    pub(super) fn new(shelf: Option<Shelf>) -> Documents {
        Documents(shelf)
    }

    /// Writes the document of `key`, in place of the one that was there.
    pub(crate) fn put(&self, key: &str, document: &impl Serialize) -> io::Result<()> {
        let Some(shelf) = &self.0 else {
            return Ok(());
        };
        let temporary = shelf.incoming.join(random::hex::<16>()?);
        let result = fs::write(&temporary, serde_json::to_vec(document)?)
            .and_then(|()| fs::rename(&temporary, shelf.place(key)));
        if result.is_err() {
            let _ = remove(&temporary);
        }
        result
    }

    /// Deletes the document of `key`.
    pub(crate) fn remove(&self, key: &str) -> io::Result<()> {
        match &self.0 {
            Some(shelf) => remove(&shelf.place(key)),
            None => Ok(()),
        }
    }

    /// All documents. A file whose name is none of ours is passed over: somebody else put it there.
    /// One of ours that cannot be read is a failure: what it refers to would be swept away.
    pub(crate) fn load<T: DeserializeOwned>(&self) -> io::Result<Vec<T>> {
        let Some(shelf) = &self.0 else {
            return Ok(Vec::new());
        };
        let mut documents = Vec::new();
        for name in shelf.names()? {
            if !is_place(&name) {
                continue;
            }
            let path = shelf.kept.join(name);
            let document = fs::read(&path).and_then(|bytes| Ok(serde_json::from_slice(&bytes)?));
            documents.push(document.map_err(|problem| named(&path, problem))?);
        }
        Ok(documents)
    }
}

/// Whether a name is as [`Shelf::place`] makes them.
fn is_place(name: &str) -> bool {
    let digest = name.strip_suffix(".json").unwrap_or_default();
    digest.len() == 40 && digest.bytes().all(|byte| byte.is_ascii_hexdigit())
}

impl Shelf {
    /// Keys come from outside, so a hash stands for them.
    fn place(&self, key: &str) -> PathBuf {
        let name = random::to_hex(&Sha1::digest(key.as_bytes()));
        self.kept.join(format!("{name}.json"))
    }
}
