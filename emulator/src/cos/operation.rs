//! The operations of the API: names, methods, signatures (section 3.1).

use http::Method;

use super::{answer::Refusal, authorize::Need};

/// An operation of the API.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Operation {
    Upload,
    SliceInit,
    SliceData,
    SliceFinish,
    SliceList,
    Stat,
    List,
    Create,
    Update,
    Delete,
    Move,
    Copy,
}

impl Operation {
    /// The operation of this name, if the method is the one it takes.
    pub(super) fn named(op: Option<&str>, method: &Method) -> Result<Operation, Refusal> {
        let operation = match op {
            None | Some("") => return Err(Refusal::new(-5980, "no op")),
            Some("upload") => Operation::Upload,
            Some("upload_slice_init") => Operation::SliceInit,
            Some("upload_slice_data") => Operation::SliceData,
            Some("upload_slice_finish") => Operation::SliceFinish,
            Some("upload_slice_list") => Operation::SliceList,
            Some("stat") => Operation::Stat,
            Some("list") => Operation::List,
            Some("create") => Operation::Create,
            Some("update") => Operation::Update,
            Some("delete") => Operation::Delete,
            Some("move") => Operation::Move,
            Some("copy") => Operation::Copy,
            Some(_) => return Err(Refusal::new(-5964, "there is no such op")),
        };
        let takes = match operation {
            Operation::Stat | Operation::List => Method::GET,
            _ => Method::POST,
        };
        match takes == method {
            true => Ok(operation),
            false => Err(Refusal::new(-5996, format!("this op takes {takes}"))),
        }
    }

    /// Which signature it takes (section 4.7).
    pub(super) fn need(self) -> Need {
        match self {
            Operation::Update | Operation::Delete => Need::Once,
            Operation::Move | Operation::Copy => Need::Either,
            _ => Need::Often,
        }
    }
}
