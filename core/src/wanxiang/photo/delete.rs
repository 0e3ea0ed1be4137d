use bytes::Bytes;
use http::{Request, Response};

use crate::{
    Operation, Payload, Stamp,
    error::{Error, ServiceError},
    wanxiang::{
        FileId, codes, envelope,
        space::{Scheme, Space, Target},
    },
};

/// Deletes a picture (section 6.5): [`Bucket::delete`](crate::wanxiang::Bucket::delete),
/// [`PhotosV1::delete`](crate::wanxiang::PhotosV1::delete).
///
/// ```text
/// POST /photos/v2/{appid}/{bucket}/{user}/{file id}/del
/// ```
#[derive(Clone, Debug)]
pub struct DeletePhoto {
    space: Space,
    file_id: FileId,
}

impl DeletePhoto {
    pub(in crate::wanxiang) fn new(space: Space, file_id: FileId) -> DeletePhoto {
        DeletePhoto { space, file_id }
    }
}

impl Operation for DeletePhoto {
    type Output = ();

    /// The one call on pictures that the vendor's client sends without the scheme word (section
    /// 3.6).
    fn request(&self, stamp: &Stamp) -> Result<Request<Payload>, Error> {
        self.space
            .post(Target::Delete(&self.file_id), Scheme::Bare, stamp)
    }

    fn parse(&self, response: &Response<Bytes>) -> Result<(), Error> {
        envelope::done(response)
    }

    fn repeatable(&self) -> bool {
        self.space.signs_anew()
    }

    fn if_carried_out(&self) -> Option<&'static str> {
        let spent = "the picture may have been deleted, and the signature be spent";
        (!self.space.signs_anew()).then_some(spent)
    }

    /// Gone, after a deletion whose answer was lost, is what was wanted.
    fn settled(&self, refusal: &ServiceError) -> Option<()> {
        (refusal.code() == codes::MISSING).then_some(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        Driver, Nonce, Retry, Step,
        error::TransportError,
        wanxiang::tests::{answer, bucket, file, stamp},
    };

    const MISSING: &str = r#"{"code":-197,"message":"no such file"}"#;

    #[test]
    fn each_attempt_has_a_signature_of_its_own() {
        let mut driver = Driver::new(bucket().delete(&file("cat")), Retry::default());
        let mut signatures = Vec::new();
        for byte in 0..2 {
            let stamp = Stamp::new(stamp().now, Nonce::from_bytes([byte; 32]));
            let mut step = driver.poll(&stamp);
            if let Step::Sleep(_) = step {
                step = driver.poll(&stamp);
            }
            let Step::Send(request) = step else {
                panic!("{step:?}");
            };
            signatures.push(request.headers()["authorization"].clone());
            driver.handle(Err(TransportError::unknown("reset").into()));
        }
        assert_ne!(signatures[0], signatures[1]);
    }

    #[test]
    fn missing_is_an_error_unless_an_earlier_attempt_may_have_deleted_it() {
        let delete = bucket().delete(&file("cat"));
        assert!(delete.parse(&answer(400, MISSING)).is_err());
        let mut driver = Driver::new(delete, Retry::default());
        assert!(matches!(driver.poll(&stamp()), Step::Send(_)));
        driver.handle(Err(TransportError::unknown("reset").into()));
        assert!(matches!(driver.poll(&stamp()), Step::Sleep(_)));
        assert!(matches!(driver.poll(&stamp()), Step::Send(_)));
        driver.handle(Ok(answer(400, MISSING)));
        assert!(matches!(driver.poll(&stamp()), Step::Done(Ok(()))));
    }

    #[test]
    fn a_signature_that_was_handed_out_is_sent_once_and_only_where_it_serves() {
        use crate::{
            error::InputError,
            wanxiang::{
                Bucket, BucketName, UserId,
                sign::{Grant, Signer},
                tests::{app, credentials},
            },
        };
        let name = BucketName::new("examplebucket").expect("a name");
        let signer = Signer::v2(app(), &name, &UserId::default(), &credentials());
        let with = |grant: Grant| {
            let token = signer.sign(&grant, &stamp()).expect("a signature");
            let bucket = Bucket::v2_enhanced(app(), name.clone());
            bucket.with_signature(token).expect("a signature")
        };
        let until = crate::wanxiang::Expiry::after_seconds(60);
        let (cat, dog) = (file("cat"), file("dog"));
        let refused = |bucket: Bucket| {
            let result = bucket.delete(&cat).request(&stamp());
            matches!(result, Err(Error::Input(InputError::HandedOutForOther)))
        };
        assert!(refused(with(Grant::multi_use(until))));
        assert!(refused(with(Grant::single_use(&dog))));
        let upload = with(Grant::single_use(&cat)).stat(&cat).request(&stamp());
        assert!(matches!(
            upload,
            Err(Error::Input(InputError::HandedOutForOther))
        ));

        let delete = with(Grant::single_use(&cat)).delete(&cat);
        let mut driver = Driver::new(delete, Retry::default());
        assert!(matches!(driver.poll(&stamp()), Step::Send(_)));
        driver.handle(Err(TransportError::unknown("reset").into()));
        let Step::Done(Err(error)) = driver.poll(&stamp()) else {
            panic!("sent again");
        };
        assert!(
            error.to_string().contains("may have been deleted"),
            "{error}"
        );
    }
}
