use bytes::Bytes;
use http::{Request, Response};

use super::{PhotoAttributes, StatPhoto, UploadPhoto, UploadedPhoto};
use crate::{
    Flow, Operation, Payload, Stamp, Turn,
    error::{Error, ServiceError},
    wanxiang::{Content, FileId, SLICES_ADVISED, codes, slices::PutSlices, space::Space},
};

/// Uploads a picture of any size: [`Bucket::put`](crate::wanxiang::Bucket::put).
///
/// In one request up to 5 MB, by slices above, for which the content's digests are needed; without
/// them, in one request as far as that goes. If an answer was lost and the id is taken then, the
/// attributes tell whether it is this picture that took it.
///
/// The content is source 0.
#[derive(Clone, Debug)]
pub struct PutPhoto {
    way: Way,
    stat: Option<StatPhoto>,
    content: Content,
    in_doubt: bool,
    /// The refusal that led to the question, and is reported if the answer does not help.
    taken: Option<ServiceError>,
}

#[derive(Clone, Debug)]
enum Way {
    Whole(Box<UploadPhoto>),
    Slices(Box<PutSlices<UploadedPhoto>>),
}

impl PutPhoto {
    pub(in crate::wanxiang) fn new(
        space: Space,
        file_id: Option<FileId>,
        content: Content,
    ) -> PutPhoto {
        let stat = file_id
            .clone()
            .map(|file_id| StatPhoto::new(space.clone(), file_id));
        let way = match content.digests() {
            Some(digests) if content.size() > SLICES_ADVISED => {
                Way::Slices(Box::new(PutSlices::photo(space, file_id, digests.clone())))
            }
            _ => Way::Whole(Box::new(UploadPhoto::new(space, file_id, &content))),
        };
        PutPhoto {
            way,
            stat,
            content,
            in_doubt: false,
            taken: None,
        }
    }

    /// See [`UploadPhoto::magic_context`].
    pub fn magic_context(mut self, text: impl Into<String>) -> PutPhoto {
        self.way = match self.way {
            Way::Whole(upload) => Way::Whole(Box::new(upload.magic_context(text))),
            Way::Slices(slices) => Way::Slices(Box::new(slices.magic_context(text))),
        };
        self
    }

    /// Asks what is there, if the id is taken and that may be our own doing.
    fn recover(&mut self, error: Error) -> Result<Turn<UploadedPhoto>, Error> {
        match error.service() {
            Some(refusal)
                if refusal.code() == codes::TAKEN
                    && self.in_doubt
                    && self.stat.is_some()
                    && self.content.md5().is_some() =>
            {
                self.taken = Some(refusal.clone());
                Ok(Turn::NEXT)
            }
            _ => Err(error),
        }
    }

    fn is_this_content(&self, found: &PhotoAttributes) -> bool {
        let same_digest = self
            .content
            .md5()
            .is_some_and(|md5| md5.eq_ignore_ascii_case(&found.md5));
        same_digest && found.size == self.content.size()
    }
}

impl Flow for PutPhoto {
    type Output = UploadedPhoto;

    fn poll(&mut self, stamp: &Stamp) -> Result<Request<Payload>, Error> {
        match (&self.taken, &self.stat, &mut self.way) {
            (Some(_), Some(stat), _) => stat.request(stamp),
            (_, _, Way::Whole(upload)) => upload.request(stamp),
            (_, _, Way::Slices(slices)) => slices.poll(stamp),
        }
    }

    fn handle(&mut self, response: &Response<Bytes>) -> Result<Turn<UploadedPhoto>, Error> {
        if let (Some(taken), Some(stat)) = (&self.taken, &self.stat) {
            return match stat.parse(response) {
                Ok(found) if self.is_this_content(&found) => {
                    Ok(Turn::Done(UploadedPhoto::found(found)))
                }
                Err(error) if error.is_retryable() => Err(error),
                Ok(_) | Err(_) => Err(taken.clone().into()),
            };
        }
        let result = match &mut self.way {
            Way::Whole(upload) => upload.parse(response).map(Turn::Done),
            Way::Slices(slices) => slices.handle(response),
        };
        result.or_else(|error| self.recover(error))
    }

    fn repeatable(&self) -> bool {
        match (&self.taken, &self.way) {
            (Some(_), _) => true,
            (None, Way::Whole(upload)) => Operation::repeatable(&**upload),
            (None, Way::Slices(slices)) => slices.repeatable(),
        }
    }

    fn in_doubt(&mut self) {
        self.in_doubt = true;
        if let Way::Slices(slices) = &mut self.way {
            slices.in_doubt();
        }
    }

    fn if_carried_out(&self) -> Option<&'static str> {
        match (&self.taken, &self.way) {
            (None, Way::Whole(upload)) => Operation::if_carried_out(&**upload),
            (None, Way::Slices(slices)) => slices.if_carried_out(),
            (Some(_), _) => None,
        }
    }

    fn settled(&mut self, refusal: &ServiceError) -> Option<Turn<UploadedPhoto>> {
        match &mut self.way {
            Way::Slices(slices) if self.taken.is_none() => slices.settled(refusal),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        Driver, Retry, Step,
        error::TransportError,
        wanxiang::{
            DigestBuilder,
            tests::{answer, bucket, file, stamp},
        },
    };

    fn content() -> Content {
        let mut digests = DigestBuilder::new();
        digests.update(b"picture");
        digests.finish().into()
    }

    /// Loses the first answer, has the second attempt refused because the id is taken, and then
    /// tells of a picture with this digest.
    fn after_a_lost_answer(md5: &str) -> Result<UploadedPhoto, Error> {
        let mut driver = Driver::new(
            bucket().put(Some(&file("cat")), content()),
            Retry::default(),
        );
        let stat = format!(
            r#"{{"code":0,"data":{{"file_url":"d","file_fileid":"cat","file_upload_time":"1",
                "file_size":"7","file_md5":"{md5}","photo_width":"3","photo_height":"2"}}}}"#
        );
        let mut answers = [
            Err(TransportError::unknown("reset").into()),
            Ok(answer(400, r#"{"code":-177}"#)),
            Ok(answer(200, stat.leak())),
        ]
        .into_iter();
        loop {
            match driver.poll(&stamp()) {
                Step::Send(_) => driver.handle(answers.next().expect("no more requests")),
                Step::Sleep(_) => {}
                Step::Done(result) => return result,
            }
        }
    }

    #[test]
    fn an_id_that_our_own_lost_upload_took_is_a_success() {
        let found = after_a_lost_answer(content().md5().expect("a digest")).expect("ours");
        let dimensions = found.dimensions.map(|size| (size.width, size.height));
        assert_eq!(
            (found.download_url.as_str(), dimensions),
            ("d", Some((3, 2)))
        );
    }

    #[test]
    fn an_id_that_another_picture_took_is_a_refusal() {
        let error = after_a_lost_answer("0000").expect_err("taken");
        assert_eq!(error.service().map(ServiceError::code), Some(codes::TAKEN));
    }

    #[test]
    fn an_id_that_was_taken_before_is_a_refusal_without_a_question() {
        let mut put = bucket().put(Some(&file("cat")), content());
        assert!(put.poll(&stamp()).is_ok());
        let refused = put.handle(&answer(400, r#"{"code":-177}"#));
        assert!(matches!(refused, Err(Error::Service(_))));
    }
}
