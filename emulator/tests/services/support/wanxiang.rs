//! Wanxiang: the account and the time of the golden vectors, forms as clients write them, pictures.

use std::io::Cursor;

use bytes::Bytes;
use http::Response;
use image::{ImageFormat, Rgb, RgbImage};
use serde_json::Value;
use yunmei_core::{
    Nonce, Stamp, Timestamp, Token,
    wanxiang::{
        AppId, BucketName, Credentials, Expiry, FileId, UserId,
        sign::{DetectionSigner, Grant, Signer},
    },
};
use yunmei_emulator::{Builder, WanxiangAccount};

use super::{Bed, code, json};

/// When the tests happen.
pub(crate) const TIME: u64 = 1_438_669_115;
pub(crate) const PHOTOS: &str = "/photos/v2/10000001/examplebucket/0";
pub(crate) const PHOTOS_V1: &str = "/photos/v1/10000001/0";
pub(crate) const VIDEOS: &str = "/videos/v1/10000001/0";
pub(crate) const DETECTION: &str = "/detection/pornDetect/";
pub(crate) const BUCKET_HOST: &str = "examplebucket-10000001.image.myqcloud.com";
pub(crate) const ACCOUNT_HOST: &str = "10000001.image.myqcloud.com";
pub(crate) const VIDEO_HOST: &str = "10000001.video.myqcloud.com";

/// The made-up account of the golden vectors.
pub(crate) fn account() -> WanxiangAccount {
    account_with("ExampleSecretKeyNotReal000000001")
}

pub(crate) fn account_with(key: &str) -> WanxiangAccount {
    WanxiangAccount::new(
        AppId::new(10_000_001).expect("an appid"),
        Credentials::new("AKIDEXAMPLEidNOTREALexample00000001", key).expect("credentials"),
        BucketName::new("examplebucket").expect("a name"),
    )
}

pub(crate) fn builder() -> Builder {
    super::telling()
        .wanxiang_account(account())
        .clock(|| Timestamp::from_seconds(TIME))
}

pub(crate) fn id(text: &str) -> FileId {
    FileId::new(text).expect("a file id")
}

/// A stamp that no other request has.
pub(crate) fn stamp() -> Stamp {
    let other = super::stamp();
    Stamp::new(Timestamp::from_seconds(TIME), other.nonce)
}

/// The same stamp each time.
pub(crate) fn fixed_stamp() -> Stamp {
    Stamp::new(Timestamp::from_seconds(TIME), Nonce::from_bytes([9; 32]))
}

pub(crate) fn signer(account: &WanxiangAccount) -> Signer {
    let user = UserId::default();
    Signer::v2(
        account.app(),
        account.bucket(),
        &user,
        account.credentials(),
    )
}

pub(crate) fn sign(grant: &Grant) -> String {
    shown(
        signer(&account())
            .sign(grant, &stamp())
            .expect("a signature"),
    )
}

pub(crate) fn sign_v1(grant: &Grant) -> String {
    let account = account();
    let signer = Signer::v1(account.app(), &UserId::default(), account.credentials());
    shown(signer.sign(grant, &stamp()).expect("a signature"))
}

pub(crate) fn shown(token: Token) -> String {
    token.expose().to_owned()
}

/// Until in five minutes, for any file.
pub(crate) fn multi_use() -> String {
    sign(&Grant::multi_use(Expiry::after_seconds(300)))
}

pub(crate) fn multi_use_v1() -> String {
    sign_v1(&Grant::multi_use(Expiry::after_seconds(300)))
}

pub(crate) fn once(file: &str) -> String {
    sign(&Grant::single_use(&id(file)))
}

pub(crate) fn once_v1(file: &str) -> String {
    sign_v1(&Grant::single_use(&id(file)))
}

pub(crate) fn detection_signature() -> String {
    let account = account();
    let signer = DetectionSigner::new(account.app(), account.bucket(), account.credentials());
    let token = signer.sign(Expiry::after_seconds(1000), &stamp());
    shown(token.expect("a signature"))
}

/// A field of a form, without a type of its own: the vendor's clients write none.
pub(crate) enum Part<'a> {
    Plain(&'a str, &'a [u8]),
    /// With a file name.
    File(&'a str, &'a str, &'a [u8]),
}

pub(crate) use Part::{File, Plain};

pub(crate) fn form(parts: &[Part<'_>]) -> Vec<u8> {
    let mut body = Vec::new();
    for part in parts {
        let (disposition, value) = match part {
            Plain(name, value) => (format!("name=\"{name}\""), value),
            File(name, file, value) => (format!("name=\"{name}\"; filename=\"{file}\""), value),
        };
        let head =
            format!("--xxBOUNDARYxx\r\nContent-Disposition: form-data; {disposition}\r\n\r\n");
        body.extend_from_slice(head.as_bytes());
        body.extend_from_slice(value);
        body.extend_from_slice(b"\r\n");
    }
    body.extend_from_slice(b"--xxBOUNDARYxx--\r\n");
    body
}

impl Bed {
    /// A call of the management API, by path: the host is an address.
    pub(crate) fn call(
        &self,
        method: &str,
        path: &str,
        signature: &str,
        body: &[u8],
    ) -> Response<Bytes> {
        let kind = "multipart/form-data; boundary=xxBOUNDARYxx";
        let mut headers = vec![("host", "127.0.0.1"), ("content-type", kind)];
        if !signature.is_empty() {
            headers.push(("authorization", signature));
        }
        self.anywhere(method, path, &headers, body)
    }

    pub(crate) fn post(&self, path: &str, signature: &str, parts: &[Part<'_>]) -> Response<Bytes> {
        self.call("POST", path, signature, &form(parts))
    }

    /// Uploads to the bucket, and returns the `data` of the answer.
    pub(crate) fn store(&self, file: &str, content: &[u8]) -> Value {
        let path = format!("{PHOTOS}/{}", id(file).encoded());
        let parts = [File("FileContent", "cat.jpg", content)];
        super::data(&self.post(&path, &multi_use(), &parts))
    }

    pub(crate) fn stat_photo(&self, file: &str) -> Response<Bytes> {
        let path = format!("{PHOTOS}/{}", id(file).encoded());
        self.call("GET", &path, &multi_use(), b"")
    }

    /// A download, by the host of its address.
    pub(crate) fn fetch(&self, url: &str, query: &str) -> Response<Bytes> {
        let rest = url.strip_prefix("http://").expect("an address");
        let (host, path) = rest.split_at(rest.find('/').expect("a path"));
        self.anywhere("GET", &format!("{path}{query}"), &[("host", host)], b"")
    }

    pub(crate) fn detect_json(&self, signature: &str, body: &Value) -> Response<Bytes> {
        let headers = [
            ("host", "service.image.myqcloud.com"),
            ("authorization", signature),
            ("content-type", "application/json"),
        ];
        self.anywhere("POST", DETECTION, &headers, body.to_string().as_bytes())
    }
}

/// Status and code.
pub(crate) fn refusal(response: &Response<Bytes>) -> (u16, i64) {
    (response.status().as_u16(), code(response))
}

/// The entries of an answer of porn detection.
pub(crate) fn entries(response: &Response<Bytes>) -> Vec<Value> {
    assert_eq!(response.status(), 200, "{response:?}");
    json(response)["result_list"]
        .as_array()
        .expect("a list")
        .clone()
}

/// A real picture, 40 by 30 pixels.
pub(crate) fn picture(format: ImageFormat, colour: impl Fn(u32, u32) -> [u8; 3]) -> Vec<u8> {
    let picture = RgbImage::from_fn(40, 30, |x, y| Rgb(colour(x, y)));
    let mut bytes = Cursor::new(Vec::new());
    picture.write_to(&mut bytes, format).expect("a picture");
    bytes.into_inner()
}

pub(crate) fn blue() -> Vec<u8> {
    picture(ImageFormat::Png, |_, _| [30, 60, 200])
}
