use crate::{
    cos::{FilePath, FolderPath, PathPrefix},
    tencent::Expiry,
};

/// What a signature allows (section 4.3).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Grant(pub(super) Form);

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Form {
    MultiUse { prefix: PathPrefix, until: Expiry },
    SingleUse { path: PathPrefix },
    Download { prefix: PathPrefix, until: Expiry },
}

impl Grant {
    /// Every call to the API but update and delete, on all paths that begin with `prefix`, any
    /// number of times (section 4.7).
    ///
    /// It binds the path that a request is for. The destination of a move or copy is not bound:
    /// whether the service takes a multi-use signature for these is where the sources disagree,
    /// and if it does, the holder can write anywhere in the bucket. Hand out accordingly: for a
    /// short time, to whom that may be trusted.
    pub fn multi_use(prefix: impl Into<PathPrefix>, until: Expiry) -> Grant {
        Grant(Form::MultiUse {
            prefix: prefix.into(),
            until,
        })
    }

    /// One call to the API on this one file; made for update, delete, move and copy.
    pub fn single_use(path: &FilePath) -> Grant {
        Grant(Form::SingleUse { path: path.into() })
    }

    /// One call to the API on this one folder; made for update and delete.
    pub fn single_use_folder(path: &FolderPath) -> Grant {
        Grant(Form::SingleUse { path: path.into() })
    }

    /// Downloads of all files whose path begins with `prefix`, any number of times.
    pub fn download(prefix: impl Into<PathPrefix>, until: Expiry) -> Grant {
        Grant(Form::Download {
            prefix: prefix.into(),
            until,
        })
    }
}
