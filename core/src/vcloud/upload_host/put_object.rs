use bytes::Bytes;
use http::{Request, Response};

use super::{Content, StorageClass, Store, UploadAddress, UploadHost, envelope, place::Place};
use crate::{
    Operation, Payload, Stamp,
    error::{Error, InputError},
    vcloud::Scheme,
};

/// Puts a content to one upload host, in one request (section 8.1).
///
/// ```text
/// PUT /{store uri}
/// Content-CRC32: {eight hex digits}
/// Authorization: {what the apply brought}
/// ```
///
/// It may be repeated: the name is known before, and the content is the same.
#[derive(Clone, Debug)]
pub struct PutObject {
    place: Place,
    content: Content,
    source: usize,
}

impl PutObject {
    /// Puts source 0 to `host`, at one of the stores of `address`.
    pub fn new(
        address: &UploadAddress,
        store: &Store,
        host: &UploadHost,
        content: Content,
    ) -> PutObject {
        PutObject::at(Place::new(address, store, host), content)
    }

    pub(super) fn at(place: Place, content: Content) -> PutObject {
        PutObject {
            place,
            content,
            source: 0,
        }
    }

    /// Reads the content from another source than 0.
    pub fn source(mut self, source: usize) -> PutObject {
        self.source = source;
        self
    }

    /// Speaks to the host over this.
    pub fn over(mut self, scheme: Scheme) -> PutObject {
        self.place.scheme = scheme;
        self
    }

    /// Has it kept in this way; of Volcengine only.
    pub fn storage_class(mut self, class: StorageClass) -> PutObject {
        self.place.storage_class = Some(class);
        self
    }
}

impl Operation for PutObject {
    type Output = ();

    fn request(&self, _: &Stamp) -> Result<Request<Payload>, Error> {
        if self.content.size() == 0 {
            return Err(InputError::EmptyContent.into());
        }
        let payload = Payload::source(self.source, 0..self.content.size());
        let checksum = self.content.checksum_text();
        self.place.put("", payload, Some(&checksum))
    }

    fn parse(&self, response: &Response<Bytes>) -> Result<(), Error> {
        let response = &self.place.without_auth(response);
        let stored = envelope::open(response)?;
        envelope::check(stored.hash.as_deref(), self.content.crc32(), response)
    }

    fn repeatable(&self) -> bool {
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        Chunk,
        vcloud::{
            played::{answer, stamp},
            upload_host::tests::address,
        },
    };

    fn put(uri: &str, content: Content) -> PutObject {
        let address = address(&[uri], &["upload.example.com"], r#"{"X-Store":"a"}"#);
        PutObject::new(&address, &address.stores()[0], &address.hosts()[0], content)
    }

    #[test]
    fn the_request_is_the_documented_one_with_the_headers_of_the_apply() {
        let put = put("tos-cn-v-0/影 片%2F.mp4", Content::new(7, 0xab)).source(2);
        let request = put.request(&stamp()).expect("a request");
        assert_eq!(request.method(), "PUT");
        assert_eq!(
            request.uri(),
            "https://upload.example.com/tos-cn-v-0/%E5%BD%B1%20%E7%89%87%252F.mp4"
        );
        let header = |name: &str| request.headers()[name].to_str().expect("a text");
        assert_eq!(header("content-crc32"), "000000ab");
        assert_eq!(header("authorization"), "permission-0");
        assert_eq!(header("content-length"), "7");
        assert_eq!(header("x-store"), "a");
        assert!(request.headers()["authorization"].is_sensitive());
        assert_eq!(
            request.body().chunks(),
            [Chunk::Source {
                source: 2,
                range: 0..7
            }]
        );
        let plain = put.over(Scheme::Http).request(&stamp());
        let plain = plain.expect("a request");
        assert_eq!(plain.uri().scheme_str(), Some("http"));
    }

    #[test]
    fn an_empty_content_is_refused_before_anything_is_sent() {
        let refused = put("a", Content::unchecked(0)).request(&stamp());
        assert!(matches!(
            refused,
            Err(Error::Input(InputError::EmptyContent))
        ));
    }

    #[test]
    fn what_was_stored_must_be_what_was_sent() {
        let stored = |content, hash: &str| {
            let body = format!(r#"{{"success":0,"payload":{{"hash":"{hash}"}}}}"#);
            put("a", content).parse(&answer(200, &body))
        };
        let content = || Content::new(7, 0xab);
        assert!(stored(content(), "000000ab").is_ok());
        assert!(stored(content(), "000000AB").is_ok());
        assert!(stored(Content::unchecked(7), "12345678").is_ok());
        for other in ["000000ac", "", "xyz"] {
            let error = stored(content(), other).expect_err("another content");
            assert!(error.to_string().contains("another checksum"), "{error}");
        }
    }
}
