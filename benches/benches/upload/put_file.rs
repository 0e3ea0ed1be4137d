use bytes::Bytes;
use http::{Request, Response, Uri, header};
use serde_json::Value;
use yunmei_core::{
    Error, Operation, Payload, Stamp,
    error::{InputError, ResponseError},
};

/// Sends a whole file as it is, signed by nobody.
pub(crate) struct PutFile {
    uri: Uri,
    size: u64,
}

impl PutFile {
    pub(crate) fn new(uri: Uri, size: u64) -> PutFile {
        PutFile { uri, size }
    }
}

impl Operation for PutFile {
    type Output = ();

    fn request(&self, _: &Stamp) -> Result<Request<Payload>, Error> {
        Request::post(self.uri.clone())
            .header(header::CONTENT_LENGTH, self.size)
            .body(Payload::source(0, 0..self.size))
            .map_err(|_| InputError::Endpoint.into())
    }

    fn parse(&self, response: &Response<Bytes>) -> Result<(), Error> {
        let document: Value = serde_json::from_slice(response.body()).unwrap_or_default();
        match document["data"]["received"].as_u64() == Some(self.size) {
            true => Ok(()),
            false => Err(ResponseError::new("not all of it was received", response).into()),
        }
    }

    fn repeatable(&self) -> bool {
        false
    }
}
