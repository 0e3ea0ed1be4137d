use bytes::Bytes;
use http::{Request, Response};

use super::{Detected, PICTURES_LIMIT, verdict::read_list};
use crate::{
    Operation, Payload, Stamp,
    error::{Error, InputError},
    wanxiang::detector::{Detector, Subject},
};

/// Looks at the pictures at up to 20 addresses (section 9.2):
/// [`Detector::detect_urls`](crate::wanxiang::Detector::detect_urls).
///
/// ```text
/// POST /detection/pornDetect/
/// {"bucket":"…","appid":…,"url_list":["…",…]}
/// ```
///
/// The results are in the order of the addresses, whatever the order of the answer.
#[derive(Clone, Debug)]
pub struct DetectUrls {
    detector: Detector,
    urls: Vec<String>,
}

impl DetectUrls {
    pub(in crate::wanxiang) fn new(detector: Detector, urls: Vec<String>) -> DetectUrls {
        DetectUrls { detector, urls }
    }
}

impl Operation for DetectUrls {
    type Output = Vec<Detected>;

    fn request(&self, stamp: &Stamp) -> Result<Request<Payload>, Error> {
        check(&self.urls)?;
        self.detector.post_json(Subject::Urls(&self.urls), stamp)
    }

    fn parse(&self, response: &Response<Bytes>) -> Result<Vec<Detected>, Error> {
        let asked: Vec<_> = self
            .urls
            .iter()
            .map(|url| (url.clone(), url.clone()))
            .collect();
        read_list(response, &asked)
    }

    fn repeatable(&self) -> bool {
        true
    }
}

/// One to 20 addresses, none of them empty.
pub(super) fn check(urls: &[String]) -> Result<(), InputError> {
    let (count, limit) = (urls.len(), PICTURES_LIMIT);
    if !(1..=limit).contains(&count) {
        return Err(InputError::Pictures { count, limit });
    }
    match urls.iter().any(|url| url.trim().is_empty()) {
        true => Err(InputError::Address),
        false => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        error::ServiceErrorKind,
        wanxiang::{
            VerdictClass,
            tests::{answer, detector, stamp},
        },
    };

    fn urls(count: usize) -> Vec<String> {
        (0..count).map(|i| format!("http://h/{i}.jpg")).collect()
    }

    #[test]
    fn one_to_twenty_pictures_are_looked_at() {
        let request = |count| detector().detect_urls(urls(count)).request(&stamp());
        assert!(request(1).is_ok() && request(20).is_ok());
        for count in [0, 21] {
            let refused = request(count);
            let found = matches!(
                refused,
                Err(Error::Input(InputError::Pictures { count: found, .. })) if found == count
            );
            assert!(found, "{count}");
        }
        let empty = detector().detect_urls(vec![String::new()]);
        assert!(matches!(empty.request(&stamp()), Err(Error::Input(_))));
    }

    #[test]
    fn results_are_matched_to_their_inputs_whatever_their_order() {
        let detect = detector().detect_urls(["a", "b", "a"].map(String::from).to_vec());
        let detected = detect
            .parse(&answer(
                200,
                r#"{"result_list":[{"code":-1308,"message":"download failed","url":"b"},
                    {"code":0,"url":"a","data":{"result":1,"confidence":96.853,"porn_score":100}},
                    {"code":"0","url":"a","data":{"result":"0","confidence":"1.5"}}]}"#,
            ))
            .expect("results");
        let class = |at: usize| detected[at].verdict.as_ref().map(|verdict| verdict.class);
        assert_eq!(class(0).ok(), Some(VerdictClass::Porn));
        assert_eq!(class(2).ok(), Some(VerdictClass::Normal));
        let error = detected[1].verdict.as_ref().expect_err("refused");
        let kind = error.service().map(|refusal| refusal.kind());
        assert_eq!(kind, Some(ServiceErrorKind::Unavailable));
        assert_eq!(detected[1].input, "b");
    }

    #[test]
    fn a_picture_without_result_is_an_error_and_not_silence() {
        let detect = detector().detect_urls(urls(2));
        for body in [
            r#"{"result_list":[{"code":0,"url":"http://h/0.jpg","data":{"result":0,"confidence":1}}]}"#,
            r#"{"result_list":[{"code":0,"url":"http://h/0.jpg","data":{"result":0,"confidence":1}},
                {"code":0,"url":"http://h/1.jpg"}]}"#,
        ] {
            let detected = detect.parse(&answer(200, body)).expect("a result");
            assert!(detected[0].verdict.is_ok());
            let other = &detected[1].verdict;
            assert!(matches!(other, Err(Error::Response(_))), "{other:?}");
        }
        for body in [
            r#"{"result_list":[]}"#,
            r#"{"code":0}"#,
            r#"{}"#,
            "",
            r#"{"result_list":[{"code":0,"url":"elsewhere","data":{"result":0,"confidence":1}}]}"#,
        ] {
            let result = detect.parse(&answer(200, body));
            assert!(matches!(result, Err(Error::Response(_))), "{body}");
        }
    }

    #[test]
    fn a_refusal_of_the_whole_request_is_told_by_the_table_of_detection() {
        let detect = detector().detect_urls(urls(2));
        let error = detect
            .parse(&answer(401, r#"{"code":14,"message":"sign no pass"}"#))
            .expect_err("refused");
        let kind = error.service().map(|refusal| refusal.kind());
        assert_eq!(kind, Some(ServiceErrorKind::Signature));
        assert!(error.to_string().contains("does not verify"), "{error}");
    }
}
