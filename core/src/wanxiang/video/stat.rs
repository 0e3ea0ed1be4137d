use bytes::Bytes;
use http::{Request, Response};
use serde::{Deserialize, Deserializer};

use crate::{
    Operation, Payload, Stamp,
    error::Error,
    loose,
    wanxiang::{
        FileId, envelope,
        space::{Scheme, Space, Target},
    },
};

/// Asks for the attributes of a video (section 8.2): [`Videos::stat`](crate::wanxiang::Videos::stat).
///
/// ```text
/// GET /videos/v1/{appid}/{user}/{file id}
/// ```
#[derive(Clone, Debug)]
pub struct StatVideo {
    space: Space,
    file_id: FileId,
}

/// What is known of a video.
#[derive(Clone, Debug, Deserialize, PartialEq)]
#[non_exhaustive]
pub struct VideoAttributes {
    /// The address to download it from, as the service wrote it.
    #[serde(rename = "file_url")]
    pub download_url: String,
    /// The id under which it is stored; the vendor's client does without (section 8.2).
    #[serde(
        default,
        rename = "file_fileid",
        deserialize_with = "loose::text_or_empty"
    )]
    pub file_id: String,
    /// When it was uploaded, in seconds since 1970.
    #[serde(rename = "file_upload_time", deserialize_with = "loose::number")]
    pub uploaded: u64,
    /// The length in bytes.
    #[serde(rename = "file_size", deserialize_with = "loose::number")]
    pub size: u64,
    /// SHA-1 of the content, in hex.
    #[serde(rename = "file_sha")]
    pub sha1: String,
    /// How far transcoding and review are.
    #[serde(rename = "video_status", deserialize_with = "status")]
    pub status: VideoStatus,
    /// What the service has to say about that.
    #[serde(
        default,
        rename = "video_status_msg",
        deserialize_with = "loose::text_or_empty"
    )]
    pub status_message: String,
    /// How long it plays, where the service says it. The unit is not established.
    #[serde(
        default,
        rename = "video_play_time",
        deserialize_with = "loose::optional_decimal"
    )]
    pub play_time: Option<f64>,
    /// The title.
    #[serde(
        default,
        rename = "video_title",
        deserialize_with = "loose::text_or_empty"
    )]
    pub title: String,
    /// The description.
    #[serde(
        default,
        rename = "video_desc",
        deserialize_with = "loose::text_or_empty"
    )]
    pub description: String,
    /// The address of the cover picture.
    #[serde(
        default,
        rename = "video_cover_url",
        deserialize_with = "loose::text_or_empty"
    )]
    pub cover_url: String,
}

/// How far transcoding and review of a video are (section 8.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum VideoStatus {
    /// 0: nothing happened yet.
    Initial,
    /// 1: it is being transcoded.
    Transcoding,
    /// 2: it is transcoded.
    Transcoded,
    /// 3: transcoding failed.
    TranscodingFailed,
    /// 4: it is not reviewed yet.
    NotReviewed,
    /// 5: it passed the review.
    ReviewPassed,
    /// 6: it did not pass the review.
    ReviewNotPassed,
    /// 7: the review failed.
    ReviewFailed,
    /// A number that nobody knows yet.
    Other(i64),
}

impl From<i64> for VideoStatus {
    fn from(number: i64) -> VideoStatus {
        match number {
            0 => VideoStatus::Initial,
            1 => VideoStatus::Transcoding,
            2 => VideoStatus::Transcoded,
            3 => VideoStatus::TranscodingFailed,
            4 => VideoStatus::NotReviewed,
            5 => VideoStatus::ReviewPassed,
            6 => VideoStatus::ReviewNotPassed,
            7 => VideoStatus::ReviewFailed,
            other => VideoStatus::Other(other),
        }
    }
}

fn status<'de, D: Deserializer<'de>>(deserializer: D) -> Result<VideoStatus, D::Error> {
    loose::number(deserializer).map(|number: i64| number.into())
}

impl StatVideo {
    pub(in crate::wanxiang) fn new(space: Space, file_id: FileId) -> StatVideo {
        StatVideo { space, file_id }
    }
}

impl Operation for StatVideo {
    type Output = VideoAttributes;

    fn request(&self, stamp: &Stamp) -> Result<Request<Payload>, Error> {
        self.space
            .get(Target::File(&self.file_id), Scheme::QCloud, stamp)
    }

    fn parse(&self, response: &Response<Bytes>) -> Result<VideoAttributes, Error> {
        envelope::open(response)
    }

    fn repeatable(&self) -> bool {
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wanxiang::tests::{answer, file, videos};

    #[test]
    fn the_recorded_answer_is_read_and_the_rest_may_be_absent() {
        let parse = |body| videos().stat(&file("1_ab")).parse(&answer(200, body));
        let full = parse(
            r#"{"code":0,"data":{"file_url":"d","file_fileid":"1_ab","file_upload_time":"1434359122",
                "file_size":"2149433","file_sha":"2929","video_status":"2","video_status_msg":"",
                "video_play_time":0,"video_title":"","video_desc":"","video_cover_url":""}}"#,
        )
        .expect("attributes");
        assert_eq!(
            (full.size, full.status),
            (2_149_433, VideoStatus::Transcoded)
        );
        let bare = parse(
            r#"{"code":0,"data":{"file_url":"d","file_upload_time":1,"file_size":2,"file_sha":"x",
                "video_status":9}}"#,
        )
        .expect("attributes");
        assert_eq!(
            (bare.status, bare.title.as_str()),
            (VideoStatus::Other(9), "")
        );
        assert!(parse(r#"{"code":0,"data":{"file_url":"d"}}"#).is_err());
    }
}
