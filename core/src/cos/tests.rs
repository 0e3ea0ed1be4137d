//! What the unit tests of the operations share.

use bytes::Bytes;
use http::Response;

use super::{AppId, Bucket, BucketName, Credentials, FilePath, FolderPath, Region};
use crate::{Nonce, Payload, Stamp, Timestamp, payload::Chunk};

pub(super) fn bucket() -> Bucket {
    let app = AppId::new(1_250_000_000).expect("an appid");
    let name = BucketName::new("examplebucket").expect("a name");
    Bucket::new(app, name, Region::new("sh").expect("a region"))
        .signed_with(Credentials::new("AKIDEXAMPLE", "EXAMPLEKEY").expect("credentials"))
}

pub(super) fn file(path: &str) -> FilePath {
    FilePath::new(path).expect("a path")
}

pub(super) fn folder(path: &str) -> FolderPath {
    FolderPath::new(path).expect("a path")
}

pub(super) fn stamp() -> Stamp {
    Stamp::new(
        Timestamp::from_seconds(1_503_987_233),
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
