//! How every call of an action is put together: address, signature, body (sections 3.1 and 4).

use std::{fmt, sync::Arc};

use http::{HeaderMap, HeaderName, HeaderValue, Method, Request, header};

use super::{
    Credentials, CustomHeaders, Dialect, Parameters, Scheme, Scope,
    sign::{BodyDigest, Signer, Unsigned},
};
use crate::{
    Endpoint, Stamp,
    error::{Error, InputError},
    payload::Payload,
};

/// The media type of most bodies that are not files.
const JSON: &str = "application/json";

/// The media type of the others.
const FORM: &str = "application/x-www-form-urlencoded";

/// A service in a region, and by whose leave we use it. Cheap to clone.
#[derive(Clone)]
pub(super) struct Caller(Arc<Settings>);

#[derive(Clone)]
struct Settings {
    signer: Signer,
    endpoint: Endpoint,
    headers: CustomHeaders,
    /// How upload hosts are spoken to.
    uploads: Scheme,
}

impl Caller {
    pub(super) fn new(scope: Scope, credentials: Credentials) -> Caller {
        Caller(Arc::new(Settings {
            endpoint: scope.endpoint(),
            signer: Signer::new(scope, credentials),
            headers: CustomHeaders::new(),
            uploads: Scheme::default(),
        }))
    }

    pub(super) fn at(self, endpoint: Endpoint) -> Caller {
        self.with(|settings| settings.endpoint = endpoint)
    }

    pub(super) fn with_headers(self, headers: CustomHeaders) -> Caller {
        self.with(|settings| settings.headers = headers)
    }

    pub(super) fn uploads_over(self, scheme: Scheme) -> Caller {
        self.with(|settings| settings.uploads = scheme)
    }

    /// How upload hosts are spoken to.
    pub(super) fn uploads(&self) -> Scheme {
        self.0.uploads
    }

    fn with(mut self, change: impl FnOnce(&mut Settings)) -> Caller {
        change(Arc::make_mut(&mut self.0));
        self
    }

    pub(super) fn signer(&self) -> &Signer {
        &self.0.signer
    }

    pub(super) fn dialect(&self) -> Dialect {
        self.0.signer.scope().dialect()
    }

    /// Who answers, as errors call it.
    pub(super) fn name(&self) -> &'static str {
        self.dialect().name()
    }

    pub(super) fn endpoint(&self) -> &Endpoint {
        &self.0.endpoint
    }

    /// `GET` of an action.
    pub(super) fn get(&self, query: &Parameters, stamp: &Stamp) -> Result<Request<Payload>, Error> {
        self.request(Method::GET, query, None, stamp)
    }

    /// `POST` of a JSON document to an action.
    pub(super) fn post_json(
        &self,
        query: &Parameters,
        body: &impl serde::Serialize,
        stamp: &Stamp,
    ) -> Result<Request<Payload>, Error> {
        let body = serde_json::to_vec(body).map_err(|_| InputError::Parameter {
            name: "body".to_owned(),
        })?;
        self.request(Method::POST, query, Some((JSON, body)), stamp)
    }

    /// `POST` of a form to an action. What is signed is the form as it is sent: the reference signs an
    /// empty one (section 14, defect 5).
    pub(super) fn post_form(
        &self,
        query: &Parameters,
        form: &Parameters,
        stamp: &Stamp,
    ) -> Result<Request<Payload>, Error> {
        let body = form.encode().into_bytes();
        self.request(Method::POST, query, Some((FORM, body)), stamp)
    }

    fn request(
        &self,
        method: Method,
        query: &Parameters,
        body: Option<(&'static str, Vec<u8>)>,
        stamp: &Stamp,
    ) -> Result<Request<Payload>, Error> {
        let Settings {
            signer,
            endpoint,
            headers,
            ..
        } = &*self.0;
        let mut plain: Vec<(&str, &str)> = Vec::with_capacity(headers.iter().len() + 2);
        plain.push(("Accept", JSON));
        plain.extend(
            body.iter()
                .map(|(media_type, _)| ("Content-Type", *media_type)),
        );
        plain.extend(headers.iter());
        let signed = signer.sign_headers(
            &Unsigned {
                method: &method,
                path: "/",
                query,
                host: endpoint.authority(),
                headers: &plain,
                body: BodyDigest::of(body.as_ref().map_or(&[][..], |(_, bytes)| bytes)),
            },
            stamp.now,
        )?;
        let mut request = Request::builder()
            .method(&method)
            .uri(format!("{endpoint}/?{}", query.encode()))
            .body(Payload::empty())
            .map_err(|_| InputError::AddressTooLong)?;
        insert(request.headers_mut(), &plain, self.dialect())?;
        signed.insert_into(request.headers_mut());
        if let Some((_, body)) = body {
            let length = body.len();
            request
                .headers_mut()
                .insert(header::CONTENT_LENGTH, length.into());
            *request.body_mut() = body.into();
        }
        Ok(request)
    }
}

/// The headers that were there before signing.
fn insert(
    headers: &mut HeaderMap,
    plain: &[(&str, &str)],
    dialect: Dialect,
) -> Result<(), InputError> {
    for (name, value) in plain {
        let refused = || InputError::Header {
            name: (*name).to_owned(),
        };
        let mut value = HeaderValue::from_str(value).map_err(|_| refused())?;
        // The vendor's own way of sending temporary keys along (section 6.6).
        value.set_sensitive(name.eq_ignore_ascii_case(dialect.session_token_name()));
        let name = HeaderName::from_bytes(name.as_bytes()).map_err(|_| refused())?;
        headers.insert(name, value);
    }
    Ok(())
}

impl fmt::Debug for Caller {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Caller")
            .field("scope", self.0.signer.scope())
            .field("at", &self.0.endpoint)
            .finish_non_exhaustive()
    }
}
