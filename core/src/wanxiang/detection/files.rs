use bytes::Bytes;
use http::{Request, Response};

use super::{Detected, PICTURES_LIMIT, verdict::read_list};
use crate::{
    Operation, Payload, Stamp,
    error::{Error, InputError},
    multipart::{Form, bare_name},
    wanxiang::detector::Detector,
};

/// Looks at up to 20 pictures that are sent along (section 9.3):
/// [`Detector::detect_files`](crate::wanxiang::Detector::detect_files).
///
/// ```text
/// POST /detection/pornDetect/
/// appid=…, bucket=…, image[0]=…, image[1]=…, …
/// ```
///
/// The pictures are the sources, in their order. The results are in the same order.
#[derive(Clone, Debug)]
pub struct DetectFiles {
    detector: Detector,
    pictures: Vec<Picture>,
}

/// A picture to look at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Picture {
    name: String,
    size: u64,
}

impl Picture {
    /// A picture of `size` bytes. Of `name`, only what stands behind the last slash is sent: where
    /// a file lies is nobody else's business (section 12.14).
    pub fn new(name: impl Into<String>, size: u64) -> Picture {
        Picture {
            name: name.into(),
            size,
        }
    }

    fn bare_name(&self) -> &str {
        bare_name(&self.name)
    }
}

impl DetectFiles {
    pub(in crate::wanxiang) fn new(detector: Detector, pictures: Vec<Picture>) -> DetectFiles {
        DetectFiles { detector, pictures }
    }

    /// What each picture is called on the wire: results are matched by it, so that no two may have
    /// one name, and nothing in it may come back changed.
    fn wire_names(&self) -> Vec<String> {
        let names: Vec<&str> = self.pictures.iter().map(Picture::bare_name).collect();
        names
            .iter()
            .enumerate()
            .map(|(at, name)| {
                let unique = names.iter().filter(|other| other == &name).count() == 1;
                // The last of these: what might be one of the names made up here.
                let clean = !name.is_empty()
                    && !name.contains(|c: char| c.is_control() || c == '"')
                    && !name.starts_with("picture-");
                match unique && clean {
                    true => (*name).to_owned(),
                    false => format!("picture-{at:02}"),
                }
            })
            .collect()
    }
}

impl Operation for DetectFiles {
    type Output = Vec<Detected>;

    fn request(&self, stamp: &Stamp) -> Result<Request<Payload>, Error> {
        let (count, limit) = (self.pictures.len(), PICTURES_LIMIT);
        if !(1..=limit).contains(&count) {
            return Err(InputError::Pictures { count, limit }.into());
        }
        let mut form = Form::new(&stamp.nonce)
            .text("appid", self.detector.app().to_string())
            .text("bucket", self.detector.bucket().as_str());
        let names = self.wire_names();
        for (at, (picture, name)) in self.pictures.iter().zip(&names).enumerate() {
            let field = format!("image[{at}]");
            form = form.file_named(&field, name, None, at, 0..picture.size);
        }
        self.detector.post_form(form, stamp)
    }

    fn parse(&self, response: &Response<Bytes>) -> Result<Vec<Detected>, Error> {
        let asked: Vec<_> = self
            .wire_names()
            .into_iter()
            .zip(self.pictures.iter().map(|picture| picture.name.clone()))
            .collect();
        read_list(response, &asked)
    }

    fn repeatable(&self) -> bool {
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wanxiang::tests::{answer, detector, stamp, text};

    fn detect(names: &[&str]) -> DetectFiles {
        detector().detect_files(names.iter().map(|name| Picture::new(*name, 7)).collect())
    }

    #[test]
    fn where_a_file_lies_is_not_sent() {
        let request = detect(&["/home/alice/private/cat.jpg", "图.png"]).request(&stamp());
        let body = text(request.expect("a request").body());
        assert!(!body.contains("alice"), "{body}");
        assert!(
            body.contains("name=\"image[0]\"; filename=\"cat.jpg\"\r\n\r\n0..7"),
            "{body}"
        );
        assert!(body.contains("filename=\"图.png\""), "{body}");
    }

    /// Section 9.3: `image[10]` comes back before `image[2]`.
    #[test]
    fn results_are_matched_by_name_and_told_by_the_callers_name() {
        let detect = detect(&["a/cat.jpg", "b/cat.jpg", "dog.jpg"]);
        let detected = detect
            .parse(&answer(
                200,
                r#"{"result_list":[
                    {"code":0,"filename":"dog.jpg","data":{"result":2,"confidence":85}},
                    {"code":0,"filename":"picture-01","data":{"result":1,"confidence":99}},
                    {"code":-1102,"filename":"picture-00"}]}"#,
            ))
            .expect("results");
        let inputs: Vec<_> = detected.iter().map(|one| one.input.as_str()).collect();
        assert_eq!(inputs, ["a/cat.jpg", "b/cat.jpg", "dog.jpg"]);
        assert!(detected[0].verdict.is_err() && detected[1].verdict.is_ok());
    }

    #[test]
    fn no_name_can_be_taken_for_another_pictures() {
        let names = detect(&["picture-01", "", "cat.jpg", "cat.jpg"]).wire_names();
        assert_eq!(
            names,
            ["picture-00", "picture-01", "picture-02", "picture-03"]
        );
    }

    #[test]
    fn twenty_one_files_are_refused() {
        let names = vec!["a.jpg"; 21];
        assert!(matches!(
            detect(&names).request(&stamp()),
            Err(Error::Input(InputError::Pictures { count: 21, .. }))
        ));
        assert!(detect(&names[..20]).request(&stamp()).is_ok());
    }
}
