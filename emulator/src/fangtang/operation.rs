//! The calls, by path (dossier of Fangtang, "Operations").

use super::{
    answer::{FAILED, MISSING, OTHER, PARAMETER, Refusal},
    fields::Fields,
};

const PREFIX: &str = "/api/third/";

/// Whether a path is one of the API.
pub(super) fn is_call(path: &str) -> bool {
    path.starts_with(PREFIX)
}

/// A call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Operation {
    Upload,
    Status,
    Download,
    Quota,
}

impl Operation {
    /// The call at this path.
    pub(super) fn at(path: &str) -> Option<Operation> {
        Some(match path.strip_prefix(PREFIX)? {
            "photo/upload" => Operation::Upload,
            "photo/status" => Operation::Status,
            "photo/download" => Operation::Download,
            "company/nums" => Operation::Quota,
            _ => return None,
        })
    }

    /// What the log and the faults call it.
    pub(super) fn name(self) -> &'static str {
        match self {
            Operation::Upload => "photo.upload",
            Operation::Status => "photo.status",
            Operation::Download => "photo.download",
            Operation::Quota => "photo.quota",
        }
    }

    /// A field that must be there.
    pub(super) fn needed<'a>(self, fields: &'a Fields, name: &str) -> Result<&'a str, Refusal> {
        let missing = || self.unknown(format!("there is no field {name}, or it is empty"));
        fields.text(name).ok_or_else(missing)
    }

    /// Refuses what is not known here.
    pub(super) fn unknown(self, reason: impl Into<String>) -> Refusal {
        let errno = match self {
            Operation::Upload => PARAMETER,
            _ => MISSING,
        };
        Refusal::new(errno, reason)
    }

    /// Refuses a request that is wrong in itself.
    pub(super) fn wrong(self, reason: impl Into<String>) -> Refusal {
        let errno = match self {
            Operation::Upload => PARAMETER,
            _ => OTHER,
        };
        Refusal::new(errno, reason)
    }

    /// Tells of a failure on this side, or on the way.
    pub(super) fn failed(self, reason: impl Into<String>) -> Refusal {
        let errno = match self {
            Operation::Upload => FAILED,
            _ => OTHER,
        };
        Refusal::new(errno, reason)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_call_has_its_own_path_and_none_beside_it() {
        let at = Operation::at;
        assert_eq!(at("/api/third/company/nums"), Some(Operation::Quota));
        assert_eq!(at("/api/third/photo/upload/"), None);
        assert_eq!(at("/api/third/"), None);
        assert!(is_call("/api/third/photo/other") && !is_call("/api/thirdly"));
    }
}
