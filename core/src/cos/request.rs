//! How every request of this API is put together: address, signature, body.

use http::{HeaderValue, Method, Request, header, request};

use super::{
    Bucket, FilePath, FolderPath, PathPrefix,
    bucket::SignaturePlace,
    sign::{Grant, Signature},
};
use crate::{
    ByteRange, Stamp, Token, encode,
    error::{Error, InputError},
    multipart::Form,
    payload::Payload,
    tencent::{Leave, authorization},
};

/// What an operation works on, and which signature that takes (section 4.7).
#[derive(Clone, Copy)]
pub(super) enum Target<'a> {
    File(&'a FilePath),
    Folder(&'a FolderPath),
    Prefix(&'a PathPrefix),
    FileOnce(&'a FilePath),
    FolderOnce(&'a FolderPath),
}

impl Target<'_> {
    fn encoded(&self) -> &str {
        match self {
            Target::File(path) | Target::FileOnce(path) => path.encoded(),
            Target::Folder(path) | Target::FolderOnce(path) => path.encoded(),
            Target::Prefix(prefix) => prefix.encoded(),
        }
    }

    fn grant(&self, bucket: &Bucket) -> Grant {
        let until = bucket.settings().expiry();
        match *self {
            Target::File(path) => Grant::multi_use(path, until),
            Target::Folder(path) => Grant::multi_use(path, until),
            Target::Prefix(prefix) => Grant::multi_use(prefix.clone(), until),
            Target::FileOnce(path) => Grant::single_use(path),
            Target::FolderOnce(path) => Grant::single_use_folder(path),
        }
    }
}

/// Query parameters under construction: encoded once, for the wire.
#[derive(Default)]
pub(super) struct Query(String);

impl Query {
    pub(super) fn new(op: &str) -> Query {
        Query::default().pair("op", op)
    }

    /// Appends a pair in form encoding, as the vendor's client writes it (section 6.5).
    pub(super) fn pair(mut self, name: &str, value: &str) -> Query {
        self.name(name);
        encode::push_form_value(&mut self.0, value);
        self
    }

    fn sign(mut self, token: &Token) -> Query {
        self.name("sign");
        encode::push_query_value(&mut self.0, token.expose());
        self
    }

    fn name(&mut self, name: &str) {
        self.0.push(if self.0.is_empty() { '?' } else { '&' });
        self.0.push_str(name);
        self.0.push('=');
    }
}

impl Bucket {
    /// `GET` with a query.
    pub(super) fn get(
        &self,
        target: Target<'_>,
        query: Query,
        stamp: &Stamp,
    ) -> Result<Request<Payload>, Error> {
        let builder = self.api(Method::GET, target, query, stamp)?;
        finish(builder, Payload::empty())
    }

    /// `POST` with a query and an empty body.
    pub(super) fn post(
        &self,
        target: Target<'_>,
        query: Query,
        stamp: &Stamp,
    ) -> Result<Request<Payload>, Error> {
        let builder = self.api(Method::POST, target, query, stamp)?;
        finish(builder.header(header::CONTENT_LENGTH, 0), Payload::empty())
    }

    /// `POST` of a JSON object.
    pub(super) fn post_json(
        &self,
        target: Target<'_>,
        body: &impl serde::Serialize,
        stamp: &Stamp,
    ) -> Result<Request<Payload>, Error> {
        let body = serde_json::to_vec(body).expect("texts and maps of texts always serialise");
        let builder = self
            .api(Method::POST, target, Query::default(), stamp)?
            .header(
                header::CONTENT_TYPE,
                HeaderValue::from_static("application/json"),
            )
            .header(header::CONTENT_LENGTH, body.len());
        finish(builder, body.into())
    }

    /// `POST` of a form.
    pub(super) fn post_form(
        &self,
        target: Target<'_>,
        form: Form,
        stamp: &Stamp,
    ) -> Result<Request<Payload>, Error> {
        let (content_type, body) = form.finish();
        let builder = self
            .api(Method::POST, target, Query::default(), stamp)?
            .header(header::CONTENT_TYPE, content_type)
            .header(header::CONTENT_LENGTH, body.len());
        finish(builder, body)
    }

    /// `GET` of a file itself, from the download host (section 9).
    pub(super) fn get_file(
        &self,
        path: &FilePath,
        range: ByteRange,
        stamp: &Stamp,
    ) -> Result<Request<Payload>, Error> {
        let settings = self.settings();
        // The vendor's clients put this one into the query whatever else they do.
        let query = match &settings.leave {
            Leave::Nobody => Query::default(),
            Leave::HandedOut(token) if self.is_for_api(token) => {
                return Err(InputError::HandedOutForApi.into());
            }
            Leave::HandedOut(token) => Query::default().sign(token),
            Leave::Signer(signer) => {
                let grant = Grant::download(path, settings.expiry());
                Query::default().sign(&signer.sign(&grant, stamp)?)
            }
        };
        let target = format!("{}{}", path.encoded(), query.0);
        settings.download.get(&target, range)
    }

    /// Whether a signature that was handed out allows calls to the API. Its place is a header:
    /// an address gets into histories and logs, and on a domain of one's own to others.
    fn is_for_api(&self, token: &Token) -> bool {
        let settings = self.settings();
        let resource = format!("/{}/{}", settings.app, settings.name);
        Signature::decode(token.expose())
            .is_ok_and(|signature| signature.file_id().starts_with(&resource))
    }

    fn api(
        &self,
        method: Method,
        target: Target<'_>,
        mut query: Query,
        stamp: &Stamp,
    ) -> Result<request::Builder, Error> {
        let settings = self.settings();
        let token = match &settings.leave {
            Leave::Nobody => return Err(InputError::Unsigned.into()),
            Leave::HandedOut(token) => token.clone(),
            Leave::Signer(signer) => signer.sign(&target.grant(self), stamp)?,
        };
        if settings.signature_place == SignaturePlace::Query {
            query = query.sign(&token);
        }
        let builder = Request::builder().method(method).uri(format!(
            "{}/files/v2/{}/{}{}{}",
            settings.api(),
            settings.app,
            settings.name,
            target.encoded(),
            query.0,
        ));
        if settings.signature_place == SignaturePlace::Query {
            return Ok(builder);
        }
        Ok(builder.header(header::AUTHORIZATION, authorization(token.expose())?))
    }
}

fn finish(builder: request::Builder, body: Payload) -> Result<Request<Payload>, Error> {
    // All parts were checked when their types were made, but a position in a listing and a
    // signature that was handed out may have any length.
    builder
        .body(body)
        .map_err(|_| InputError::AddressTooLong.into())
}
