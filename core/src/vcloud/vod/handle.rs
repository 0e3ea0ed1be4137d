use super::{
    ApplyUpload, CommitUpload, DomainWeightsOf, FileType, MediaFormat, ModifyVideoInfo,
    OriginPlayInfo, PlayInfo, PublishStatus, RedirectPlay, SetPublishStatus, StartTranscode,
    UploadMediaByUrl, UploadPoster, UploadTasks, UploadVideo, UrlSource,
};
use crate::vcloud::{Content, Scheme, caller::Caller, handle::handle};

/// Video on demand in a region. Cheap to clone; its methods are the operations.
///
/// ```
/// use yunmei_core::vcloud::{ContentBuilder, Credentials, Dialect, Region};
/// use yunmei_core::vcloud::vod::{CommitFunction, FileType, Vod};
///
/// let keys = Credentials::new("AKLTEXAMPLE", "the secret key")?;
/// let vod = Vod::new(Dialect::TtvCloud, Region::default(), keys)?;
/// let mut content = ContentBuilder::new();
/// content.update(b"the bytes of the video");
/// let upload = vod.upload_video("example-space", FileType::Video, content.finish())
///     .function(CommitFunction::GetMeta)
///     .function(CommitFunction::Snapshot { seconds: 2.0 });
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct Vod {
    caller: Caller,
}

handle!(Vod, Vod);

impl Vod {
    /// Speaks to upload hosts over this, which is https unless said otherwise.
    ///
    /// Most of the vendor's own clients speak http to them (section 8.1): whoever is on the way then
    /// reads the content, and the permission to upload it.
    pub fn uploads_over(mut self, scheme: Scheme) -> Vod {
        self.caller = self.caller.uploads_over(scheme);
        self
    }

    /// Asks where a video can be played.
    pub fn play_info(&self, vid: impl Into<String>) -> PlayInfo {
        PlayInfo::new(self.caller.clone(), vid.into())
    }

    /// Asks where a video can be had as it was uploaded.
    pub fn origin_play_info(&self, vid: impl Into<String>) -> OriginPlayInfo {
        OriginPlayInfo::new(self.caller.clone(), vid.into())
    }

    /// Makes an address that leads whoever follows it to the video.
    pub fn redirect_play(&self, vid: impl Into<String>) -> RedirectPlay {
        RedirectPlay::new(self.caller.clone(), vid.into())
    }

    /// Has the service fetch videos itself.
    pub fn upload_by_url(
        &self,
        space: impl Into<String>,
        format: MediaFormat,
        urls: impl IntoIterator<Item = impl Into<UrlSource>>,
    ) -> UploadMediaByUrl {
        let sources = urls.into_iter().map(Into::into).collect();
        UploadMediaByUrl::new(self.caller.clone(), space.into(), format, sources)
    }

    /// Asks what became of them; of Volcengine only.
    pub fn upload_tasks(
        &self,
        job_ids: impl IntoIterator<Item = impl Into<String>>,
    ) -> UploadTasks {
        let job_ids = job_ids.into_iter().map(Into::into).collect();
        UploadTasks::new(self.caller.clone(), job_ids)
    }

    /// Asks where to upload to: the first step of an upload.
    pub fn apply_upload(&self, space: impl Into<String>, file_type: FileType) -> ApplyUpload {
        ApplyUpload::new(self.caller.clone(), space.into(), file_type)
    }

    /// Has what was put to an upload host taken up: the last step of an upload.
    pub fn commit_upload(
        &self,
        space: impl Into<String>,
        session_key: impl Into<String>,
    ) -> CommitUpload {
        CommitUpload::new(self.caller.clone(), space.into(), session_key.into())
    }

    /// Uploads a content: all the steps. The content is source 0.
    pub fn upload_video(
        &self,
        space: impl Into<String>,
        file_type: FileType,
        content: Content,
    ) -> UploadVideo {
        UploadVideo::new(self.caller.clone(), space.into(), file_type, content)
    }

    /// Uploads a picture, and makes it the poster of a video. The picture is source 0.
    pub fn upload_poster(
        &self,
        space: impl Into<String>,
        vid: impl Into<String>,
        content: Content,
    ) -> UploadPoster {
        UploadPoster::new(self.caller.clone(), space.into(), vid.into(), content)
    }

    /// Changes what is said of a video.
    pub fn modify_video_info(
        &self,
        space: impl Into<String>,
        vid: impl Into<String>,
    ) -> ModifyVideoInfo {
        ModifyVideoInfo::new(self.caller.clone(), space.into(), vid.into())
    }

    /// Lets a video be played, or forbids it.
    pub fn set_publish_status(
        &self,
        space: impl Into<String>,
        vid: impl Into<String>,
        status: PublishStatus,
    ) -> SetPublishStatus {
        SetPublishStatus::new(self.caller.clone(), space.into(), vid.into(), status)
    }

    /// Begins to transcode a video as a template says.
    pub fn start_transcode(
        &self,
        vid: impl Into<String>,
        template_id: impl Into<String>,
    ) -> StartTranscode {
        StartTranscode::new(self.caller.clone(), vid.into(), template_id.into())
    }

    /// Asks from which domains the posters of a space are served.
    pub fn domain_weights(&self, space: impl Into<String>) -> DomainWeightsOf {
        DomainWeightsOf::new(self.caller.clone(), space.into())
    }
}
