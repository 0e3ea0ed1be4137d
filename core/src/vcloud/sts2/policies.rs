//! The policies that the vendor's clients make (section 6.4; for Volcengine, 16.3).

use super::{Policy, Statement};

const NOTHING: [&str; 0] = [];

impl Policy {
    /// To play these videos, in these stream types, with these watermarks; an empty list means any.
    pub fn video_play<T: AsRef<str>>(videos: &[T], stream_types: &[T], watermarks: &[T]) -> Policy {
        let resources = (resources("trn:vod::*:video_id/", videos))
            .chain(resources("trn:vod:::stream_type/", stream_types))
            .chain(resources("trn:vod::*:watermark/", watermarks));
        Policy::new([Statement::allow(["vod:GetPlayInfo"], resources)])
    }

    /// To upload videos to TTVcloud.
    pub fn video_upload() -> Policy {
        let actions = ["vod:ApplyUpload", "vod:CommitUpload"];
        Policy::new([Statement::allow(actions, ["*"])])
    }

    /// To upload videos to Volcengine.
    pub fn video_upload_volcengine() -> Policy {
        let actions = ["vod:ApplyUploadInfo", "vod:CommitUploadInfo"];
        Policy::new([Statement::allow(actions, NOTHING)])
    }

    /// To upload pictures to these services of ImageX at TTVcloud; an empty list means any.
    pub fn image_upload<T: AsRef<str>>(service_ids: &[T]) -> Policy {
        let actions = ["ImageX:ApplyImageUpload", "ImageX:CommitImageUpload"];
        Policy::new([Statement::allow(actions, services(service_ids))])
    }

    /// To upload pictures to these services of ImageX at Volcengine, under keys of this pattern; an
    /// empty list means any, and so does no pattern.
    ///
    /// Tags, such as `UploadOverwrite` and `true`, say how.
    pub fn image_upload_volcengine<T: AsRef<str>>(
        service_ids: &[T],
        key_pattern: Option<&str>,
        tags: &[(&str, &str)],
    ) -> Policy {
        let keys = format!("trn:ImageX:*:*:StoreKeys/{}", key_pattern.unwrap_or("*"));
        let apply = services(service_ids).chain([keys]);
        let upload = [
            Statement::allow(["ImageX:ApplyImageUpload"], apply),
            Statement::allow(["ImageX:CommitImageUpload"], services(service_ids)),
        ];
        let tags = (tags.iter()).map(|(tag, value)| Statement::allow([*tag], [*value]));
        Policy::new(upload.into_iter().chain(tags))
    }
}

fn services<T: AsRef<str>>(ids: &[T]) -> impl Iterator<Item = String> {
    resources("trn:ImageX:*:*:ServiceId/", ids)
}

/// One resource for each name, or one for all.
fn resources<T: AsRef<str>>(beginning: &'static str, names: &[T]) -> impl Iterator<Item = String> {
    let any = names.is_empty().then_some("*");
    (names.iter().map(AsRef::as_ref))
        .chain(any)
        .map(move |name| format!("{beginning}{name}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_policy_to_play_allows_what_it_lists_and_any_of_what_it_leaves_open() {
        let policy = Policy::video_play(&["v1", "v2"], &[], &["w"]);
        let allows = |resource| policy.allows("vod:GetPlayInfo", resource);
        assert!(allows("trn:vod::*:video_id/v2"));
        assert!(!allows("trn:vod::*:video_id/v3"));
        assert!(allows("trn:vod:::stream_type/normal"));
        assert!(!allows("trn:vod::*:watermark/other"));
        assert!(!policy.allows("vod:ApplyUpload", "trn:vod::*:video_id/v1"));
    }

    #[test]
    fn a_policy_to_upload_allows_both_ends_of_an_upload() {
        let videos = Policy::video_upload();
        assert!(videos.allows("vod:ApplyUpload", ""));
        assert!(videos.allows("vod:CommitUpload", "trn:vod:cn-north-1:*:space/x"));
        assert!(!videos.allows("vod:GetPlayInfo", ""));
        assert!(Policy::video_upload_volcengine().allows("vod:CommitUploadInfo", ""));

        let pictures = Policy::image_upload(&["s1"]);
        assert!(pictures.allows("ImageX:ApplyImageUpload", "trn:ImageX:*:*:ServiceId/s1"));
        assert!(!pictures.allows("ImageX:ApplyImageUpload", "trn:ImageX:*:*:ServiceId/s2"));
        let keys = Policy::image_upload_volcengine(&["s1"], Some("a/*"), &[]);
        assert!(keys.allows("ImageX:ApplyImageUpload", "trn:ImageX:*:*:StoreKeys/a/b"));
        assert!(!keys.allows("ImageX:ApplyImageUpload", "trn:ImageX:*:*:StoreKeys/b"));
    }
}
