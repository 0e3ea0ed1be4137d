//! Handles of Wanxiang that sign.

use std::sync::OnceLock;

use http::Request;
use yunmei_core::{
    Operation, Payload,
    wanxiang::{
        AppId, Bucket, BucketName, Credentials, Detector, FileId, PhotosV1, UserId, Videos,
        sign::{DetectionSigner, Signer, UrlSigner, Verifier},
    },
};

/// The bucket's name.
pub(crate) const BUCKET: &str = "examplebucket";

/// The secret key.
pub(crate) const KEY: &str = "a key for fuzzing";

pub(crate) fn app() -> AppId {
    AppId::new(10_000_001).expect("an appid")
}

pub(crate) fn name() -> BucketName {
    BucketName::new(BUCKET).expect("a name")
}

pub(crate) fn credentials() -> &'static Credentials {
    static CREDENTIALS: OnceLock<Credentials> = OnceLock::new();
    CREDENTIALS.get_or_init(|| {
        Credentials::new("AKIDFUZZ00000000000000000000000001", KEY).expect("a pair")
    })
}

/// Of V2 enhanced.
pub(crate) fn bucket() -> &'static Bucket {
    static HANDLE: OnceLock<Bucket> = OnceLock::new();
    HANDLE.get_or_init(|| Bucket::v2_enhanced(app(), name()).signed_with(credentials()))
}

/// Of V2.
pub(crate) fn plain_v2() -> &'static Bucket {
    static HANDLE: OnceLock<Bucket> = OnceLock::new();
    HANDLE.get_or_init(|| Bucket::v2(app(), name()).signed_with(credentials()))
}

pub(crate) fn photos_v1() -> &'static PhotosV1 {
    static HANDLE: OnceLock<PhotosV1> = OnceLock::new();
    HANDLE.get_or_init(|| PhotosV1::new(app(), UserId::default()).signed_with(credentials()))
}

pub(crate) fn videos() -> &'static Videos {
    static HANDLE: OnceLock<Videos> = OnceLock::new();
    HANDLE.get_or_init(|| Videos::new(app(), UserId::default()).signed_with(credentials()))
}

pub(crate) fn detector() -> &'static Detector {
    static HANDLE: OnceLock<Detector> = OnceLock::new();
    HANDLE.get_or_init(|| Detector::new(app(), name()).signed_with(credentials()))
}

pub(crate) fn signer_v1() -> &'static Signer {
    static SIGNER: OnceLock<Signer> = OnceLock::new();
    SIGNER.get_or_init(|| Signer::v1(app(), &UserId::default(), credentials()))
}

pub(crate) fn signer_v2() -> &'static Signer {
    static SIGNER: OnceLock<Signer> = OnceLock::new();
    SIGNER.get_or_init(|| Signer::v2(app(), &name(), &UserId::default(), credentials()))
}

pub(crate) fn url_signer() -> &'static UrlSigner {
    static SIGNER: OnceLock<UrlSigner> = OnceLock::new();
    SIGNER.get_or_init(|| UrlSigner::new(credentials()))
}

pub(crate) fn detection_signer() -> &'static DetectionSigner {
    static SIGNER: OnceLock<DetectionSigner> = OnceLock::new();
    SIGNER.get_or_init(|| DetectionSigner::new(app(), &name(), credentials()))
}

pub(crate) fn verifier() -> &'static Verifier {
    static VERIFIER: OnceLock<Verifier> = OnceLock::new();
    VERIFIER.get_or_init(|| Verifier::new(credentials()))
}

pub(crate) fn file() -> FileId {
    FileId::new("cat.jpg").expect("an id")
}

/// A signature in the request of `operation`, without the scheme word.
pub(crate) fn signature(operation: &impl Operation, seed: &[u8]) -> String {
    let request = operation.request(&super::stamp(seed)).expect("a request");
    bare(&request).to_owned()
}

/// The signature in a header, without the scheme word.
pub(crate) fn bare(request: &Request<Payload>) -> &str {
    let value = request.headers()["authorization"].to_str().expect("text");
    value.strip_prefix("QCloud ").unwrap_or(value)
}
