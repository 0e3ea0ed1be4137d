//! What holds for every input, not only for those that somebody thought of.

mod answers;
mod fangtang_answers;
mod fangtang_tokens;
mod paths;
mod programs;
mod requests;
mod signatures;
mod uploads;
mod vcloud;
mod wanxiang_answers;
mod wanxiang_names;
mod wanxiang_signatures;
mod wanxiang_uploads;

use http::{Response, StatusCode};
use proptest::{prelude::*, test_runner::Config};
use yunmei_core::{
    Nonce, Stamp, Timestamp,
    cos::{
        AppId, Bucket, BucketName, Content, Credentials, FilePath, Region, sign::Signer,
        slices::Manifest,
    },
};

/// How many inputs to try. Nothing is written down: a failure shows its input.
fn tries(cases: u32) -> Config {
    Config {
        cases,
        failure_persistence: None,
        ..Config::default()
    }
}

fn name() -> BucketName {
    BucketName::new("examplebucket").expect("a name")
}

fn app() -> AppId {
    AppId::new(1_250_000_000).expect("an appid")
}

fn credentials(key: &str) -> Credentials {
    Credentials::new("AKIDEXAMPLE", key).expect("credentials")
}

fn signer() -> Signer {
    Signer::new(app(), &name(), &credentials("EXAMPLEKEY"))
}

fn bucket() -> Bucket {
    Bucket::new(app(), name(), Region::new("sh").expect("a region"))
        .signed_with(credentials("EXAMPLEKEY"))
}

fn file() -> FilePath {
    FilePath::new("/a").expect("a path")
}

fn content_of(bytes: &[u8]) -> Content {
    let mut manifest = Manifest::builder();
    manifest.update(bytes);
    manifest.finish().into()
}

fn stamps() -> impl Strategy<Value = Stamp> {
    // Times beyond this century only meet the limits of numbers.
    (0..4_102_444_800_u64, any::<[u8; 32]>())
        .prop_map(|(now, nonce)| Stamp::new(Timestamp::from_seconds(now), Nonce::from_bytes(nonce)))
}

/// Paths of files that are short enough to be signed.
fn file_paths() -> impl Strategy<Value = FilePath> {
    let segment = "[^/\\pC]{1,12}";
    let path = proptest::collection::vec(segment, 1..5)
        .prop_map(|segments| format!("/{}", segments.join("/")));
    path.prop_filter_map("no path", |path| FilePath::with_any_characters(&path).ok())
}

/// Answers of any status, with these bodies.
fn responses(
    bodies: impl Strategy<Value = Vec<u8>>,
) -> impl Strategy<Value = Response<bytes::Bytes>> {
    let statuses = prop_oneof![Just(200), Just(206), 100..1000_u16];
    (statuses, bodies).prop_map(|(status, body)| {
        let mut response = Response::new(body.into());
        *response.status_mut() = StatusCode::from_u16(status).expect("three digits");
        response
    })
}
