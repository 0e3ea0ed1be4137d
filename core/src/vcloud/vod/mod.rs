//! Video on demand (sections 7 and 9): from a file to an address that can be played.
//!
//! | what | operations, flows |
//! |---|---|
//! | upload | [`UploadVideo`], or its steps [`ApplyUpload`], [`PutObject`](super::upload_host::PutObject), [`CommitUpload`]; [`UploadMediaByUrl`], [`UploadTasks`] |
//! | play | [`PlayInfo`], [`OriginPlayInfo`], [`RedirectPlay`], [`FollowRedirect`], [`FetchVideo`] |
//! | change | [`ModifyVideoInfo`], [`SetPublishStatus`], [`StartTranscode`] |
//! | posters | [`UploadPoster`], [`DomainWeightsOf`], [`poster`] |
//!
//! The same operations serve both dialects where today's Volcengine has an action for them (section
//! 16.3); where it has none, they say so with
//! [`InputError::NoSuchAction`](crate::error::InputError::NoSuchAction).

mod apply_upload;
mod commit_upload;
mod committed;
mod domain_weights;
mod fetch_video;
mod follow_redirect;
mod functions;
mod handle;
mod modify_video_info;
mod origin_play_info;
mod play_info;
mod played_video;
pub mod poster;
mod publish_status;
mod redirect_play;
mod start_transcode;
mod storage;
mod upload_by_url;
mod upload_poster;
mod upload_tasks;
mod upload_video;
mod url_source;

pub use apply_upload::{Applied, ApplyUpload, FileType};
pub use commit_upload::CommitUpload;
pub use committed::{Committed, CommittedUpload, EncryptionMeta, ImageMeta, ObjectMeta, VideoMeta};
pub use domain_weights::DomainWeightsOf;
pub use fetch_video::FetchVideo;
pub use follow_redirect::FollowRedirect;
pub use functions::{CommitFunction, OptionInfo};
pub use handle::Vod;
pub use modify_video_info::ModifyVideoInfo;
pub use origin_play_info::{OriginPlay, OriginPlayInfo};
pub use play_info::PlayInfo;
pub use played_video::{PlayableStream, PlayedVideo};
pub use publish_status::{PublishStatus, SetPublishStatus};
pub use redirect_play::RedirectPlay;
pub use start_transcode::{StartTranscode, Transcode};
pub use upload_by_url::{MediaFormat, UploadMediaByUrl, UrlJob, UrlUpload};
pub use upload_poster::UploadPoster;
pub use upload_tasks::{FoundTasks, UploadTask, UploadTasks};
pub use upload_video::{UploadVideo, UploadedVideo};
pub use url_source::{URL_LIMIT, UrlSource};

#[cfg(test)]
pub(super) mod tests;
