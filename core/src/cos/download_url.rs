use bytes::Bytes;
use http::{Request, Response, header};

use super::envelope;
use crate::{
    ByteRange, Download, Endpoint, Payload, SignedUrl, Stamp,
    download::Address,
    error::{Error, InputError},
};

/// Downloads from an address that somebody else made (section 9): a
/// [signed](super::Bucket::signed_url) one, or that of a public file.
///
/// ```text
/// GET {address}
/// ```
#[derive(Clone, Debug)]
pub struct DownloadUrl {
    address: Address,
    range: ByteRange,
    through: Option<Endpoint>,
}

impl DownloadUrl {
    /// Downloads all that is there, or a part of it.
    ///
    /// # Errors
    ///
    /// [`InputError::Address`] if this is no address that begins with `http://` or `https://`.
    pub fn new(url: SignedUrl, range: ByteRange) -> Result<DownloadUrl, InputError> {
        Ok(DownloadUrl {
            address: Address::new(url)?,
            range,
            through: None,
        })
    }

    /// Asks this endpoint instead, which is told in `Host` whom the address names.
    pub fn through(mut self, endpoint: Endpoint) -> DownloadUrl {
        self.through = Some(endpoint);
        self
    }
}

impl Download for DownloadUrl {
    fn request(&self, range: ByteRange, _: &Stamp) -> Result<Request<Payload>, Error> {
        let mut builder = self.address.request(range)?;
        if let Some(endpoint) = &self.through {
            let uri = self.address.uri()?;
            let target = uri.path_and_query().map_or("/", |target| target.as_str());
            let host = uri.authority().map_or("", |authority| authority.as_str());
            builder = builder
                .uri(format!("{endpoint}{target}"))
                .header(header::HOST, host);
        }
        builder
            .body(Payload::empty())
            .map_err(|_| InputError::Address.into())
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
    use crate::cos::tests::stamp;

    fn url(text: &str) -> Result<DownloadUrl, InputError> {
        DownloadUrl::new(SignedUrl::new(text), ByteRange::ALL)
    }

    #[test]
    fn an_address_is_followed_as_it_is() {
        let address = "https://demo-1250000000.cosgz.myqcloud.com/a%20b.txt?sign=x%2By%3D";
        let download = url(address).expect("an address");
        let request = download
            .request(ByteRange::from(7), &stamp())
            .expect("a request");
        assert_eq!(request.uri().to_string(), address);
        assert_eq!(request.headers()["range"], "bytes=7-");
        assert!(!format!("{download:?}").contains("sign="));
    }

    #[test]
    fn another_endpoint_is_told_whom_the_address_names() {
        let endpoint = Endpoint::parse("http://127.0.0.1:9080").expect("an endpoint");
        let download = url("http://demo-1.example.com/a?sign=x").expect("an address");
        let request = download.through(endpoint).request(ByteRange::ALL, &stamp());
        let request = request.expect("a request");
        assert_eq!(request.uri().to_string(), "http://127.0.0.1:9080/a?sign=x");
        assert_eq!(request.headers()["host"], "demo-1.example.com");
    }

    #[test]
    fn what_is_no_address_is_refused() {
        for bad in [
            "",
            "/a",
            "ftp://host/a",
            "http://",
            "host/a",
            "http://ho st/a",
        ] {
            assert_eq!(url(bad).err(), Some(InputError::Address), "{bad:?}");
        }
    }
}
