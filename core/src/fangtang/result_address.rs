use bytes::Bytes;
use http::{Request, Response};
use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};
use serde::Deserialize;

use super::{Partner, PhotoId, envelope};
use crate::{Operation, Payload, SignedUrl, Stamp, download::Address, error::Error};

/// What no address may hold as it is; bytes above ASCII are always escaped.
const UNSAFE: &AsciiSet = &CONTROLS.add(b' ');

/// Asks where a repaired photo can be fetched: [`Partner::result_address`].
///
/// ```text
/// POST /api/third/photo/download
/// third_code=…, mdf=…
/// ```
///
/// The picture is deleted an hour after it was made: fetch it at once.
#[derive(Clone, Debug)]
pub struct ResultAddress {
    partner: Partner,
    photo: PhotoId,
}

impl ResultAddress {
    pub(super) fn new(partner: Partner, photo: PhotoId) -> ResultAddress {
        ResultAddress { partner, photo }
    }
}

impl Operation for ResultAddress {
    type Output = SignedUrl;

    fn request(&self, stamp: &Stamp) -> Result<Request<Payload>, Error> {
        let form = self.partner.form(stamp).text("mdf", self.photo.as_str());
        Ok(self.partner.post("/api/third/photo/download", form, stamp))
    }

    fn parse(&self, response: &Response<Bytes>) -> Result<SignedUrl, Error> {
        #[derive(Deserialize)]
        struct Data {
            url: String,
        }
        let data: Data = envelope::open(response)?;
        let url = SignedUrl::new(utf8_percent_encode(data.url.trim(), UNSAFE).to_string());
        match Address::new(url.clone()) {
            Ok(_) => Ok(url),
            Err(_) => Err(envelope::unreadable("url is no address", response)),
        }
    }

    fn repeatable(&self) -> bool {
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fangtang::tests::{answer, partner, photo, stamp, text};

    fn parse(body: String) -> Result<SignedUrl, Error> {
        let operation = partner().result_address(&photo());
        operation.parse(&answer(200, body.leak()))
    }

    fn url(url: &str) -> Result<SignedUrl, Error> {
        parse(format!(r#"{{"code":200,"data":{{"url":"{url}"}}}}"#))
    }

    #[test]
    fn the_photo_is_named_in_the_form() {
        let request = partner().result_address(&photo()).request(&stamp());
        let request = request.expect("a request");
        assert_eq!(request.uri().path(), "/api/third/photo/download");
        let form = text(request.body());
        assert!(form.contains(&format!("name=\"mdf\"\r\n\r\n{}\r\n", photo())));
    }

    #[test]
    fn an_address_is_kept_as_it_is_and_its_query_is_not_shown() {
        let address = "https://cdn.example.com/a%20b.jpg?sign=x%2By&t=1";
        let found = url(address).expect("an address");
        assert_eq!(found.expose(), address);
        assert!(!format!("{found:?}").contains("sign="));
    }

    #[test]
    fn what_would_break_a_request_is_escaped() {
        let found = url("http://cdn.example.com/图 1.jpg").expect("an address");
        assert_eq!(found.expose(), "http://cdn.example.com/%E5%9B%BE%201.jpg");
    }

    #[test]
    fn what_is_no_address_is_an_answer_that_cannot_be_understood() {
        for bad in [
            "",
            "/a.jpg",
            "ftp://host/a",
            "file:///etc/passwd",
            "http://",
        ] {
            assert!(matches!(url(bad), Err(Error::Response(_))), "{bad}");
        }
        for bad in [
            r#"{"code":200,"data":{"url":null}}"#,
            r#"{"code":200,"data":"http://host/a"}"#,
        ] {
            let found = parse(bad.into());
            assert!(matches!(found, Err(Error::Response(_))), "{bad}");
        }
    }
}
