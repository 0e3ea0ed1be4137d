use bytes::Bytes;
use http::{Request, Response};

use super::Verdict;
use crate::{
    Operation, Payload, Stamp,
    error::Error,
    wanxiang::{
        detector::{Detector, Subject},
        envelope::DETECTION,
    },
};

/// Looks at the picture at an address (section 9.1):
/// [`Detector::detect_url`](crate::wanxiang::Detector::detect_url).
///
/// ```text
/// POST /detection/pornDetect/
/// {"bucket":"…","appid":…,"url":"…"}
/// ```
#[derive(Clone, Debug)]
pub struct DetectUrl {
    detector: Detector,
    url: String,
}

impl DetectUrl {
    pub(in crate::wanxiang) fn new(detector: Detector, url: String) -> DetectUrl {
        DetectUrl { detector, url }
    }
}

impl Operation for DetectUrl {
    type Output = Verdict;

    fn request(&self, stamp: &Stamp) -> Result<Request<Payload>, Error> {
        super::addresses::check(std::slice::from_ref(&self.url))?;
        self.detector.post_json(Subject::Url(&self.url), stamp)
    }

    fn parse(&self, response: &Response<Bytes>) -> Result<Verdict, Error> {
        DETECTION.open(response)
    }

    fn repeatable(&self) -> bool {
        true
    }
}
