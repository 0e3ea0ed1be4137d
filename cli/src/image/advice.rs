use yunmei_core::error::{ServiceError, ServiceErrorKind};

/// What to do about a refusal of Wanxiang.
pub(crate) fn on(refusal: &ServiceError) -> Option<&'static str> {
    Some(match (refusal.kind(), refusal.code()) {
        (_, -133) => "check bucket in the table wanxiang of the configuration",
        (_, -177) => "choose another id, or delete what has this one: yunmei image rm ID",
        (_, -105 | -109) => "styles are made in the service's console; their separator, too",
        (_, -154) => "originals are protected: --style NAME downloads a style",
        // Of the download host.
        (_, -46628 | -6101 | -106) => {
            "check the id, and generation in the table wanxiang of the configuration: the \
             addresses of v2 and v2-enhanced differ, and pictures of V1 need --v1"
        }
        (ServiceErrorKind::NotFound, -197) => {
            "check the id; pictures of V1 need --v1, and pictures of V1 and videos are those of \
             one user"
        }
        (_, -1308 | -1403 | -1507) => "the service must be able to reach the address",
        (ServiceErrorKind::Signature, -46618) => {
            "check secret_id and secret_key in the table wanxiang of the configuration, and with \
             --style its --separator"
        }
        (ServiceErrorKind::Signature, _) => {
            "check appid, secret_id, secret_key and bucket in the table wanxiang of the \
             configuration, and this machine's clock"
        }
        (ServiceErrorKind::Throttled | ServiceErrorKind::Unavailable, _) => "try again later",
        _ => return None,
    })
}
