//! Small documents with a key, replaced as a whole.

use std::{fs, io, path::PathBuf};

use serde::{Serialize, de::DeserializeOwned};
use sha1::{Digest, Sha1};

use super::{Shelf, remove};
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

    /// All documents. One that cannot be read is passed over: somebody else put it there.
    pub(crate) fn load<T: DeserializeOwned>(&self) -> io::Result<Vec<T>> {
        let Some(shelf) = &self.0 else {
            return Ok(Vec::new());
        };
        let mut documents = Vec::new();
        for name in shelf.names()? {
            let bytes = fs::read(shelf.kept.join(name))?;
            documents.extend(serde_json::from_slice(&bytes).ok());
        }
        Ok(documents)
    }
}

impl Shelf {
    /// Keys come from outside, so a hash stands for them.
    fn place(&self, key: &str) -> PathBuf {
        let name = random::to_hex(&Sha1::digest(key.as_bytes()));
        self.kept.join(format!("{name}.json"))
    }
}
