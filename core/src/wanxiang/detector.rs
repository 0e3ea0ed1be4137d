use std::{borrow::Borrow, fmt, sync::Arc, time::Duration};

use http::{HeaderValue, Request, header};
use serde::Serialize;

use super::{
    AppId, BucketName, Credentials, DetectFiles, DetectUrl, DetectUrls, Expiry, Picture,
    sign::DetectionSigner,
};
use crate::{
    Endpoint, Stamp, Token,
    error::{Error, InputError},
    multipart::Form,
    payload::Payload,
    tencent::{Leave, authorization},
};

/// How long a signature lasts that an operation makes for itself: as in the vendor's own client.
const SIGNATURE_LIFETIME: Duration = Duration::from_secs(1000);

/// Porn detection, and by whose leave it is used (section 9). Cheap to clone; its methods are the
/// operations.
///
/// ```
/// use yunmei_core::wanxiang::{AppId, BucketName, Credentials, Detector};
///
/// let detector = Detector::new(AppId::new(10000001)?, BucketName::new("examplebucket")?)
///     .signed_with(Credentials::new("AKIDEXAMPLE", "the secret key")?);
/// let detect = detector.detect_url("http://img.example.com/a.jpg");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct Detector(Arc<Settings>);

#[derive(Clone)]
struct Settings {
    app: AppId,
    bucket: BucketName,
    leave: Leave<DetectionSigner>,
    signature_lifetime: Duration,
    endpoint: Endpoint,
    path: DetectorPath,
}

/// The path of the service: the sources name three (section 1).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum DetectorPath {
    /// `/detection/pornDetect/`, as the vendor's Python client has it.
    #[default]
    PornDetectSlash,
    /// `/detection/pornDetect`, as its other clients have it.
    PornDetect,
    /// `/detection/porn_detect`, as a later page has it.
    PornDetectUnderscore,
}

impl DetectorPath {
    fn as_str(self) -> &'static str {
        match self {
            DetectorPath::PornDetectSlash => "/detection/pornDetect/",
            DetectorPath::PornDetect => "/detection/pornDetect",
            DetectorPath::PornDetectUnderscore => "/detection/porn_detect",
        }
    }
}

/// What a request in JSON is about.
pub(super) enum Subject<'a> {
    Url(&'a str),
    Urls(&'a [String]),
}

impl Detector {
    /// Detection for `bucket` of account `app`, used by nobody's leave.
    pub fn new(app: AppId, bucket: BucketName) -> Detector {
        Detector(Arc::new(Settings {
            app,
            bucket,
            leave: Leave::Nobody,
            signature_lifetime: SIGNATURE_LIFETIME,
            endpoint: Endpoint::https("service.image.myqcloud.com"),
            path: DetectorPath::default(),
        }))
    }

    /// Signs each request with these credentials.
    pub fn signed_with(self, credentials: impl Borrow<Credentials>) -> Detector {
        let signer = DetectionSigner::new(self.0.app, &self.0.bucket, credentials.borrow());
        self.with(|settings| settings.leave = Leave::Signer(signer))
    }

    /// Sends a signature that somebody else made, with every request.
    ///
    /// # Errors
    ///
    /// [`InputError::HandedOut`] if it is empty, above 2 KB, or cannot stand in a header.
    pub fn with_signature(self, signature: Token) -> Result<Detector, InputError> {
        let leave = Leave::handed_out(signature)?;
        Ok(self.with(|settings| settings.leave = leave))
    }

    /// Sends every request to this endpoint instead.
    pub fn at(self, endpoint: Endpoint) -> Detector {
        self.with(|settings| settings.endpoint = endpoint)
    }

    /// Sends every request to this path instead.
    pub fn path(self, path: DetectorPath) -> Detector {
        self.with(|settings| settings.path = path)
    }

    /// How long the signatures last that operations make for themselves; 1000 seconds by default.
    pub fn signature_lifetime(self, lifetime: Duration) -> Detector {
        self.with(|settings| settings.signature_lifetime = lifetime)
    }

    fn with(mut self, change: impl FnOnce(&mut Settings)) -> Detector {
        change(Arc::make_mut(&mut self.0));
        self
    }

    /// The account.
    pub fn app(&self) -> AppId {
        self.0.app
    }

    /// The bucket on whose account detection is.
    pub fn bucket(&self) -> &BucketName {
        &self.0.bucket
    }

    /// Looks at the picture at an address.
    pub fn detect_url(&self, url: impl Into<String>) -> DetectUrl {
        DetectUrl::new(self.clone(), url.into())
    }

    /// Looks at the pictures at up to 20 addresses.
    pub fn detect_urls(&self, urls: Vec<String>) -> DetectUrls {
        DetectUrls::new(self.clone(), urls)
    }

    /// Looks at up to 20 pictures that are sent along.
    pub fn detect_files(&self, pictures: Vec<Picture>) -> DetectFiles {
        DetectFiles::new(self.clone(), pictures)
    }

    /// `POST` of a JSON object.
    pub(super) fn post_json(
        &self,
        subject: Subject<'_>,
        stamp: &Stamp,
    ) -> Result<Request<Payload>, Error> {
        let (url, url_list) = match subject {
            Subject::Url(url) => (Some(url), None),
            Subject::Urls(urls) => (None, Some(urls)),
        };
        let body = Body {
            bucket: self.0.bucket.as_str(),
            appid: self.0.app.number(),
            url,
            url_list,
        };
        let body = in_ascii(&serde_json::to_string(&body).expect("texts and numbers serialise"));
        let json = HeaderValue::from_static("application/json");
        self.post(json, body.into_bytes().into(), stamp)
    }

    /// `POST` of a form.
    pub(super) fn post_form(&self, form: Form, stamp: &Stamp) -> Result<Request<Payload>, Error> {
        let (content_type, body) = form.finish();
        self.post(content_type, body, stamp)
    }

    fn post(
        &self,
        content_type: HeaderValue,
        body: Payload,
        stamp: &Stamp,
    ) -> Result<Request<Payload>, Error> {
        let token = match &self.0.leave {
            Leave::Nobody => return Err(InputError::Unsigned.into()),
            Leave::HandedOut(token) => token.clone(),
            Leave::Signer(signer) => {
                signer.sign(Expiry::after(self.0.signature_lifetime), stamp)?
            }
        };
        // Without the scheme word, on all three calls (section 3.6).
        Request::post(format!("{}{}", self.0.endpoint, self.0.path.as_str()))
            .header(header::AUTHORIZATION, authorization(token.expose())?)
            .header(header::CONTENT_TYPE, content_type)
            .header(header::CONTENT_LENGTH, body.len())
            .body(body)
            .map_err(|_| InputError::AddressTooLong.into())
    }
}

/// In the order of the vendor's client, which writes the account as a number (section 9.1).
#[derive(Serialize)]
struct Body<'a> {
    bucket: &'a str,
    appid: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    url_list: Option<&'a [String]>,
}

/// The same JSON without a byte above 127, as the vendor's client writes it: nobody knows whether
/// the service reads UTF-8 there (section 9.1).
fn in_ascii(json: &str) -> String {
    let mut out = String::with_capacity(json.len());
    let mut units = [0; 2];
    for c in json.chars() {
        match c.is_ascii() {
            true => out.push(c),
            false => {
                for unit in c.encode_utf16(&mut units) {
                    out.push_str(&format!("\\u{unit:04x}"));
                }
            }
        }
    }
    out
}

impl fmt::Debug for Detector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Detector")
            .field("app", &self.0.app.number())
            .field("bucket", &self.0.bucket.as_str())
            .field("at", &self.0.endpoint)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        Operation,
        wanxiang::tests::{detector, stamp, text},
    };

    #[test]
    fn other_characters_than_ascii_are_escaped_and_mean_the_same() {
        let request = detector()
            .detect_url("http://h/图\"\\ 🔑.jpg")
            .request(&stamp())
            .expect("a request");
        let body = text(request.body());
        assert!(body.is_ascii(), "{body}");
        let value: serde_json::Value = serde_json::from_str(&body).expect("JSON");
        assert_eq!(value["url"], "http://h/图\"\\ 🔑.jpg");
        assert_eq!(value["appid"], 10_000_001);
    }

    #[test]
    fn the_path_can_be_another_one_of_the_three() {
        let request = detector()
            .path(DetectorPath::PornDetectUnderscore)
            .detect_url("http://h/a")
            .request(&stamp())
            .expect("a request");
        assert_eq!(
            request.uri().to_string(),
            "https://service.image.myqcloud.com/detection/porn_detect"
        );
    }

    #[test]
    fn without_credentials_nothing_is_sent() {
        let bucket = BucketName::new("b").expect("a name");
        let unsigned = Detector::new(AppId::new(1).expect("an appid"), bucket);
        let refused = unsigned.detect_url("http://h/a").request(&stamp());
        assert!(matches!(refused, Err(Error::Input(InputError::Unsigned))));
    }
}
