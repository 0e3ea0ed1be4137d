//! Tencent Wanxiang (万象优图, Cloud Image): pictures, videos, and porn detection.
//!
//! Start with a handle; its methods are the operations. Section numbers in the documentation of
//! this module are those of the protocol dossier under `docs/protocol/wanxiang.md`.
//!
//! | handle | what it is |
//! |---|---|
//! | [`Bucket`] | pictures in a bucket: photos V2 ([`Bucket::v2`]) and V2 enhanced ([`Bucket::v2_enhanced`]) |
//! | [`PhotosV1`] | pictures of a user, without buckets: photos V1 |
//! | [`Videos`] | videos of a user: video V1 |
//! | [`Detector`] | porn detection |
//!
//! | operation | methods | request | answer | signature |
//! |---|---|---|---|---|
//! | upload a picture, at most 20 MB | [`Bucket::upload`], [`Bucket::upload_new`] | [`UploadPhoto`] | [`UploadedPhoto`] | multi-use |
//! | upload a picture of any size | [`Bucket::put`] | [`PutPhoto`] | [`UploadedPhoto`] | multi-use |
//! | upload by slices | [`Bucket::put_slices`], [`Videos::put_slices`] | [`slices::PutSlices`] | [`UploadedPhoto`], [`UploadedVideo`] | multi-use |
//! | attributes of a picture | [`Bucket::stat`] | [`StatPhoto`] | [`PhotoAttributes`] | multi-use |
//! | copy a picture | [`Bucket::copy`] | [`CopyPhoto`] | [`Copied`] | single-use |
//! | delete a picture | [`Bucket::delete`] | [`DeletePhoto`] | | single-use |
//! | download a picture, or have it processed | [`Bucket::photo`] | [`DownloadPhoto`] | [`Downloaded`](crate::Downloaded) | multi-use |
//! | address of a picture | [`PhotoAddress::signed_url`], [`PhotoAddress::public_url`] | | [`SignedUrl`](crate::SignedUrl) | multi-use |
//! | upload a video | [`Videos::upload`] | [`UploadVideo`] | [`UploadedVideo`] | multi-use |
//! | upload a video of any size | [`Videos::put`] | [`PutVideo`] | [`UploadedVideo`] | multi-use |
//! | attributes of a video | [`Videos::stat`] | [`StatVideo`] | [`VideoAttributes`] | multi-use |
//! | delete a video | [`Videos::delete`] | [`DeleteVideo`] | | single-use |
//! | look at one picture | [`Detector::detect_url`] | [`DetectUrl`] | [`Verdict`] | its own |
//! | look at several | [`Detector::detect_urls`], [`Detector::detect_files`] | [`DetectUrls`], [`DetectFiles`] | [`Detected`] | its own |
//!
//! [`PhotosV1`] has the same operations on pictures as [`Bucket`], but for slices and `put`.
//!
//! # Not established
//!
//! Nobody here can ask the service itself. Which codes it returns for a missing picture, a taken id,
//! an expired signature; whether an upload to an id that is taken replaces the picture; how
//! processing and signature share the query of a download; the download host of videos; whether all
//! hosts speak https: section 14 of the dossier lists what the sources leave open. The codes in
//! question are taken from the sister product.

pub mod codes;
mod content;
mod delete;
mod detection;
mod detector;
mod envelope;
mod handles;
mod ids;
mod photo;
pub mod processing;
pub mod sign;
pub mod slices;
mod space;
#[cfg(test)]
mod tests;
mod video;

pub use content::{Content, DigestBuilder, Digests};
pub use delete::{DeletePhoto, DeleteVideo};
pub use detection::{
    DetectFiles, DetectUrl, DetectUrls, Detected, PICTURES_LIMIT, Picture, Verdict, VerdictClass,
};
pub use detector::{Detector, DetectorPath};
pub use handles::{Bucket, PhotosV1, Videos};
pub use ids::{BucketName, FileId, UserId};
pub use photo::{
    Copied, CopyPhoto, Dimensions, DownloadPhoto, PhotoAddress, PhotoAttributes, PutPhoto,
    StatPhoto, StyleSeparator, UploadPhoto, UploadedPhoto,
};
pub use video::{PutVideo, StatVideo, UploadVideo, UploadedVideo, VideoAttributes, VideoStatus};

pub use crate::tencent::{AppId, Credentials, Expiry};

/// The largest picture that one request takes: 20 MB. The pages call it the largest picture (section
/// 11), and do not say whether slices get beyond it; they are not refused here.
pub const PHOTO_LIMIT: u64 = 20 * 1024 * 1024;

/// Above this size pictures are better uploaded by slices: 5 MB (section 11).
pub const SLICES_ADVISED: u64 = 5 * 1024 * 1024;

/// Above this size videos are better uploaded by slices: 20 MB (section 11).
pub const SLICES_ADVISED_VIDEO: u64 = 20 * 1024 * 1024;

/// The longest life of a signature, in seconds: three months (section 11).
pub const SIGNATURE_LIFETIME_LIMIT: u64 = crate::tencent::LIFETIME_LIMIT;
