use bytes::Bytes;
use http::{Request, Response, header, response};

use super::envelope;
use crate::{
    ByteRange, Download, Payload, SignedUrl, Stamp, Timestamp,
    download::Address,
    error::{Error, InputError},
};

/// Downloads a repaired picture: [`Partner::fetch`](super::Partner::fetch).
///
/// ```text
/// GET {address}
/// ```
///
/// The address is the service's choice and is followed as it is, to whatever host; no token is sent
/// there.
#[derive(Clone, Debug)]
pub struct FetchResult {
    address: Address,
    gone: Option<Timestamp>,
}

impl FetchResult {
    /// Downloads from an address that [`ResultAddress`](super::ResultAddress) brought.
    ///
    /// # Errors
    ///
    /// [`InputError::Address`] if this is no address that begins with `http://` or `https://`.
    pub fn new(url: SignedUrl) -> Result<FetchResult, InputError> {
        Ok(FetchResult {
            address: Address::new(url)?,
            gone: None,
        })
    }

    /// Asks for nothing after this time, when the picture is surely deleted: to fetch it then ends
    /// with [`InputError::ResultExpired`].
    pub fn gone_after(mut self, time: Timestamp) -> FetchResult {
        self.gone = Some(time);
        self
    }
}

impl Download for FetchResult {
    fn request(&self, range: ByteRange, stamp: &Stamp) -> Result<Request<Payload>, Error> {
        if self.gone.is_some_and(|gone| stamp.now > gone) {
            return Err(InputError::ResultExpired.into());
        }
        let builder = self.address.request(range)?;
        builder
            .body(Payload::empty())
            .map_err(|_| InputError::Address.into())
    }

    fn range(&self) -> ByteRange {
        ByteRange::ALL
    }

    /// What answers for a picture that was deleted is not established: if it is the envelope, a page
    /// or nothing, under whatever status, it must not be saved for the picture.
    fn is_refusal(&self, head: &response::Parts) -> bool {
        let media_type = head.headers.get(header::CONTENT_TYPE);
        let is_text = media_type.is_some_and(|value| {
            let value = value.as_bytes().to_ascii_lowercase();
            value.starts_with(b"application/json") || value.starts_with(b"text/")
        });
        let length = head.headers.get(header::CONTENT_LENGTH);
        is_text || length.is_some_and(|length| length == "0")
    }

    fn refusal(&self, response: &Response<Bytes>) -> Error {
        envelope::download_refusal(response)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        Retry,
        download::{DownloadStep, Downloader, Head},
        error::{ServiceError, ServiceErrorKind},
        fangtang::{
            Finished, PhotoId,
            tests::{NOW, answer, at, partner},
        },
    };

    fn finished() -> Finished {
        Finished {
            id: PhotoId::new("00").expect("an id"),
            url: SignedUrl::new("http://cdn.example.com/a.jpg?sign=x"),
            expires: Timestamp::from_seconds(NOW + 3600),
            gone: Timestamp::from_seconds(NOW + 3610),
        }
    }

    fn fetch() -> FetchResult {
        partner().fetch(&finished()).expect("a download")
    }

    #[test]
    fn the_address_is_followed_as_it_is_and_gets_no_token() {
        let request = fetch().request(ByteRange::from(7), &at(NOW));
        let request = request.expect("a request");
        assert_eq!(
            request.uri().to_string(),
            "http://cdn.example.com/a.jpg?sign=x"
        );
        assert_eq!(request.headers()["range"], "bytes=7-");
        assert_eq!(request.headers()["accept-encoding"], "identity");
        assert!(!request.headers().contains_key("token"));
        assert!(!format!("{:?}", fetch()).contains("sign="));
    }

    #[test]
    fn what_is_surely_deleted_is_not_asked_for() {
        let asked = |time| {
            let mut downloader = Downloader::new(fetch(), Retry::default());
            downloader.poll(&at(time))
        };
        assert!(matches!(asked(NOW + 3610), DownloadStep::Send(_)));
        assert!(matches!(
            asked(NOW + 3611),
            DownloadStep::Done(Err(Error::Input(InputError::ResultExpired)))
        ));
    }

    #[test]
    fn a_result_that_the_service_deleted_before_is_not_found() {
        for (status, body) in [
            (404, "<html>"),
            (200, r#"{"code":9000,"errno":9002,"msg":"expired"}"#),
            (404, r#"{"code":9000,"errno":9002,"msg":"expired"}"#),
        ] {
            let error = fetch().refusal(&answer(status, body));
            let kind = error.service().map(ServiceError::kind);
            assert_eq!(kind, Some(ServiceErrorKind::NotFound), "{status} {body}");
        }
    }

    #[test]
    fn an_envelope_is_not_taken_for_the_picture_even_under_status_200() {
        let mut downloader = Downloader::new(fetch(), Retry::default());
        assert!(matches!(downloader.poll(&at(NOW)), DownloadStep::Send(_)));
        let body = r#"{"code":9000,"errno":9002,"msg":"expired"}"#;
        let mut response = answer(200, body);
        let json = http::HeaderValue::from_static("application/json; charset=utf-8");
        response.headers_mut().insert("content-type", json);
        let head = response.clone().into_parts().0;
        assert_eq!(downloader.head(&head), Head::Refused);
        downloader.refused(&response);
        let DownloadStep::Done(Err(error)) = downloader.poll(&at(NOW)) else {
            panic!("not refused")
        };
        let kind = error.service().map(ServiceError::kind);
        assert_eq!(kind, Some(ServiceErrorKind::NotFound));
    }

    #[test]
    fn a_picture_goes_through() {
        let mut downloader = Downloader::new(fetch(), Retry::default());
        assert!(matches!(downloader.poll(&at(NOW)), DownloadStep::Send(_)));
        let response = Response::builder().header("content-length", "3").body(());
        let (head, ()) = response.expect("a response").into_parts();
        assert_eq!(downloader.head(&head), Head::Receive);
        assert_eq!(downloader.data(b"abc"), 0..3);
        downloader.end(Ok(()));
        let DownloadStep::Done(Ok(downloaded)) = downloader.poll(&at(NOW)) else {
            panic!("not done")
        };
        assert_eq!(downloaded.length, 3);
    }
}
