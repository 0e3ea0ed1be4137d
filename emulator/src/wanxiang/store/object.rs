//! A picture or a video, what names it, and how it is written down.

use std::{io, sync::Arc};

use serde::{Deserialize, Serialize, Serializer};
use yunmei_core::wanxiang::FileId;

use crate::{
    storage::{Blob, KeptBlobs},
    wanxiang::picture::Shape,
};

/// Where an object lives: names are unique in each of these (section 1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(in crate::wanxiang) enum Space {
    /// Pictures of the account, without a bucket.
    PhotosV1,
    /// Pictures in the bucket, be it one of V2 or of V2 enhanced.
    PhotosV2,
    /// Videos of the account.
    VideosV1,
}

impl Space {
    pub(in crate::wanxiang) fn is_video(self) -> bool {
        self == Space::VideosV1
    }

    /// The word for it in the names of operations.
    pub(in crate::wanxiang) fn noun(self) -> &'static str {
        match self.is_video() {
            true => "video",
            false => "image",
        }
    }
}

/// What names an object.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize, Serialize)]
pub(in crate::wanxiang) struct Key {
    pub(in crate::wanxiang) space: Space,
    /// Always `0` in V2, which treats every value as 0 (section 2).
    pub(in crate::wanxiang) user: String,
    #[serde(serialize_with = "as_text")]
    pub(in crate::wanxiang) file_id: FileId,
}

fn as_text<S: Serializer>(id: &FileId, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(id.as_str())
}

impl Key {
    /// As one text; neither part holds a NUL.
    pub(super) fn document(&self) -> String {
        format!("{:?}\0{}\0{}", self.space, self.user, self.file_id)
    }
}

/// An object.
#[derive(Clone)]
pub(in crate::wanxiang) struct Object {
    pub(in crate::wanxiang) facts: Facts,
    /// One, or one for each slice. Copies share them.
    pub(in crate::wanxiang) pieces: Vec<Arc<Blob>>,
}

/// What is known of it (section 15.5).
#[derive(Clone, Deserialize, Serialize)]
pub(in crate::wanxiang) struct Facts {
    pub(in crate::wanxiang) size: u64,
    /// In lower-case hex, as the other one.
    pub(in crate::wanxiang) sha: String,
    pub(in crate::wanxiang) md5: String,
    pub(in crate::wanxiang) uploaded: u64,
    /// Of a picture whose head could be read.
    pub(in crate::wanxiang) shape: Option<Shape>,
    /// Kept and not passed on: nobody knows how callbacks looked (section 14).
    pub(in crate::wanxiang) magic_context: String,
    /// Of videos, as the next one.
    pub(in crate::wanxiang) title: String,
    pub(in crate::wanxiang) description: String,
}

/// An object as it is written down.
#[derive(Deserialize, Serialize)]
pub(super) struct ObjectRecord {
    key: Key,
    /// Names and lengths.
    pieces: Vec<(String, u64)>,
    facts: Facts,
}

impl ObjectRecord {
    pub(super) fn of(key: &Key, object: &Object) -> ObjectRecord {
        let pieces = object.pieces.iter();
        ObjectRecord {
            key: key.clone(),
            pieces: pieces
                .map(|piece| (piece.id().to_owned(), piece.length()))
                .collect(),
            facts: object.facts.clone(),
        }
    }

    /// The object, unless a piece of it is missing.
    pub(super) fn object(self, blobs: &mut KeptBlobs<'_>) -> io::Result<Option<(Key, Object)>> {
        let Some(pieces) = blobs.find_all(&self.pieces)? else {
            return Ok(None);
        };
        let facts = self.facts;
        Ok(Some((self.key, Object { facts, pieces })))
    }
}
