//! Deletion, of pictures (section 6.5) and videos (section 8.3).

use bytes::Bytes;
use http::{Request, Response};

use super::{
    FileId, codes, envelope,
    space::{Scheme, Space, Target},
};
use crate::{
    Operation, Payload, Stamp,
    error::{Error, ServiceError},
};

macro_rules! deletion {
    ($(#[$documentation:meta])* $operation:ident, $scheme:expr, if_spent: $spent:literal) => {
        $(#[$documentation])*
        #[derive(Clone, Debug)]
        pub struct $operation {
            space: Space,
            file_id: FileId,
        }

        impl $operation {
            pub(super) fn new(space: Space, file_id: FileId) -> $operation {
                $operation { space, file_id }
            }
        }

        impl Operation for $operation {
            type Output = ();

            fn request(&self, stamp: &Stamp) -> Result<Request<Payload>, Error> {
                self.space.post(Target::Delete(&self.file_id), $scheme, stamp)
            }

            fn parse(&self, response: &Response<Bytes>) -> Result<(), Error> {
                envelope::done(response)
            }

            fn repeatable(&self) -> bool {
                self.space.signs_anew()
            }

            fn if_carried_out(&self) -> Option<&'static str> {
                (!self.space.signs_anew()).then_some($spent)
            }

            /// Gone, after a deletion whose answer was lost, is what was wanted.
            fn settled(&self, refusal: &ServiceError) -> Option<()> {
                (refusal.code() == codes::MISSING).then_some(())
            }
        }
    };
}

deletion! {
    /// Deletes a picture (section 6.5): [`Bucket::delete`](super::Bucket::delete),
    /// [`PhotosV1::delete`](super::PhotosV1::delete).
    ///
    /// ```text
    /// POST /photos/v2/{appid}/{bucket}/{user}/{file id}/del
    /// ```
    DeletePhoto,
    // The one call on pictures that the vendor's client sends without the word (section 3.6).
    Scheme::Bare,
    if_spent: "the picture may have been deleted, and the signature be spent"
}

deletion! {
    /// Deletes a video (section 8.3): [`Videos::delete`](super::Videos::delete).
    ///
    /// ```text
    /// POST /videos/v1/{appid}/{user}/{file id}/del
    /// ```
    DeleteVideo,
    Scheme::QCloud,
    if_spent: "the video may have been deleted, and the signature be spent"
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        Driver, Nonce, Retry, Step,
        error::TransportError,
        wanxiang::tests::{answer, bucket, file, stamp, videos},
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
    fn the_scheme_word_stands_before_the_signature_for_videos_only() {
        let has_word = |request: Result<Request<Payload>, Error>| {
            let request = request.expect("a request");
            request.headers()["authorization"]
                .as_bytes()
                .starts_with(b"QCloud ")
        };
        assert!(!has_word(bucket().delete(&file("cat")).request(&stamp())));
        assert!(has_word(videos().delete(&file("1_ab")).request(&stamp())));
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
