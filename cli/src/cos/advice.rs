use yunmei_core::error::{ServiceError, ServiceErrorKind};

/// What to do about a refusal of COS; `about` is the location that it was about.
pub(crate) fn on(refusal: &ServiceError, about: &str) -> Option<&'static str> {
    Some(match (refusal.kind(), refusal.code()) {
        (_, -133) => {
            "cos:///path is in the configured bucket; cos://name/path in another, by its bare \
             name without -appid"
        }
        (_, -177) => "there is another file at this path: --force replaces it",
        (_, -173) => "the folder is not empty",
        (ServiceErrorKind::Signature, _) => {
            "check appid, secret_id and secret_key, the bucket's bare name, and this machine's clock"
        }
        (ServiceErrorKind::NotFound, _) if about.ends_with('/') => {
            "a folder that only exists in the names of files has no attributes, and goes with its \
             last file"
        }
        (ServiceErrorKind::Unfinished, _) => {
            "an unfinished upload of other content is in the way: --replace-unfinished deletes it, \
             and any file at this path"
        }
        (ServiceErrorKind::Throttled | ServiceErrorKind::Unavailable, _) => "try again later",
        _ => return None,
    })
}
