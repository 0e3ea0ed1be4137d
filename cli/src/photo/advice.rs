use yunmei_core::error::{ServiceError, ServiceErrorKind};

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
        (_, 9005) => "JPEG and PNG are taken; the content decides, not the name",
        (ServiceErrorKind::Throttled | ServiceErrorKind::Unavailable, _) | (_, 9006) => {
            "try again later"
        }
        _ => return None,
    })
}
