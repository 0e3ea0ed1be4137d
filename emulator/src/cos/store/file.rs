//! A finished file, a folder, and how they are written down.

use std::{collections::BTreeMap, io, sync::Arc};

use serde::{Deserialize, Serialize};
use sha1::{Digest, Sha1};

use crate::{
    random,
    storage::{Blob, KeptBlobs},
};

/// A finished file.
#[derive(Clone)]
pub(in crate::cos) struct File {
    pub(in crate::cos) size: u64,
    /// SHA-1 in lower-case hex; none after an upload by slices without digests.
    pub(in crate::cos) sha: Option<String>,
    pub(in crate::cos) slice_size: u64,
    /// One after a single upload, one for each slice else. Copies share them.
    pub(in crate::cos) pieces: Vec<Arc<Blob>>,
    pub(in crate::cos) attributes: Attributes,
    pub(in crate::cos) created: u64,
    pub(in crate::cos) modified: u64,
}

/// What an update changes.
#[derive(Clone, Default, Deserialize, Serialize)]
pub(in crate::cos) struct Attributes {
    pub(in crate::cos) biz_attr: String,
    /// Absent when never set.
    pub(in crate::cos) authority: Option<String>,
    pub(in crate::cos) custom_headers: BTreeMap<String, String>,
    pub(in crate::cos) forbid: i64,
}

/// A folder that was created.
#[derive(Clone, Deserialize, Serialize)]
pub(in crate::cos) struct Folder {
    pub(in crate::cos) biz_attr: String,
    pub(in crate::cos) created: u64,
    pub(in crate::cos) modified: u64,
}

impl File {
    /// The same for the same content; of a file without a digest, for copies of it.
    pub(in crate::cos) fn entity_tag(&self) -> String {
        match &self.sha {
            Some(sha) => format!("\"{sha}\""),
            None => {
                let mut digest = Sha1::new();
                for piece in &self.pieces {
                    digest.update(piece.id());
                }
                format!("\"{}\"", random::to_hex(&digest.finalize()))
            }
        }
    }

    /// The digest in answers: zeros for an empty file, as captured (section 6.1).
    pub(in crate::cos) fn shown_sha(&self) -> Option<String> {
        match self.size {
            0 => Some("0".repeat(32)),
            _ => self.sha.clone(),
        }
    }
}

/// A file as it is written down.
#[derive(Deserialize, Serialize)]
pub(super) struct FileRecord {
    path: String,
    size: u64,
    sha: Option<String>,
    slice_size: u64,
    /// Names and lengths.
    pieces: Vec<(String, u64)>,
    attributes: Attributes,
    created: u64,
    modified: u64,
}

impl FileRecord {
    pub(super) fn of(path: &str, file: &File) -> FileRecord {
        FileRecord {
            path: path.to_owned(),
            size: file.size,
            sha: file.sha.clone(),
            slice_size: file.slice_size,
            pieces: file
                .pieces
                .iter()
                .map(|piece| (piece.id().to_owned(), piece.length()))
                .collect(),
            attributes: file.attributes.clone(),
            created: file.created,
            modified: file.modified,
        }
    }

    /// The file, unless a piece of it is missing.
    pub(super) fn file(self, blobs: &mut KeptBlobs<'_>) -> io::Result<Option<(String, File)>> {
        let Some(pieces) = blobs.find_all(&self.pieces)? else {
            return Ok(None);
        };
        let file = File {
            size: self.size,
            sha: self.sha,
            slice_size: self.slice_size,
            pieces,
            attributes: self.attributes,
            created: self.created,
            modified: self.modified,
        };
        Ok(Some((self.path, file)))
    }
}

/// A folder as it is written down.
#[derive(Deserialize, Serialize)]
pub(super) struct FolderRecord {
    pub(super) path: String,
    #[serde(flatten)]
    pub(super) folder: Folder,
}

impl FolderRecord {
    pub(super) fn of(path: &str, folder: &Folder) -> FolderRecord {
        FolderRecord {
            path: path.to_owned(),
            folder: folder.clone(),
        }
    }
}
