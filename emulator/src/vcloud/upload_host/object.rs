//! What was uploaded, and how it is written down.

use std::{io, sync::Arc};

use serde::{Deserialize, Serialize};

use crate::storage::{Blob, KeptBlobs};

/// Whose an object is.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(in crate::vcloud) enum Owner {
    /// A space of videos.
    Space(String),
    /// A service of ImageX.
    Service(String),
}

/// An object.
#[derive(Clone)]
pub(in crate::vcloud) struct Object {
    pub(in crate::vcloud) facts: Facts,
    /// One, or one for each part.
    pub(in crate::vcloud) pieces: Vec<Arc<Blob>>,
}

/// What is known of it.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub(in crate::vcloud) struct Facts {
    /// Its name, the StoreUri.
    pub(in crate::vcloud) uri: String,
    pub(in crate::vcloud) owner: Owner,
    pub(in crate::vcloud) size: u64,
    /// In lower-case hex, as the next one.
    pub(in crate::vcloud) md5: String,
    pub(in crate::vcloud) crc32: String,
    /// When it came, in seconds.
    pub(in crate::vcloud) stored: u64,
    /// As the client that sent it has it; empty if it did not say.
    pub(in crate::vcloud) content_type: String,
}

/// An object as it is written down.
#[derive(Deserialize, Serialize)]
pub(super) struct ObjectRecord {
    facts: Facts,
    /// Names and lengths.
    pieces: Vec<(String, u64)>,
}

impl ObjectRecord {
    pub(super) fn of(object: &Object) -> ObjectRecord {
        let pieces = object.pieces.iter();
        ObjectRecord {
            facts: object.facts.clone(),
            pieces: pieces
                .map(|piece| (piece.id().to_owned(), piece.length()))
                .collect(),
        }
    }

    /// The object, unless a piece of it is missing.
    pub(super) fn object(self, blobs: &mut KeptBlobs<'_>) -> io::Result<Option<Object>> {
        let Some(pieces) = blobs.find_all(&self.pieces)? else {
            return Ok(None);
        };
        let facts = self.facts;
        Ok(Some(Object { facts, pieces }))
    }
}

impl Object {
    /// All of it, or nothing if that is more than `limit` bytes; blocks.
    pub(in crate::vcloud) fn read(&self, limit: u64) -> io::Result<Option<Vec<u8>>> {
        if self.facts.size > limit {
            return Ok(None);
        }
        let mut bytes = Vec::new();
        for piece in &self.pieces {
            piece.each(|part| bytes.extend_from_slice(part))?;
        }
        Ok(Some(bytes))
    }
}
