//! What an operator is told while the server runs.

use std::{fmt, io, sync::Arc};

/// What happens on a running server that its operator should know of.
#[derive(Debug)]
#[non_exhaustive]
pub enum Notice {
    /// The files of the certificates changed, and what is in them now is served.
    CertificatesChanged,
    /// The files of the certificates cannot be taken as they are now: those from before are served
    /// on, until the files change again.
    CertificatesKept(io::Error),
    /// Decisions cannot be written down, and nothing is signed until they can.
    AuditBroken(io::Error),
    /// Decisions can be written down again.
    AuditMended,
}

/// Takes notices.
pub(super) type Notices = Arc<dyn Fn(Notice) + Send + Sync>;

impl Notice {
    /// Whether something is to be done.
    pub fn is_warning(&self) -> bool {
        matches!(self, Notice::CertificatesKept(_) | Notice::AuditBroken(_))
    }
}

impl fmt::Display for Notice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Notice::CertificatesChanged => f.write_str("the certificates were read anew"),
            Notice::CertificatesKept(problem) => {
                write!(f, "the certificates from before are served on: {problem}")
            }
            Notice::AuditBroken(problem) => write!(
                f,
                "the audit cannot be written, and nothing is signed until it can be: {problem}"
            ),
            Notice::AuditMended => f.write_str("the audit is written again"),
        }
    }
}
