//! What is signed and read in these benches: the vendor's worked example, and an answer to `stat`.

pub mod fangtang;
pub mod vcloud;
pub mod wanxiang;

use yunmei_core::{
    Nonce, Stamp, Timestamp,
    cos::{
        AppId, Bucket, BucketName, Credentials, Expiry, FilePath, Region,
        sign::{Grant, Signer},
    },
};

/// The key of [`credentials`].
pub const KEY: &str = "EXAMPLEKEY0000000000000000000001";

/// A path of 64 bytes, as people have them: some need an escape.
pub const PATH: &str = "/users/alice/photos/2017/summer trip/海边 0001 (copy).jpeg.bak";

/// An answer to `stat`, with every field that the service sends.
pub const STAT: &str = r#"{"code":0,"message":"SUCCESS","request_id":"NTlhNDBhNmZfY2JhMzNiMGFfMTUwMV80ZjI1YTA=","data":{"access_url":"http://examplebucket-1250000000.file.myqcloud.com/photos/2017/cat.jpg","authority":"eInvalid","biz_attr":"a note","ctime":1503987228,"custom_headers":{"Cache-Control":"max-age=60","x-cos-meta-owner":"alice"},"filelen":14,"filesize":14,"forbid":0,"mtime":1503987228,"preview_url":"http://examplebucket-1250000000.preview.myqcloud.com/photos/2017/cat.jpg?cmd=txt_preview","sha":"4a1b8d5b2e1c8f2f0c9f6a3f9c2d7e5b1a0c3d4e","slicesize":14,"source_url":"http://examplebucket-1250000000.cosgz.myqcloud.com/photos/2017/cat.jpg"}}"#;

/// Invented, as all of these.
pub fn credentials() -> Credentials {
    Credentials::new("AKIDEXAMPLE0000000000000000000000001", KEY).expect("a pair")
}

/// A bucket that signs.
pub fn bucket() -> Bucket {
    Bucket::new(app(), name(), Region::new("gz").expect("a region")).signed_with(credentials())
}

/// A signer whose key is prepared.
pub fn signer() -> Signer {
    Signer::new(app(), &name(), &credentials())
}

/// The file of the vendor's example.
pub fn file() -> FilePath {
    FilePath::new("/photos/2017/cat.jpg").expect("a path")
}

/// What the vendor's example grants.
pub fn grant() -> Grant {
    Grant::multi_use(&file(), Expiry::after_seconds(300))
}

/// When, and by which number.
pub fn stamp() -> Stamp {
    let now = Timestamp::from_seconds(1_503_987_233);
    Stamp::new(now, Nonce::from_bytes([7; 32]))
}

/// Bytes without a pattern.
pub fn noise(length: usize) -> Vec<u8> {
    let mut state: u64 = 0x9e37_79b9_7f4a_7c15;
    let mut bytes = Vec::with_capacity(length + 8);
    while bytes.len() < length {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        bytes.extend_from_slice(&state.to_le_bytes());
    }
    bytes.truncate(length);
    bytes
}

fn app() -> AppId {
    AppId::new(1_250_000_000).expect("an appid")
}

fn name() -> BucketName {
    BucketName::new("examplebucket").expect("a name")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_path_has_64_bytes_and_noise_is_as_long_as_asked() {
        assert_eq!(PATH.len(), 64);
        assert_eq!(noise(1001).len(), 1001);
    }
}
