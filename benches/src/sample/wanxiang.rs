//! What is signed for Wanxiang.

use yunmei_core::wanxiang::{
    AppId, BucketName, Credentials, Expiry, FileId, UserId,
    sign::{DetectionSigner, Grant, Signer, UrlSigner, Use},
};

/// The key of [`credentials`].
pub const KEY: &str = "EXAMPLEKEY0000000000000000000001";

/// A picture of V1.
pub const V1_URL: &str = "http://web.image.myqcloud.com/photos/v1/10000001/0/sample1438669115";

/// The deletion of a picture of V2, whose signature names the file.
pub const V2_URL: &str =
    "http://web.image.myqcloud.com/photos/v2/10000001/examplebucket/0/sample1438669115/del";

/// Invented, as all of these.
pub fn credentials() -> Credentials {
    Credentials::new("AKIDEXAMPLE0000000000000000000000001", KEY).expect("a pair")
}

/// Signs for photos V1 and videos.
pub fn signer_v1() -> Signer {
    Signer::v1(app(), &UserId::default(), &credentials())
}

/// Signs for photos V2.
pub fn signer_v2() -> Signer {
    Signer::v2(app(), &name(), &UserId::default(), &credentials())
}

/// Signs what an address says.
pub fn url_signer() -> UrlSigner {
    UrlSigner::new(&credentials())
}

/// Signs for porn detection.
pub fn detection_signer() -> DetectionSigner {
    DetectionSigner::new(app(), &name(), &credentials())
}

/// Everything but copy and deletion of one file.
pub fn grant() -> Grant {
    let file_id = FileId::new("sample1438669115").expect("an id");
    Grant::multi_use_for(&file_id, until())
}

/// The same, of an address.
pub fn usage() -> Use {
    Use::Until(until())
}

/// As long as the vendor's client has it.
pub fn until() -> Expiry {
    Expiry::after_seconds(2_592_000)
}

fn app() -> AppId {
    AppId::new(10_000_001).expect("an appid")
}

fn name() -> BucketName {
    BucketName::new("examplebucket").expect("a name")
}
