use std::{fmt, sync::Arc};

use http::{HeaderName, HeaderValue, Request, header};

use super::{
    CheckQuota, CheckStatus, FetchResult, Finished, Job, PhotoId, RepairType, ResultAddress,
    Submit, ThirdCode, Upload, Wait, token,
};
use crate::{Endpoint, Payload, Secret, Stamp, Timestamp, error::InputError, multipart::Form};

/// The only address in the vendor's text.
const ENDPOINT: &str = "http://sdkphoto.fangtangtv.com";

const TOKEN: HeaderName = HeaderName::from_static("token");

/// A partner of the service, who bought uploads in advance. Cheap to clone; its methods are the
/// operations.
///
/// Requests go to `http://sdkphoto.fangtangtv.com`, the only address that the vendor names, over
/// plain http: whoever is on the way can read the picture, and use the token until it is too old.
/// Whether the service answers to https is not established; to try, see [`Partner::at`].
///
/// ```
/// use yunmei_core::{Endpoint, Secret, fangtang::{Partner, ThirdCode}};
///
/// let partner = Partner::new(ThirdCode::new("example")?, Secret::new("the secret key"))?
///     .at(Endpoint::parse("https://sdkphoto.fangtangtv.com")?);
/// let quota = partner.quota();
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct Partner(Arc<Settings>);

#[derive(Clone)]
struct Settings {
    third_code: ThirdCode,
    key: Secret,
    api: Endpoint,
}

impl Partner {
    /// The partner with this public id and this secret key.
    ///
    /// # Errors
    ///
    /// [`InputError::PartnerKey`] if the key is empty.
    pub fn new(third_code: ThirdCode, key: Secret) -> Result<Partner, InputError> {
        if key.is_empty() {
            return Err(InputError::PartnerKey);
        }
        let api = Endpoint::parse(ENDPOINT).expect("the vendor's address is an endpoint");
        Ok(Partner(Arc::new(Settings {
            third_code,
            key,
            api,
        })))
    }

    /// Sends every request of the API to this endpoint instead. The addresses of pictures, which
    /// the service names in its answers, are followed as they are.
    pub fn at(mut self, endpoint: Endpoint) -> Partner {
        Arc::make_mut(&mut self.0).api = endpoint;
        self
    }

    /// The public id.
    pub fn third_code(&self) -> &ThirdCode {
        &self.0.third_code
    }

    /// Whom requests are sent to.
    pub fn endpoint(&self) -> &Endpoint {
        &self.0.api
    }

    /// Uploads a picture of `size` bytes to be repaired. That costs one of the uploads that are
    /// left, if it is accepted.
    ///
    /// Of `file_name`, which may be a path, the last part is sent.
    pub fn upload(&self, repair: RepairType, file_name: impl Into<String>, size: u64) -> Upload {
        Upload::new(self.clone(), repair, &file_name.into(), size)
    }

    /// Asks how far the repair of a photo is.
    pub fn status(&self, photo: &PhotoId) -> CheckStatus {
        CheckStatus::new(self.clone(), photo.clone())
    }

    /// Asks where a repaired photo can be fetched.
    pub fn result_address(&self, photo: &PhotoId) -> ResultAddress {
        ResultAddress::new(self.clone(), photo.clone())
    }

    /// Asks how many uploads are left.
    pub fn quota(&self) -> CheckQuota {
        CheckQuota::new(self.clone())
    }

    /// Uploads a picture, if there are uploads left; gives the job to wait for.
    ///
    /// Where nothing is left, that is told without an upload, by
    /// [`InputError::NothingLeft`](crate::error::InputError::NothingLeft);
    /// [`Error::kind`](crate::Error::kind) is the same then as for the service's own refusal.
    pub fn submit(&self, repair: RepairType, file_name: impl Into<String>, size: u64) -> Submit {
        Submit::new(self.upload(repair, file_name, size))
    }

    /// Waits for a job, but not beyond `until`; gives the address of the repaired picture.
    ///
    /// # Errors
    ///
    /// [`InputError::JobOfAnother`] if another partner began the job.
    pub fn wait(&self, job: &Job, until: Timestamp) -> Result<Wait, InputError> {
        match job.third_code == self.0.third_code {
            true => Ok(Wait::new(self, &job.id, job.submitted, until)),
            false => Err(InputError::JobOfAnother),
        }
    }

    /// The same for a photo of which nothing but the id is known: when it was sent is not, so that
    /// [`Finished::expires`] may be long ago.
    pub fn wait_for(&self, photo: &PhotoId, until: Timestamp) -> Wait {
        Wait::new(self, photo, Timestamp::from_seconds(0), until)
    }

    /// Downloads a repaired picture.
    ///
    /// # Errors
    ///
    /// [`InputError::Address`] if what `finished` holds is no address.
    pub fn fetch(&self, finished: &Finished) -> Result<FetchResult, InputError> {
        FetchResult::new(finished.url.clone()).map(|fetch| fetch.gone_after(finished.gone))
    }

    /// A form, begun with what every request holds.
    pub(super) fn form(&self, stamp: &Stamp) -> Form {
        Form::new(&stamp.nonce).text("third_code", self.0.third_code.as_str())
    }

    /// `POST` of a form, with a token of its own.
    pub(super) fn post(&self, path: &str, form: Form, stamp: &Stamp) -> Request<Payload> {
        let token = token(&self.0.key, stamp.now);
        let mut token = HeaderValue::try_from(token.expose())
            .expect("hex digits, a comma and decimal digits are visible ASCII");
        token.set_sensitive(true);
        let (content_type, body) = form.finish();
        Request::post(format!("{}{path}", self.0.api))
            .header(TOKEN, token)
            .header(header::CONTENT_TYPE, content_type)
            .header(header::CONTENT_LENGTH, body.len())
            .body(body)
            .expect("an endpoint and a path of ours make an address")
    }
}

impl fmt::Debug for Partner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Partner")
            .field("third_code", &self.0.third_code.as_str())
            .field("at", &self.0.api)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        Operation, describe,
        fangtang::tests::{partner, stamp},
    };

    #[test]
    fn a_request_carries_a_token_of_its_time_that_is_not_shown() {
        let request = partner().quota().request(&stamp()).expect("a request");
        assert_eq!(
            request.uri().to_string(),
            "http://sdkphoto.fangtangtv.com/api/third/company/nums"
        );
        let token = &request.headers()["token"];
        assert_eq!(token, "5484490c8e797dabe52af90ab8bd1e50,1629962357");
        assert!(token.is_sensitive());
        let shown = format!("{} {:?}", describe(&request), partner());
        assert!(
            !shown.contains("5484") && !shown.contains("hiliad"),
            "{shown}"
        );
    }

    #[test]
    fn another_endpoint_is_asked_instead() {
        let endpoint = Endpoint::parse("https://127.0.0.1:9080").expect("an endpoint");
        let quota = partner().at(endpoint).quota();
        let request = quota.request(&stamp()).expect("a request");
        assert_eq!(
            request.uri().to_string(),
            "https://127.0.0.1:9080/api/third/company/nums"
        );
    }

    #[test]
    fn a_partner_has_a_key() {
        let third_code = ThirdCode::new("example").expect("an id");
        let partner = Partner::new(third_code, Secret::new(""));
        assert_eq!(partner.err(), Some(InputError::PartnerKey));
    }
}
