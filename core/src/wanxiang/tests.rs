//! What the unit tests of the operations share.

use bytes::Bytes;
use http::Response;

use super::{AppId, Bucket, BucketName, Credentials, Detector, FileId, PhotosV1, UserId, Videos};
use crate::{Nonce, Payload, Stamp, Timestamp, payload::Chunk};

pub(super) fn credentials() -> Credentials {
    Credentials::new("AKIDEXAMPLE", "EXAMPLEKEY").expect("credentials")
}

pub(super) fn app() -> AppId {
    AppId::new(10_000_001).expect("an appid")
}

fn name() -> BucketName {
    BucketName::new("examplebucket").expect("a name")
}

/// V2 enhanced.
pub(super) fn bucket() -> Bucket {
    Bucket::v2_enhanced(app(), name()).signed_with(credentials())
}

pub(super) fn plain_v2() -> Bucket {
    Bucket::v2(app(), name()).signed_with(credentials())
}

pub(super) fn photos_v1() -> PhotosV1 {
    PhotosV1::new(app(), UserId::default()).signed_with(credentials())
}

pub(super) fn videos() -> Videos {
    Videos::new(app(), UserId::default()).signed_with(credentials())
}

pub(super) fn detector() -> Detector {
    Detector::new(app(), name()).signed_with(credentials())
}

pub(super) fn file(id: &str) -> FileId {
    FileId::new(id).expect("an id")
}

pub(super) fn stamp() -> Stamp {
    Stamp::new(
        Timestamp::from_seconds(1_438_669_115),
        Nonce::from_bytes([7; 32]),
    )
}

pub(super) fn answer(status: u16, body: &'static str) -> Response<Bytes> {
    Response::builder()
        .status(status)
        .body(Bytes::from_static(body.as_bytes()))
        .expect("a response")
}

/// The inline parts of a body, as text.
pub(super) fn text(body: &Payload) -> String {
    body.chunks()
        .iter()
        .map(|chunk| match chunk {
            Chunk::Inline(bytes) => String::from_utf8_lossy(bytes).into_owned(),
            Chunk::Source { range, .. } => format!("{range:?}"),
        })
        .collect()
}
