//! Where a content is put, and what every request to it has in common (section 8).

use bytes::Bytes;
use http::{HeaderName, HeaderValue, Method, Request, Response, header};
use percent_encoding::utf8_percent_encode;

use super::{StorageClass, Store, UploadAddress, UploadHost, address::UploadHeaders};
use crate::{
    Payload, encode,
    error::{Error, InputError},
    vcloud::Scheme,
};

/// The header with the checksum of the body.
pub(super) const CHECKSUM: HeaderName = HeaderName::from_static("content-crc32");

/// The header of the successor that says how the content is to be kept.
const STORAGE_CLASS: HeaderName = HeaderName::from_static("x-upload-storage-class");

/// The header that tells of the mode for large files (section 8.2).
const STORAGE_MODE: HeaderName = HeaderName::from_static("x-storage-mode");

/// What is shorter is no secret, and could be part of any answer.
const SECRET_LENGTH: usize = 16;

/// A store at one of its hosts.
#[derive(Clone, Debug)]
pub(super) struct Place {
    pub(super) store: Store,
    pub(super) host: UploadHost,
    pub(super) scheme: Scheme,
    pub(super) headers: UploadHeaders,
    pub(super) storage_class: Option<StorageClass>,
}

impl Place {
    pub(super) fn new(address: &UploadAddress, store: &Store, host: &UploadHost) -> Place {
        Place {
            store: store.clone(),
            host: host.clone(),
            scheme: Scheme::Https,
            headers: address.headers.clone(),
            storage_class: None,
        }
    }

    /// A `PUT` to it, by leave of the apply.
    pub(super) fn put(
        &self,
        query: &str,
        body: Payload,
        checksum: Option<&str>,
    ) -> Result<Request<Payload>, Error> {
        // Each segment by itself: the slashes between them stay.
        let path = utf8_percent_encode(self.store.uri().trim_start_matches('/'), encode::COS_PATH);
        let uri = format!("{}/{path}{query}", self.host.endpoint(self.scheme));
        let length = body.len();
        let mut request = Request::builder()
            .method(Method::PUT)
            .uri(uri)
            .body(body)
            .map_err(|_| InputError::AddressTooLong)?;
        let mut auth = HeaderValue::from_str(self.store.auth().expose())
            .expect("checked when the address was read");
        auth.set_sensitive(true);
        let headers = request.headers_mut();
        for (name, value) in self.headers.iter() {
            headers.insert(name, value.clone());
        }
        if let Some(checksum) = checksum {
            let checksum = HeaderValue::from_str(checksum).expect("digits, or a word");
            headers.insert(CHECKSUM, checksum);
        }
        if let Some(word) = self.storage_class.and_then(StorageClass::word) {
            headers.insert(STORAGE_CLASS, HeaderValue::from_static(word));
        }
        headers.insert(header::AUTHORIZATION, auth);
        headers.insert(header::CONTENT_LENGTH, length.into());
        Ok(request)
    }

    /// The answer without the permission, if it repeats that: errors show what an answer says.
    pub(super) fn without_auth(&self, response: &Response<Bytes>) -> Response<Bytes> {
        let auth = self.store.auth().expose();
        let mut response = response.clone();
        let text = String::from_utf8_lossy(response.body());
        // In JSON, some servers escape slashes.
        for written in [auth, &auth.replace('/', "\\/")] {
            if written.len() >= SECRET_LENGTH && text.contains(written) {
                *response.body_mut() = text.replace(written, "***").into();
                return response;
            }
        }
        response
    }

    /// [`Place::put`], of an upload in parts.
    pub(super) fn put_in_parts(
        &self,
        gateway: bool,
        query: &str,
        body: Payload,
        checksum: Option<&str>,
    ) -> Result<Request<Payload>, Error> {
        let mut request = self.put(query, body, checksum)?;
        if gateway {
            let mode = HeaderValue::from_static("gateway");
            request.headers_mut().insert(STORAGE_MODE, mode);
        }
        Ok(request)
    }
}
