use bytes::Bytes;
use http::{Request, Response, StatusCode, header, response};

use crate::{
    ByteRange, Download, Payload, SignedUrl, Stamp,
    download::Address,
    error::{Error, InputError, Service, ServiceError},
    vcloud::envelope,
};

/// Who serves videos: some network's machine, and not the service itself.
const HOST: &str = "the host of the video";

/// Downloads a video from an address that [`PlayInfo`](super::PlayInfo) or
/// [`OriginPlayInfo`](super::OriginPlayInfo) brought.
///
/// ```text
/// GET {address}
/// ```
///
/// The address is the service's choice and is followed as it is, to whatever host; no key is sent
/// there. One in base64 must be decoded before.
#[derive(Clone, Debug)]
pub struct FetchVideo {
    address: Address,
    range: ByteRange,
}

impl FetchVideo {
    /// Downloads from this address.
    ///
    /// # Errors
    ///
    /// [`InputError::Address`] if this is no address that begins with `http://` or `https://`.
    pub fn new(url: SignedUrl) -> Result<FetchVideo, InputError> {
        Ok(FetchVideo {
            address: Address::new(url)?,
            range: ByteRange::ALL,
        })
    }

    /// Only these bytes.
    pub fn range(mut self, range: ByteRange) -> FetchVideo {
        self.range = range;
        self
    }
}

impl Download for FetchVideo {
    fn request(&self, range: ByteRange, _: &Stamp) -> Result<Request<Payload>, Error> {
        let builder = self.address.request(range)?;
        builder
            .body(Payload::empty())
            .map_err(|_| InputError::Address.into())
    }

    fn range(&self) -> ByteRange {
        self.range
    }

    /// A page, or an envelope, is no video, whatever the status says of it.
    fn is_refusal(&self, head: &response::Parts) -> bool {
        let media_type = head.headers.get(header::CONTENT_TYPE);
        media_type.is_some_and(|value| {
            let value = value.as_bytes().to_ascii_lowercase();
            value.starts_with(b"application/json") || value.starts_with(b"text/html")
        })
    }

    /// Hosts that serve videos answer in words of their own, if in any: only the status is sure.
    fn refusal(&self, response: &Response<Bytes>) -> Error {
        let message = match response.status() {
            StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => {
                "the address does not serve, or no longer"
            }
            StatusCode::NOT_FOUND | StatusCode::GONE => {
                "the video is not at its address, or no longer"
            }
            _ => "",
        };
        match envelope::done(HOST, response) {
            Err(Error::Response(_)) if !message.is_empty() => {
                let status = response.status();
                let code = status.as_u16().into();
                ServiceError::new(Service::Vcloud, status, code, message, None)
                    .by(HOST)
                    .into()
            }
            Err(error) => error,
            Ok(()) => envelope::unreadable("neither a video nor a refusal", response),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{error::ServiceErrorKind, vcloud::played::stamp};

    fn fetch() -> FetchVideo {
        FetchVideo::new(SignedUrl::new("https://v.example.com/a.mp4?sign=x")).expect("an address")
    }

    fn answer(status: u16, media_type: &str, body: &'static str) -> Response<Bytes> {
        Response::builder()
            .status(status)
            .header("Content-Type", media_type)
            .body(Bytes::from_static(body.as_bytes()))
            .expect("a response")
    }

    #[test]
    fn the_address_is_followed_as_it_is_and_no_key_goes_there() {
        let range = ByteRange::from(7);
        let request = fetch().request(range, &stamp()).expect("a request");
        assert_eq!(request.uri(), "https://v.example.com/a.mp4?sign=x");
        assert_eq!(request.headers()["range"], "bytes=7-");
        assert!(!request.headers().contains_key("authorization"));
    }

    #[test]
    fn what_is_no_address_is_refused() {
        for bad in ["", "/a.mp4", "ftp://a/b", "aHR0cDovL2E="] {
            let fetch = FetchVideo::new(SignedUrl::new(bad));
            assert_eq!(fetch.err(), Some(InputError::Address), "{bad}");
        }
    }

    #[test]
    fn a_page_in_place_of_a_video_is_a_refusal() {
        let is_refusal = |media_type| {
            let (head, _) = answer(200, media_type, "").into_parts();
            fetch().is_refusal(&head)
        };
        assert!(is_refusal("text/html; charset=utf-8") && is_refusal("Application/JSON"));
        assert!(!is_refusal("video/mp4") && !is_refusal("application/vnd.apple.mpegurl"));
    }

    #[test]
    fn the_status_tells_what_a_refusal_means_where_no_envelope_does() {
        let kind = |answer| {
            let error = fetch().refusal(&answer);
            error.service().map(ServiceError::kind)
        };
        let page = |status| answer(status, "text/html", "<html>");
        assert_eq!(kind(page(404)), Some(ServiceErrorKind::NotFound));
        assert_eq!(kind(page(403)), Some(ServiceErrorKind::Denied));
        assert_eq!(kind(page(200)), None);
        let denied = r#"{"ResponseMetadata":{"Error":{"CodeN":100008}}}"#;
        let denied = answer(403, "application/json", denied);
        assert_eq!(kind(denied), Some(ServiceErrorKind::NotFound));
        assert_eq!(kind(answer(200, "", r#"{"ResponseMetadata":{}}"#)), None);
    }
}
