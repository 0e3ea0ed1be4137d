//! What a call does: its method, its name in logs and faults, its signature.

use http::Method;
use yunmei_core::wanxiang::sign::Call;

use super::{
    answer::Refusal,
    store::Space,
    target::{Target, Word},
};

/// An operation about pictures or videos.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Operation {
    Upload,
    /// An upload by slices: its opening, or one slice.
    Slice,
    Stat,
    Copy,
    Delete,
}

impl Operation {
    /// What this method at this address asks for. Whether an upload is one by slices is in its
    /// form.
    pub(super) fn of(target: &Target, method: &Method) -> Result<Operation, Refusal> {
        match (method, target.word, &target.file_id) {
            (&Method::GET, None, Some(_)) => Ok(Operation::Stat),
            (&Method::GET, ..) => Err(Refusal::new(-5994, "the path names no file")),
            (&Method::POST, Some(Word::Copy), _) if target.space.is_video() => {
                Err(Refusal::new(-5994, "videos are not copied"))
            }
            (&Method::POST, Some(Word::Copy), _) => Ok(Operation::Copy),
            (&Method::POST, Some(Word::Delete), _) => Ok(Operation::Delete),
            (&Method::POST, None, _) => Ok(Operation::Upload),
            _ => Err(Refusal::new(-5996, "only GET and POST are known here")),
        }
    }

    /// Its name, as faults and the log have it.
    pub(super) fn name(self, space: Space) -> String {
        let verb = match self {
            Operation::Upload => "upload",
            Operation::Slice => "slice",
            Operation::Stat => "stat",
            Operation::Copy => "copy",
            Operation::Delete => "delete",
        };
        format!("{}.{verb}", space.noun())
    }

    /// Which signature it takes (section 3.5).
    pub(super) fn call(self) -> Call {
        match self {
            Operation::Upload | Operation::Slice => Call::Upload,
            Operation::Stat => Call::Stat,
            Operation::Copy => Call::Copy,
            Operation::Delete => Call::Delete,
        }
    }
}
