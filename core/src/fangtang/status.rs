use bytes::Bytes;
use http::{Request, Response};
use serde::Deserialize;

use super::{Partner, PhotoId, envelope};
use crate::{Operation, Payload, Stamp, error::Error, loose};

/// `status` while the service is at work.
const PROCESSING: i64 = 100;
/// `status` once it is done.
const DONE: i64 = 200;

/// Asks how far the repair of a photo is: [`Partner::status`].
///
/// ```text
/// POST /api/third/photo/status
/// third_code=…, mdf=…
/// ```
#[derive(Clone, Debug)]
pub struct CheckStatus {
    partner: Partner,
    photo: PhotoId,
}

/// What [`CheckStatus`] finds.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct PhotoStatus {
    /// How far it is.
    pub progress: Progress,
    /// The service's own words.
    pub message: String,
}

/// How far a repair is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Progress {
    /// The service is at work.
    Processing,
    /// The repaired picture can be fetched, for an hour.
    Done,
}

impl CheckStatus {
    pub(super) fn new(partner: Partner, photo: PhotoId) -> CheckStatus {
        CheckStatus { partner, photo }
    }
}

impl Operation for CheckStatus {
    type Output = PhotoStatus;

    fn request(&self, stamp: &Stamp) -> Result<Request<Payload>, Error> {
        let form = self.partner.form(stamp).text("mdf", self.photo.as_str());
        Ok(self.partner.post("/api/third/photo/status", form, stamp))
    }

    fn parse(&self, response: &Response<Bytes>) -> Result<PhotoStatus, Error> {
        #[derive(Deserialize)]
        struct Data {
            #[serde(deserialize_with = "loose::number")]
            status: i64,
            #[serde(default, deserialize_with = "loose::any_text")]
            msg: Option<String>,
        }
        let data: Data = envelope::open(response)?;
        let progress = match data.status {
            PROCESSING => Progress::Processing,
            DONE => Progress::Done,
            other => {
                let problem = format!("status {other} is neither 100 nor 200");
                return Err(envelope::unreadable(problem, response));
            }
        };
        Ok(PhotoStatus {
            progress,
            message: data.msg.unwrap_or_default(),
        })
    }

    fn repeatable(&self) -> bool {
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fangtang::tests::{answer, partner, photo, stamp, text};

    fn parse(body: &'static str) -> Result<PhotoStatus, Error> {
        partner().status(&photo()).parse(&answer(200, body))
    }

    #[test]
    fn the_photo_is_named_in_the_form() {
        let request = partner().status(&photo()).request(&stamp());
        let request = request.expect("a request");
        assert_eq!(request.uri().path(), "/api/third/photo/status");
        let form = text(request.body());
        assert!(form.contains("name=\"third_code\"\r\n\r\nexample\r\n"));
        assert!(form.contains(&format!("name=\"mdf\"\r\n\r\n{}\r\n", photo())));
    }

    #[test]
    fn a_status_is_100_or_200_as_number_or_text() {
        let found = parse(r#"{"code":200,"data":{"status":"100","msg":"处理中"}}"#);
        let expected = PhotoStatus {
            progress: Progress::Processing,
            message: "处理中".into(),
        };
        assert_eq!(found.ok(), Some(expected));
        let done = parse(r#"{"code":200,"data":{"status":200}}"#).expect("a status");
        assert_eq!(
            (done.progress, done.message),
            (Progress::Done, String::new())
        );
    }

    #[test]
    fn any_other_status_is_an_answer_that_cannot_be_understood() {
        for bad in [
            r#"{"code":200,"data":{"status":0}}"#,
            r#"{"code":200,"data":{"status":300,"msg":"done"}}"#,
            r#"{"code":200,"data":{"status":true}}"#,
            r#"{"code":200,"data":{"msg":"done"}}"#,
        ] {
            assert!(matches!(parse(bad), Err(Error::Response(_))), "{bad}");
        }
    }
}
