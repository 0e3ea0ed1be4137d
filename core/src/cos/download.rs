use bytes::Bytes;
use http::{Request, Response};

use super::{Bucket, FilePath, envelope};
use crate::{ByteRange, Download, Payload, Stamp, error::Error};

/// Downloads a file, or a part of it (section 9): [`Bucket::download`].
///
/// ```text
/// GET https://{bucket}-{appid}.cos{region}.myqcloud.com{path}?sign=…
/// ```
///
/// Without credentials only what is readable by all can be downloaded.
#[derive(Clone, Debug)]
pub struct DownloadFile {
    bucket: Bucket,
    path: FilePath,
    range: ByteRange,
}

impl DownloadFile {
    pub(super) fn new(bucket: Bucket, path: FilePath, range: ByteRange) -> DownloadFile {
        DownloadFile {
            bucket,
            path,
            range,
        }
    }
}

impl Download for DownloadFile {
    fn request(&self, range: ByteRange, stamp: &Stamp) -> Result<Request<Payload>, Error> {
        self.bucket.get_file(&self.path, range, stamp)
    }

    fn range(&self) -> ByteRange {
        self.range
    }

    fn refusal(&self, response: &Response<Bytes>) -> Error {
        envelope::download_refusal(response)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        Endpoint, Token,
        cos::{
            AppId, BucketName, Region,
            tests::{bucket, file, stamp},
        },
        error::InputError,
    };

    fn unsigned() -> Bucket {
        let app = AppId::new(1_250_000_000).expect("an appid");
        Bucket::new(
            app,
            BucketName::new("examplebucket").expect("a name"),
            Region::new("gz").expect("a region"),
        )
    }

    fn request(bucket: &Bucket, range: ByteRange) -> Request<Payload> {
        bucket
            .download(&file("/a b.txt"), range)
            .request(range, &stamp())
            .expect("a request")
    }

    #[test]
    fn the_signature_is_percent_encoded_in_the_query() {
        let request = request(&bucket(), ByteRange::ALL);
        let query = request.uri().query().expect("a query");
        let value = query.strip_prefix("sign=").expect("a signature");
        assert!(!value.contains(['+', '/', '=']), "{value}");
        assert_eq!(
            request.uri().host(),
            Some("examplebucket-1250000000.cossh.myqcloud.com")
        );
        assert_eq!(request.uri().path(), "/a%20b.txt");
    }

    #[test]
    fn a_public_file_needs_no_signature_but_every_other_call_does() {
        let request = request(&unsigned(), ByteRange::from(7));
        assert_eq!(request.uri().query(), None);
        assert_eq!(request.headers()["range"], "bytes=7-");
        let stat = crate::Operation::request(&unsigned().stat(&file("/a")), &stamp());
        assert!(matches!(stat, Err(Error::Input(InputError::Unsigned))));
    }

    #[test]
    fn another_endpoint_is_still_told_whose_bucket_it_is() {
        let endpoint = Endpoint::parse("http://127.0.0.1:9080").expect("an endpoint");
        let request = request(&bucket().at(endpoint), ByteRange::ALL);
        assert_eq!(
            request.uri().authority().map(|a| a.as_str()),
            Some("127.0.0.1:9080")
        );
        assert_eq!(
            request.headers()["host"],
            "examplebucket-1250000000.cossh.myqcloud.com"
        );
    }

    #[test]
    fn a_domain_of_ones_own_names_itself() {
        let endpoint = Endpoint::parse("https://img.example.com").expect("an endpoint");
        let request = request(&bucket().downloads_at(endpoint), ByteRange::ALL);
        assert_eq!(request.uri().host(), Some("img.example.com"));
        assert!(!request.headers().contains_key("host"));
    }

    #[test]
    fn a_signature_that_was_handed_out_is_sent_as_it_is() {
        let bucket = unsigned()
            .with_signature(Token::new("abc+/="))
            .expect("a signature");
        let stat = crate::Operation::request(&bucket.stat(&file("/a")), &stamp());
        assert_eq!(
            stat.expect("a request").headers()["authorization"],
            "abc+/="
        );
        assert_eq!(
            request(&bucket, ByteRange::ALL).uri().query(),
            Some("sign=abc%2B%2F%3D")
        );
        for bad in ["", "a\r\nb", "a b", &"a".repeat(2049)] {
            assert!(
                unsigned().with_signature(Token::new(bad)).is_err(),
                "{bad:?}"
            );
        }
    }

    #[test]
    fn a_signature_for_the_api_does_not_get_into_the_address_of_a_download() {
        use crate::cos::{Expiry, sign::Grant};
        let credentials = crate::cos::Credentials::new("AKID", "key").expect("credentials");
        let name = BucketName::new("examplebucket").expect("a name");
        let app = AppId::new(1_250_000_000).expect("an appid");
        let signer = crate::cos::sign::Signer::new(app, &name, &credentials);
        let path = file("/a b.txt");
        let with = |grant: Grant| {
            let token = signer.sign(&grant, &stamp()).expect("a signature");
            let bucket = unsigned().with_signature(token).expect("a signature");
            bucket
                .download(&path, ByteRange::ALL)
                .request(ByteRange::ALL, &stamp())
        };
        assert!(with(Grant::download(&path, Expiry::after_seconds(60))).is_ok());
        assert!(matches!(
            with(Grant::multi_use(&path, Expiry::after_seconds(60))),
            Err(Error::Input(InputError::HandedOutForApi))
        ));
    }
}
