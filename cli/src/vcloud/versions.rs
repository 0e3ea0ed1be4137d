//! Versions of the actions that are known, so that they need not be given by hand (dossier of
//! TTVcloud, sections 7 to 12 and 16.3).

use yunmei_core::vcloud::{Dialect, Service};

/// The version of an action; `None` where it is not known.
pub(super) fn of(dialect: Dialect, service: Service, action: &str) -> Option<&'static str> {
    match (service, dialect) {
        (Service::Vod, Dialect::TtvCloud) => vod(action),
        (Service::Vod, Dialect::Volcengine) => vod_of_volcengine(action),
        // All of IAM and of Edit has one version, and so has the STS of Volcengine.
        (Service::Iam | Service::Edit | Service::Sts, _) => Some("2018-01-01"),
        (Service::ImageX, _) => Some(match action {
            "GetCdnDomainWeights" => "2019-07-01",
            _ => "2018-08-01",
        }),
    }
}

/// A version that many actions have.
pub(super) fn example(dialect: Dialect) -> &'static str {
    match dialect {
        Dialect::TtvCloud => "2018-01-01",
        Dialect::Volcengine => "2020-08-01",
    }
}

fn vod(action: &str) -> Option<&'static str> {
    Some(match action {
        "GetPlayInfo" => "2019-03-15",
        "GetCdnDomainWeights" => "2019-07-01",
        "GetSpace" => "2018-12-01",
        "GetOriginVideoPlayInfo"
        | "RedirectPlay"
        | "UploadMediaByUrl"
        | "ApplyUpload"
        | "CommitUpload"
        | "ModifyVideoInfo"
        | "StartTranscode"
        | "SetVideoPublishStatus" => "2018-01-01",
        _ => return None,
    })
}

fn vod_of_volcengine(action: &str) -> Option<&'static str> {
    Some(match action {
        "ApplyUploadInfo" | "CommitUploadInfo" => "2022-01-01",
        "GetPlayInfo"
        | "UploadMediaByUrl"
        | "QueryUploadTaskInfo"
        | "UpdateMediaInfo"
        | "StartWorkflow"
        | "UpdateMediaPublishStatus" => "2020-08-01",
        _ => return None,
    })
}

/// Whether an action only looks: then it may be sent again.
pub(super) fn only_looks(action: &str) -> bool {
    // Not `Apply…`: each makes a session of its own, which does no harm, but is not nothing.
    ["Get", "List", "Query", "Describe", "Preview"]
        .iter()
        .any(|verb| action.starts_with(verb))
        && action != "GetImageOCR"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_action_may_have_another_version_in_the_other_dialect() {
        let version = |dialect| of(dialect, Service::Vod, "GetPlayInfo");
        assert_eq!(version(Dialect::TtvCloud), Some("2019-03-15"));
        assert_eq!(version(Dialect::Volcengine), Some("2020-08-01"));
        assert_eq!(of(Dialect::TtvCloud, Service::Vod, "Unknown"), None);
    }

    #[test]
    fn what_may_be_charged_or_changes_something_does_not_only_look() {
        assert!(only_looks("GetPlayInfo") && only_looks("ListUsers"));
        for action in ["CreateUser", "StartTranscode", "GetImageOCR", "Submit"] {
            assert!(!only_looks(action), "{action}");
        }
    }
}
