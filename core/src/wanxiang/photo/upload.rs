use bytes::Bytes;
use http::{Request, Response};
use serde::{Deserialize, Deserializer};
use serde_json::Value;

use super::PhotoAttributes;
use crate::{
    Operation, Stamp, encode,
    error::{Error, InputError, ResponseError},
    loose,
    multipart::{Form, bare_name},
    payload::Payload,
    wanxiang::{
        Content, FileId, PHOTO_LIMIT, envelope,
        space::{Scheme, Space, Target},
    },
};

/// Uploads a picture in one request (section 6.1): [`Bucket::upload`](crate::wanxiang::Bucket::upload),
/// [`PhotosV1::upload`](crate::wanxiang::PhotosV1::upload).
///
/// ```text
/// POST /photos/v2/{appid}/{bucket}/{user}[/{file id}][?analyze=fuzzy.food]
/// MagicContext=…, Md5=…, FileContent=…
/// ```
///
/// The content is source 0. With an id of the caller's it may be repeated; without, a repeated
/// upload would store the picture twice.
#[derive(Clone, Debug)]
pub struct UploadPhoto {
    space: Space,
    file_id: Option<FileId>,
    size: u64,
    md5: Option<String>,
    file_name: String,
    magic_context: String,
    /// With its `?`, if there is anything in it.
    query: String,
    analyses: Vec<&'static str>,
}

/// What an upload of a picture brings.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq)]
#[non_exhaustive]
pub struct UploadedPhoto {
    /// The id under which it was stored.
    #[serde(rename = "fileid")]
    pub file_id: FileId,
    /// The address to download it from, as the service wrote it.
    pub download_url: String,
    /// The address for further operations.
    #[serde(default)]
    pub url: Option<String>,
    /// Width and height, where the service says them.
    #[serde(default, rename = "info", deserialize_with = "dimensions")]
    pub dimensions: Option<Dimensions>,
    /// Whether it is blurred; only if that was [asked](UploadPhoto::analyze_fuzzy).
    #[serde(default, deserialize_with = "flag")]
    pub is_fuzzy: Option<bool>,
    /// Whether it shows food; only if that was [asked](UploadPhoto::analyze_food).
    #[serde(default, deserialize_with = "flag")]
    pub is_food: Option<bool>,
}

impl UploadedPhoto {
    /// Checks that it was stored under the id that was asked for.
    pub(in crate::wanxiang) fn check(
        &self,
        asked: Option<&FileId>,
        response: &Response<Bytes>,
    ) -> Result<(), Error> {
        match asked {
            Some(asked) if *asked != self.file_id => Err(ResponseError::new(
                "stored under another id than was asked for",
                response,
            )
            .into()),
            _ => Ok(()),
        }
    }

    /// What an upload would have brought, from what was found there.
    pub(super) fn found(attributes: PhotoAttributes) -> UploadedPhoto {
        UploadedPhoto {
            file_id: attributes.file_id,
            download_url: attributes.download_url,
            url: None,
            dimensions: Some(Dimensions {
                width: attributes.width,
                height: attributes.height,
            }),
            is_fuzzy: None,
            is_food: None,
        }
    }
}

/// The size of a picture, in pixels.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[non_exhaustive]
pub struct Dimensions {
    /// The width.
    #[serde(deserialize_with = "loose::number")]
    pub width: u64,
    /// The height.
    #[serde(deserialize_with = "loose::number")]
    pub height: u64,
}

impl UploadPhoto {
    pub(in crate::wanxiang) fn new(
        space: Space,
        file_id: Option<FileId>,
        content: &Content,
    ) -> UploadPhoto {
        UploadPhoto {
            space,
            file_id,
            size: content.size(),
            md5: content.md5().map(str::to_owned),
            file_name: "FileContent".into(),
            magic_context: String::new(),
            query: String::new(),
            analyses: Vec::new(),
        }
    }

    /// The name of the file in the form, of which only the last part is sent. Nothing is known to
    /// depend on it.
    pub fn file_name(mut self, name: impl Into<String>) -> UploadPhoto {
        let path = name.into();
        let name = bare_name(&path);
        if !name.is_empty() {
            self.file_name = name.to_owned();
        }
        self
    }

    /// A text that the service passes on to the callback address of the bucket, if one is set. The
    /// form of that callback is not established (section 14).
    pub fn magic_context(mut self, text: impl Into<String>) -> UploadPhoto {
        self.magic_context = text.into();
        self
    }

    /// Asks whether the picture is blurred.
    pub fn analyze_fuzzy(self) -> UploadPhoto {
        self.analyze("fuzzy")
    }

    /// Asks whether the picture shows food.
    pub fn analyze_food(self) -> UploadPhoto {
        self.analyze("food")
    }

    fn analyze(mut self, what: &'static str) -> UploadPhoto {
        if !self.analyses.contains(&what) {
            self.analyses.push(what);
        }
        self
    }

    /// A further query parameter; none but `analyze` is documented.
    pub fn parameter(mut self, name: &str, value: &str) -> UploadPhoto {
        push_parameter(&mut self.query, name, value);
        self
    }

    fn target(&self) -> Target<'_> {
        self.file_id.as_ref().map_or(Target::New, Target::File)
    }

    fn full_query(&self) -> String {
        let mut query = String::new();
        if !self.analyses.is_empty() {
            push_parameter(&mut query, "analyze", &self.analyses.join("."));
        }
        match (query.is_empty(), self.query.strip_prefix('?')) {
            (false, Some(rest)) => format!("{query}&{rest}"),
            (false, None) => query,
            (true, _) => self.query.clone(),
        }
    }
}

impl Operation for UploadPhoto {
    type Output = UploadedPhoto;

    fn request(&self, stamp: &Stamp) -> Result<Request<Payload>, Error> {
        if self.size > PHOTO_LIMIT {
            return Err(InputError::PictureTooLarge {
                length: self.size,
                limit: PHOTO_LIMIT,
            }
            .into());
        }
        let context = Some(&self.magic_context).filter(|text| !text.is_empty());
        let form = Form::new(&stamp.nonce)
            .optional("MagicContext", context)
            .optional("Md5", self.md5.as_ref())
            .file_named("FileContent", &self.file_name, None, 0, 0..self.size);
        let query = self.full_query();
        self.space
            .post_form(self.target(), &query, form, Scheme::QCloud, stamp)
    }

    fn parse(&self, response: &Response<Bytes>) -> Result<UploadedPhoto, Error> {
        let uploaded: UploadedPhoto = envelope::open(response)?;
        uploaded.check(self.file_id.as_ref(), response)?;
        Ok(uploaded)
    }

    fn repeatable(&self) -> bool {
        self.file_id.is_some()
    }

    fn if_carried_out(&self) -> Option<&'static str> {
        Some(match self.file_id {
            Some(_) => "an earlier attempt may have stored the picture: its attributes tell",
            None => "the picture may have been stored, under an id that only the service knows",
        })
    }
}

/// Appends a parameter in form encoding, as the vendor's client writes it (section 6.1).
fn push_parameter(query: &mut String, name: &str, value: &str) {
    query.push(if query.is_empty() { '?' } else { '&' });
    encode::push_form_value(query, name);
    query.push('=');
    encode::push_form_value(query, value);
}

/// `[{"0":{"width":…,"height":…}}]`, with numbers or texts. Whatever else is there counts as absent:
/// the vendor's own clients do without (section 6.1).
fn dimensions<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Dimensions>, D::Error> {
    let info = Value::deserialize(deserializer)?;
    let first = info.get(0).and_then(|entry| entry.get("0"));
    Ok(first.and_then(|entry| Dimensions::deserialize(entry).ok()))
}

/// 0 or 1, as a number or text. Whatever else is there counts as absent: the picture is stored.
fn flag<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<bool>, D::Error> {
    Ok(match Value::deserialize(deserializer)? {
        Value::Bool(flag) => Some(flag),
        Value::Number(number) => number.as_i64().map(|number| number != 0),
        Value::String(text) => text.trim().parse().ok().map(|number: i64| number != 0),
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        Driver, Retry, Step,
        error::TransportError,
        wanxiang::tests::{answer, bucket, file, stamp, text},
    };

    fn upload() -> UploadPhoto {
        bucket().upload(&file("cat.jpg"), &Content::unchecked(1000))
    }

    #[test]
    fn more_than_20_mb_are_refused_and_slices_are_named() {
        let upload = |size| bucket().upload(&file("a"), &Content::unchecked(size));
        assert!(upload(PHOTO_LIMIT).request(&stamp()).is_ok());
        let refused = upload(PHOTO_LIMIT + 1).request(&stamp());
        let error = refused.expect_err("too large");
        assert!(matches!(
            error,
            Error::Input(InputError::PictureTooLarge { .. })
        ));
        assert!(error.to_string().contains("slices"), "{error}");
    }

    #[test]
    fn analyses_are_joined_by_a_dot_and_asked_for_once() {
        let request = upload()
            .analyze_fuzzy()
            .analyze_food()
            .analyze_fuzzy()
            .parameter("note", "a b/c+d&é")
            .request(&stamp())
            .expect("a request");
        assert_eq!(
            request.uri().query(),
            Some("analyze=fuzzy.food&note=a+b%2Fc%2Bd%26%C3%A9")
        );
    }

    #[test]
    fn a_file_name_cannot_end_its_field() {
        let request = upload()
            .file_name("a\"\r\nX: y.jpg")
            .request(&stamp())
            .expect("a request");
        let body = text(request.body());
        assert!(
            body.contains("filename=\"a%22%0D%0AX: y.jpg\"\r\n\r\n"),
            "{body}"
        );
    }

    #[test]
    fn the_answer_of_any_generation_is_read() {
        let parse = |body| upload().parse(&answer(200, body));
        let full = parse(
            r#"{"code":0,"data":{"url":"u","download_url":"d","fileid":"cat.jpg","is_fuzzy":1,
                "is_food":"0","info":[{"0":{"width":"640","height":480}}]}}"#,
        )
        .expect("a success");
        let dimensions = full.dimensions.map(|size| (size.width, size.height));
        assert_eq!(dimensions, Some((640, 480)));
        assert_eq!((full.is_fuzzy, full.is_food), (Some(true), Some(false)));
        for info in ["[]", "{}", "null", r#""x""#, r#"[{"0":{"width":"wide"}}]"#] {
            let body = format!(
                r#"{{"code":0,"data":{{"download_url":"d","fileid":"cat.jpg","info":{info}}}}}"#
            );
            let bare = parse(body.leak()).expect("a success");
            assert_eq!(bare.dimensions, None, "{info}");
        }
        for bad in [
            r#"{"code":0}"#,
            r#"{"code":0,"data":{"download_url":"d"}}"#,
            r#"{"code":0,"data":{"download_url":"d","fileid":""}}"#,
        ] {
            assert!(matches!(parse(bad), Err(Error::Response(_))), "{bad}");
        }
    }

    #[test]
    fn a_picture_without_an_id_of_its_own_is_not_uploaded_twice() {
        let upload = bucket().upload_new(&Content::unchecked(1));
        let mut driver = Driver::new(upload, Retry::default());
        assert!(matches!(driver.poll(&stamp()), Step::Send(_)));
        driver.handle(Err(TransportError::unknown("reset").into()));
        let Step::Done(Err(error)) = driver.poll(&stamp()) else {
            panic!("sent again");
        };
        assert!(error.is_in_doubt());
        assert!(
            error.to_string().contains("may have been stored"),
            "{error}"
        );
    }
}
