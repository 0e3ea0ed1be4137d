use std::time::Duration;

use super::{
    ApplyImages, CommitImages, DeleteImages, ListImages, NewImage, PreviewImage, ServiceId,
    StatImage, UpdateImages, UpdateKind, UploadImages,
};
use crate::{
    Stamp, Timestamp, Token,
    error::InputError,
    vcloud::{
        Dialect, Parameters, Scheme,
        caller::Caller,
        handle::handle,
        sts2::{Issuer, Policy, TemporaryKeys},
        upload_host::UploadAddress,
    },
};

/// The pictures of an account in a region. Cheap to clone; its methods are the operations.
///
/// ```
/// use yunmei_core::vcloud::{ContentBuilder, Credentials, Dialect, Region};
/// use yunmei_core::vcloud::imagex::{ImageX, NewImage, ServiceId};
///
/// let credentials = Credentials::new("AKLTEXAMPLE", "the secret key")?;
/// let imagex = ImageX::new(Dialect::TtvCloud, Region::default(), credentials)?;
/// let service = ServiceId::new("svcexample")?;
///
/// let mut cat = ContentBuilder::new();
/// cat.update(b"the bytes of the picture");
/// let upload = imagex.upload(&service, [NewImage::new(cat.finish()).key("animals/cat.png")]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct ImageX {
    caller: Caller,
}

handle!(ImageX, ImageX);

impl ImageX {
    /// Speaks to upload hosts over this; over https unless that is changed.
    pub fn uploads_over(mut self, scheme: Scheme) -> ImageX {
        self.caller = self.caller.uploads_over(scheme);
        self
    }

    /// Applies for the upload of this many pictures, at most
    /// [`UPLOAD_LIMIT`](super::UPLOAD_LIMIT).
    pub fn apply(&self, service: &ServiceId, count: usize) -> ApplyImages {
        ApplyImages::new(self.caller.clone(), service.clone(), count)
    }

    /// Ends an upload, once all pictures are there.
    pub fn commit(&self, service: &ServiceId, address: &UploadAddress) -> CommitImages {
        let session = address.session_key().to_owned();
        CommitImages::new(self.caller.clone(), service.clone(), session)
    }

    /// A commit of which the session is not known yet.
    pub(super) fn commit_later(&self, service: &ServiceId) -> CommitImages {
        CommitImages::new(self.caller.clone(), service.clone(), String::new())
    }

    /// How upload hosts are spoken to.
    pub(super) fn uploads(&self) -> Scheme {
        self.caller.uploads()
    }

    /// Uploads pictures: applies, puts one after the other, and commits.
    pub fn upload(
        &self,
        service: &ServiceId,
        images: impl IntoIterator<Item = impl Into<NewImage>>,
    ) -> UploadImages {
        UploadImages::new(
            self.clone(),
            service.clone(),
            images.into_iter().map(Into::into).collect(),
        )
    }

    /// Asks what a picture is like, of this name.
    pub fn preview(&self, service: &ServiceId, uri: impl Into<String>) -> PreviewImage {
        PreviewImage::new(self.caller.clone(), service.clone(), uri.into())
    }

    /// Asks for the attributes of the file of this name.
    pub fn stat(&self, service: &ServiceId, uri: impl Into<String>) -> StatImage {
        StatImage::new(self.caller.clone(), service.clone(), uri.into())
    }

    /// Lists files, a page at a time.
    pub fn list(&self, service: &ServiceId) -> ListImages {
        ListImages::new(self.caller.clone(), service.clone())
    }

    /// Changes how the pictures at these addresses are served.
    pub fn update<T: Into<String>>(
        &self,
        service: &ServiceId,
        kind: UpdateKind,
        urls: impl IntoIterator<Item = T>,
    ) -> UpdateImages {
        let urls = urls.into_iter().map(Into::into).collect();
        UpdateImages::new(self.caller.clone(), service.clone(), kind, urls)
    }

    /// Deletes the files of these names.
    pub fn delete<T: Into<String>>(
        &self,
        service: &ServiceId,
        uris: impl IntoIterator<Item = T>,
    ) -> DeleteImages {
        let uris = uris.into_iter().map(Into::into).collect();
        DeleteImages::new(self.caller.clone(), service.clone(), uris)
    }

    /// A token with which somebody else may upload to this service for so long (section 7.11).
    ///
    /// # Errors
    ///
    /// [`InputError::NoSuchToken`] at Volcengine, which has none for pictures, and the errors of
    /// [`Signer::sign_query`](crate::vcloud::sign::Signer::sign_query).
    pub fn upload_token(
        &self,
        service: &ServiceId,
        lifetime: Duration,
        now: Timestamp,
    ) -> Result<Token, InputError> {
        let expires = self.caller.dialect().expires_name();
        let parameters = Parameters::new()
            .with("ServiceId", service.as_str().to_owned())
            .with_number(expires, lifetime.as_secs());
        self.signer().upload_token(&parameters, now)
    }

    /// Temporary keys with which somebody else may upload to these services, to all of them if none
    /// is named (sections 6.4 and 16.3).
    ///
    /// # Errors
    ///
    /// [`InputError::TemporaryKeys`] if these keys are temporary themselves; [`InputError::Time`] if
    /// they would end after the year 9999.
    pub fn upload_keys(
        &self,
        services: &[ServiceId],
        lifetime: Duration,
        stamp: &Stamp,
    ) -> Result<TemporaryKeys, InputError> {
        let policy = match self.caller.dialect() {
            Dialect::TtvCloud => Policy::image_upload(services),
            Dialect::Volcengine => Policy::image_upload_volcengine(services, None, &[]),
        };
        Issuer::new(self.signer().credentials())?.issue(Some(&policy), lifetime, stamp)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vcloud::{
        Region,
        imagex::{imagex, service},
        played::{credentials, stamp},
        sts2::SessionToken,
        tokens,
    };

    #[test]
    fn a_token_to_upload_has_both_ends_of_an_upload_in_it() {
        let token = imagex().upload_token(&service(), Duration::from_secs(60), stamp().now);
        let token = token.expect("a token");
        for (name, action) in [
            ("ApplyUploadToken", "ApplyImageUpload"),
            ("CommitUploadToken", "CommitImageUpload"),
        ] {
            let query = tokens::unwrap(token.expose(), name).expect("a query");
            let query = Parameters::decode(query.expose()).expect("parameters");
            assert_eq!(query.value("Action"), Some(action));
            assert_eq!(query.value("ServiceId"), Some("svcexample"));
            assert_eq!(query.value("X-Amz-Expires"), Some("60"));
        }
        let never = imagex().upload_token(&service(), Duration::ZERO, stamp().now);
        assert!(matches!(never, Err(InputError::QueryExpiry { .. })));
    }

    #[test]
    fn temporary_keys_are_good_for_uploads_to_that_service() {
        for dialect in Dialect::ALL {
            let imagex = ImageX::new(dialect, Region::default(), credentials());
            let imagex = imagex.expect("a handle");
            let keys = imagex.upload_keys(&[service()], Duration::from_secs(3600), &stamp());
            let keys = keys.expect("keys");
            let token = SessionToken::decode(keys.session_token().expose()).expect("a token");
            let allows =
                |action, id: &str| token.allows(action, &format!("trn:ImageX:*:*:ServiceId/{id}"));
            assert!(allows("ImageX:ApplyImageUpload", "svcexample").is_ok());
            assert!(allows("ImageX:CommitImageUpload", "svcexample").is_ok());
            assert!(allows("ImageX:ApplyImageUpload", "other").is_err());
            assert!(allows("ImageX:DeleteImageUploadFiles", "svcexample").is_err());
        }
    }
}
