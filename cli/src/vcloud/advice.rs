use yunmei_core::{
    error::{ServiceError, ServiceErrorKind},
    vcloud::upload_host::UPLOAD_HOST,
};

/// Where the keys, or what was signed with them, are refused.
pub(super) fn on_signature(refusal: &ServiceError) -> &'static str {
    match (refusal.code(), refusal.symbol()) {
        (100_006, _) => "check this machine's clock",
        (100_026, _) | (_, "SessionTokenInvalid") => {
            "temporary keys end: make new ones, by yunmei sts with the account's own keys"
        }
        _ => "check access_key and secret_key, and this machine's clock",
    }
}

/// What to do about a refusal of TTVcloud.
pub(crate) fn on(refusal: &ServiceError) -> Option<&'static str> {
    Some(match (refusal.kind(), refusal.code()) {
        _ if is_permission(refusal) => {
            "the permission to upload comes from the service, and serves for a while: run it again, \
             and there is a new one"
        }
        (ServiceErrorKind::Signature, _) => on_signature(refusal),
        (_, 100_007 | 100_008) => {
            "the service does not know the action: check its name and version, and region and \
             dialect in the table vcloud of the configuration"
        }
        (ServiceErrorKind::Denied, _) => {
            "these keys may not do that: check their policy, and the names in the command"
        }
        (ServiceErrorKind::NotFound, _) => {
            "check the name, and region, space and service_id in the table vcloud of the \
             configuration"
        }
        (ServiceErrorKind::Throttled | ServiceErrorKind::Unavailable, _) => "try again later",
        _ => return None,
    })
}

/// Whether an upload host refuses what the service gave for it: that is not about keys.
pub(super) fn is_permission(refusal: &ServiceError) -> bool {
    let kinds = [ServiceErrorKind::Signature, ServiceErrorKind::Denied];
    refusal.refuser() == UPLOAD_HOST && kinds.contains(&refusal.kind())
}
