use bytes::Bytes;
use http::{Request, Response};
use serde::Deserialize;

use super::{Partner, PhotoId, RepairType, envelope};
use crate::{
    Operation, Payload, Stamp,
    error::{Error, InputError},
    loose,
};

/// The longest file name that is sent, in bytes: that of most file systems.
const FILE_NAME_LIMIT: usize = 255;

/// Uploads a picture to be repaired: [`Partner::upload`].
///
/// ```text
/// POST /api/third/photo/upload
/// third_code=…, repair_type=…, rgb=…, file=…
/// ```
///
/// An accepted upload costs one of those that are left. Therefore it is not sent again when its
/// answer was lost: the error then says that the picture may have been accepted.
///
/// The content is source 0.
#[derive(Clone, Debug)]
pub struct Upload {
    partner: Partner,
    repair: RepairType,
    file_name: String,
    size: u64,
}

/// What [`Upload`] brings.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq)]
#[non_exhaustive]
pub struct Accepted {
    /// The id under which to ask for the photo.
    #[serde(rename = "mdf", deserialize_with = "photo_id")]
    pub id: PhotoId,
    /// The address of the picture as it was uploaded; empty where the service left it out. Nothing
    /// depends on it, and a photo that was charged must not be lost for want of it.
    #[serde(default, rename = "img_url", deserialize_with = "loose::text_or_empty")]
    pub picture_url: String,
}

impl Upload {
    pub(super) fn new(partner: Partner, repair: RepairType, file_name: &str, size: u64) -> Upload {
        // A path would tell the service how this machine's folders are called.
        let last = crate::multipart::bare_name(file_name);
        Upload {
            partner,
            repair,
            file_name: last.to_owned(),
            size,
        }
    }

    pub(super) fn partner(&self) -> &Partner {
        &self.partner
    }

    pub(super) fn repair(&self) -> RepairType {
        self.repair
    }

    pub(super) fn check(&self) -> Result<(), InputError> {
        let length = 1..=FILE_NAME_LIMIT;
        if !length.contains(&self.file_name.len()) || self.file_name.contains(char::is_control) {
            return Err(InputError::Attribute {
                name: "the file name".into(),
            });
        }
        match self.size {
            0 => Err(InputError::EmptyPicture),
            _ => Ok(()),
        }
    }
}

impl Operation for Upload {
    type Output = Accepted;

    fn request(&self, stamp: &Stamp) -> Result<Request<Payload>, Error> {
        self.check()?;
        let form = self
            .partner
            .form(stamp)
            .text("repair_type", self.repair.as_str())
            .optional("rgb", self.repair.rgb().map(|rgb| rgb.to_string()))
            .file_named(
                "file",
                &self.file_name,
                Some(media_type(&self.file_name)),
                0,
                0..self.size,
            );
        Ok(self.partner.post("/api/third/photo/upload", form, stamp))
    }

    /// Only the service's own refusal says that nothing was charged: whatever else comes back leaves
    /// it open, under any status.
    fn parse(&self, response: &Response<Bytes>) -> Result<Accepted, Error> {
        envelope::open(response).map_err(|error| match error {
            Error::Response(answer) => answer.in_doubt().into(),
            other => other,
        })
    }

    fn repeatable(&self) -> bool {
        false
    }

    fn if_carried_out(&self) -> Option<&'static str> {
        Some(
            "the picture may have been accepted, and charged: see the quota before it is sent again",
        )
    }
}

/// As `curl --form` names it, which is what the vendor's examples are made with.
fn media_type(file_name: &str) -> &'static str {
    let ending = file_name.rsplit_once('.').map(|(_, ending)| ending);
    match ending.map(str::to_ascii_lowercase).as_deref() {
        Some("gif") => "image/gif",
        Some("jpg" | "jpeg") => "image/jpeg",
        Some("png") => "image/png",
        Some("svg") => "image/svg+xml",
        _ => "application/octet-stream",
    }
}

fn photo_id<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<PhotoId, D::Error> {
    PhotoId::new(loose::text(deserializer)?).map_err(serde::de::Error::custom)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        Driver, Retry, Step,
        error::ServiceErrorKind,
        fangtang::{
            Rgb,
            tests::{answer, partner, stamp, text},
        },
    };

    fn form(repair: RepairType, file_name: &str) -> String {
        let request = partner().upload(repair, file_name, 1000).request(&stamp());
        text(request.expect("a request").body())
    }

    #[test]
    fn the_form_is_what_curl_would_send() {
        let boundary = "07".repeat(16);
        assert_eq!(
            form(RepairType::Background(Rgb::new(255, 0, 7)), "cat.JPG"),
            format!(
                "--{boundary}\r\nContent-Disposition: form-data; name=\"third_code\"\r\n\r\n\
                 example\r\n\
                 --{boundary}\r\nContent-Disposition: form-data; name=\"repair_type\"\r\n\r\n\
                 bg\r\n\
                 --{boundary}\r\nContent-Disposition: form-data; name=\"rgb\"\r\n\r\n255,0,7\r\n\
                 --{boundary}\r\nContent-Disposition: form-data; name=\"file\"; \
                 filename=\"cat.JPG\"\r\nContent-Type: image/jpeg\r\n\r\n\
                 0..1000\r\n--{boundary}--\r\n"
            )
        );
        assert!(!form(RepairType::Restoration, "cat").contains("rgb"));
    }

    #[test]
    fn the_length_is_announced() {
        let upload = partner().upload(RepairType::SuperResolution, "a.png", 1000);
        let request = upload.request(&stamp()).expect("a request");
        let announced = request.headers()["content-length"]
            .to_str()
            .expect("digits");
        assert_eq!(announced, request.body().len().to_string());
    }

    #[test]
    fn of_a_path_only_the_last_part_is_sent() {
        for path in ["/home/alice/图.png", r"C:\Users\alice\图.png", "../图.png"] {
            let form = form(RepairType::SuperResolution, path);
            assert!(form.contains("filename=\"图.png\""), "{form}");
            assert!(!form.contains("alice"));
        }
    }

    #[test]
    fn what_cannot_be_a_picture_is_refused_before_anything_is_sent() {
        let refused = |file_name: &str, size| {
            let upload = partner().upload(RepairType::SuperResolution, file_name, size);
            match upload.request(&stamp()) {
                Err(Error::Input(error)) => error,
                other => panic!("{other:?}"),
            }
        };
        assert_eq!(refused("a.png", 0), InputError::EmptyPicture);
        for file_name in ["", "folder/", "a\r\nb", &"a".repeat(256)] {
            assert!(
                matches!(refused(file_name, 1), InputError::Attribute { .. }),
                "{file_name:?}"
            );
        }
    }

    #[test]
    fn the_answer_names_the_photo() {
        let upload = partner().upload(RepairType::SuperResolution, "a.png", 1);
        let body = r#"{"code":200,"data":{"img_url":"http://host/a.png",
            "mdf":"0cc175b9c0f1b6a831c399e269772661"}}"#;
        let accepted = upload.parse(&answer(200, body)).expect("a success");
        assert_eq!(accepted.id.as_str(), "0cc175b9c0f1b6a831c399e269772661");
        assert_eq!(accepted.picture_url, "http://host/a.png");
        let bare = upload.parse(&answer(200, r#"{"code":200,"data":{"mdf":"00"}}"#));
        assert_eq!(bare.expect("a success").picture_url, "");
        for bad in [
            r#"{"code":200,"data":{"img_url":"u"}}"#,
            r#"{"code":200,"data":{"img_url":"u","mdf":""}}"#,
            r#"{"code":200,"data":{"img_url":"u","mdf":"../../x"}}"#,
            r#"{"code":200,"data":{"img_url":"u","mdf":null}}"#,
        ] {
            let error = upload.parse(&answer(200, bad)).expect_err(bad);
            assert!(matches!(error, Error::Response(_)), "{error}");
        }
    }

    #[test]
    fn an_answer_that_is_no_refusal_leaves_it_open_whether_it_was_charged() {
        for (status, body) in [
            (429, "<html>"),
            (404, ""),
            (302, "moved"),
            (400, r#"{"code":1}"#),
        ] {
            let upload = partner().upload(RepairType::SuperResolution, "a.png", 1);
            let mut driver = Driver::new(upload, Retry::default());
            assert!(matches!(driver.poll(&stamp()), Step::Send(_)));
            driver.handle(Ok(answer(status, body)));
            let step = driver.poll(&stamp());
            assert!(
                matches!(step, Step::Done(Err(Error::Doubt(_)))),
                "{status} {step:?}"
            );
        }
    }

    #[test]
    fn no_uploads_left_is_a_kind_of_its_own() {
        let upload = partner().upload(RepairType::SuperResolution, "a.png", 1);
        let body = r#"{"code":9000,"errno":9101,"msg":"no uploads left"}"#;
        let error = upload.parse(&answer(200, body)).expect_err("refused");
        let kind = error.service().map(|refusal| refusal.kind());
        assert_eq!(kind, Some(ServiceErrorKind::Exhausted));
        assert!(!error.is_retryable() && !error.is_in_doubt());
    }
}
