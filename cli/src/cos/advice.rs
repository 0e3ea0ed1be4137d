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
        (_, -4019 | -4020 | -4024 | -4026 | -4027) => {
            "an unfinished upload of other content is in the way: --replace-unfinished deletes it, \
             and any file at this path"
        }
        (_, -46614 | -45062 | -29036 | -29129) => {
            "its upload has begun and is not finished: run that again, and it goes on where it stopped"
        }
        (ServiceErrorKind::Unfinished, _) => "run it again: it goes on where it stopped",
        (ServiceErrorKind::Mismatch, _) => {
            "what arrived is not what was sent: run it again; if that ends the same way, \
             --replace-unfinished deletes what earlier attempts left, and any file at this path"
        }
        (ServiceErrorKind::Throttled | ServiceErrorKind::Unavailable, _) => "try again later",
        _ => return None,
    })
}
