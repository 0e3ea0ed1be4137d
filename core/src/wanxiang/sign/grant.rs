use crate::{Timestamp, error::InputError, tencent::Expiry, wanxiang::FileId};

/// What a signature allows (section 3.5).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Grant {
    pub(super) file_id: Option<FileId>,
    pub(super) usage: Use,
}

impl Grant {
    /// Uploads, stats and downloads, of every file, any number of times.
    pub fn multi_use(until: Expiry) -> Grant {
        Grant {
            file_id: None,
            usage: Use::Until(until),
        }
    }

    /// Upload, stat and download of this one file, any number of times.
    pub fn multi_use_for(file_id: &FileId, until: Expiry) -> Grant {
        Grant {
            file_id: Some(file_id.clone()),
            usage: Use::Until(until),
        }
    }

    /// One copy, deletion or download of this one file.
    pub fn single_use(file_id: &FileId) -> Grant {
        Grant {
            file_id: Some(file_id.clone()),
            usage: Use::Once,
        }
    }
}

/// How often a signature serves: the field `e`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Use {
    /// Once: `e=0`.
    Once,
    /// Any number of times, until then.
    Until(Expiry),
}

impl Use {
    /// The value of `e`, for a signature made `now`.
    pub(super) fn resolve(self, now: Timestamp) -> Result<u64, InputError> {
        match self {
            Use::Once => Ok(0),
            Use::Until(until) => until.resolve(now),
        }
    }
}
