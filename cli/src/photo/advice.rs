use yunmei_core::{
    Error,
    error::{ServiceError, ServiceErrorKind},
};

use crate::exit::Failure;

/// Where no uploads are left.
pub(crate) const BUY: &str = "uploads are bought from the service; yunmei photo quota counts them";

/// Where a result is gone.
pub(crate) const AGAIN: &str = "a repaired picture is kept for an hour; to have it again, upload \
                                it again, which is charged again";

/// Where an upload may have been accepted.
pub(super) const DOUBT: &str = "check `yunmei photo quota` before sending it again";

/// The code of a photo that does not exist, or of a partner.
pub(super) const NO_SUCH_PHOTO: i64 = 9002;

/// What to do where a repaired picture is not at its address; `command` downloads it.
pub(super) fn on_missing_result(command: &str) -> String {
    format!(
        "a repaired picture is kept for an hour: within it, try `{command}` again; after it, only a \
         new upload helps, which is charged again"
    )
}

/// The failure of an operation that names no photo: what is not found then is the partner.
pub(super) fn on_partner(about: &str, error: Error) -> Failure {
    let is_missing = error.kind() == Some(ServiceErrorKind::NotFound);
    let failure = Failure::operation(about, error);
    match is_missing {
        true => failure.advised("check third_code in the table fangtang of the configuration"),
        false => failure,
    }
}

/// What to do about a refusal of Fangtang.
pub(crate) fn on(refusal: &ServiceError) -> Option<&'static str> {
    Some(match (refusal.kind(), refusal.code()) {
        (ServiceErrorKind::Signature, _) => {
            "check secret_key in the table fangtang of the configuration, and this machine's \
             clock: a token is good for minutes"
        }
        (ServiceErrorKind::Exhausted, _) => BUY,
        (ServiceErrorKind::NotFound, NO_SUCH_PHOTO) => {
            "check the id, and third_code in the table fangtang of the configuration; a repaired \
             picture is kept for an hour"
        }
        (_, 9005) => "send it as JPEG or PNG; another name does not make it one",
        (_, 9009) => {
            "see whether the picture opens on this machine; an upload that failed is not charged"
        }
        (ServiceErrorKind::Throttled | ServiceErrorKind::Unavailable, _) | (_, 9006) => {
            "try again later"
        }
        _ => return None,
    })
}
