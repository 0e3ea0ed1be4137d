//! What is signed for TTVcloud.

use std::time::Duration;

use http::Method;
use yunmei_core::{
    Nonce, Stamp, Timestamp,
    vcloud::{
        Credentials, Dialect, Parameters, Region, Scope, Service,
        sign::{BodyDigest, Signer, Unsigned},
        sts2::{Issuer, Policy},
    },
};

/// The access key of [`credentials`].
pub const ACCESS_KEY: &str = "AKLTEXAMPLE00000000000000000000000000000001";

/// The secret key of [`credentials`].
pub const SECRET_KEY: &str = "EXAMPLEKEY00000000000000000000000000000000000000000000000001";

/// What signatures of this day, region and service are derived by, one after the other.
pub const STEPS: [&str; 4] = ["20200304", "cn-north-1", "vod", "aws4_request"];

/// The host that is called.
pub const HOST: &str = "vod.bytedanceapi.com";

/// The document that ends an upload.
pub const COMMIT: &str = r#"{"CallbackArgs":"","SessionKey":"eyJhY2NvdW50VHlwZSI6IlZvZCIsImFwcElkIjoiIiwiYml6VHlwZSI6IiJ9","Functions":[{"Name":"GetMeta"},{"Name":"Snapshot","Input":{"SnapshotTime":2.0}}]}"#;

/// How long temporary keys live.
pub const LIFETIME: Duration = Duration::from_secs(3600);

/// Headers that are there before signing.
pub const HEADERS: [(&str, &str); 1] = [("Accept", "application/json")];

/// The same, beside a document.
pub const HEADERS_OF_JSON: [(&str, &str); 2] = [
    ("Accept", "application/json"),
    ("Content-Type", "application/json"),
];

/// Invented, as all of these.
pub fn credentials() -> Credentials {
    Credentials::new(ACCESS_KEY, SECRET_KEY).expect("a pair")
}

/// Video on demand where everything is.
pub fn scope() -> Scope {
    Scope::new(Dialect::TtvCloud, Service::Vod, Region::CN_NORTH_1).expect("a scope")
}

/// A signer that has derived no key yet.
pub fn signer() -> Signer {
    Signer::new(scope(), credentials())
}

/// Asks where a video can be played.
pub fn play() -> Parameters {
    Parameters::of_action("GetPlayInfo", "2019-03-15")
        .with("video_id", "v0200f550000bpexample0000000000001")
        .with("ssl", "1")
}

/// Ends an upload.
pub fn commit() -> Parameters {
    Parameters::of_action("CommitUpload", "2018-01-01").with("SpaceName", "example-space")
}

/// Has the service fetch a video whose address is mostly Chinese.
pub fn fetch() -> Parameters {
    Parameters::of_action("UploadMediaByUrl", "2018-01-01")
        .with("SpaceName", "example-space")
        .with("Format", "mp4")
        .with(
            "SourceUrls",
            "https://example.com/影片/二〇二〇年/春天的花园 第一集.mp4",
        )
}

/// A request of these parameters without a body.
pub fn get<'a>(query: &'a Parameters, headers: &'a [(&'a str, &'a str)]) -> Unsigned<'a> {
    Unsigned {
        method: &Method::GET,
        path: "/",
        query,
        host: HOST,
        headers,
        body: BodyDigest::EMPTY,
    }
}

/// A request of these parameters with a body.
pub fn post<'a>(
    query: &'a Parameters,
    headers: &'a [(&'a str, &'a str)],
    body: &[u8],
) -> Unsigned<'a> {
    Unsigned {
        method: &Method::POST,
        body: BodyDigest::of(body),
        ..get(query, headers)
    }
}

/// Makes temporary keys.
pub fn issuer() -> Issuer {
    Issuer::new(&credentials()).expect("the keys of an account")
}

/// To play one video.
pub fn policy() -> Policy {
    Policy::video_play(&["v0200f550000bpexample0000000000001"], &[], &[])
}

/// On the day of [`STEPS`].
pub fn stamp() -> Stamp {
    Stamp::new(now(), Nonce::from_bytes([7; 32]))
}

/// The same, without what is random.
pub fn now() -> Timestamp {
    Timestamp::from_seconds(1_583_298_367)
}
