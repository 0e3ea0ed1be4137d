use bytes::Bytes;
use http::{HeaderName, HeaderValue, Method, Request, Response, StatusCode};
use yunmei_core::{
    ByteRange, Chunk, Download, Error, Operation, Payload, Stamp,
    error::{Service, ServiceError},
};

/// An operation that takes every answer, but for those that the driver should see as failures.
#[derive(Clone, Debug)]
pub struct Probe {
    method: Method,
    uri: String,
    headers: Vec<(HeaderName, HeaderValue)>,
    chunks: Vec<Chunk>,
    repeatable: bool,
}

/// The answer that a [`Probe`] was handed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seen {
    /// The status.
    pub status: u16,
    /// The body.
    pub body: Bytes,
}

impl Probe {
    /// A request without a body.
    pub fn get(uri: impl Into<String>) -> Probe {
        Probe {
            method: Method::GET,
            uri: uri.into(),
            headers: Vec::new(),
            chunks: Vec::new(),
            repeatable: true,
        }
    }

    /// A request with a body of these pieces.
    pub fn post(uri: impl Into<String>, chunks: impl IntoIterator<Item = Chunk>) -> Probe {
        let mut probe = Probe::get(uri);
        probe.method = Method::POST;
        probe.chunks.extend(chunks);
        probe
    }

    /// Adds a header.
    pub fn header(mut self, name: HeaderName, value: &'static str) -> Probe {
        self.headers.push((name, HeaderValue::from_static(value)));
        self
    }

    /// Must not be sent twice.
    pub fn once(mut self) -> Probe {
        self.repeatable = false;
        self
    }
}

impl Operation for Probe {
    type Output = Seen;

    fn request(&self, _: &Stamp) -> Result<Request<Payload>, Error> {
        let mut builder = Request::builder()
            .method(self.method.clone())
            .uri(&self.uri);
        for (name, value) in &self.headers {
            builder = builder.header(name, value);
        }
        let payload: Payload = self.chunks.iter().cloned().collect();
        if self.method != Method::GET {
            builder = builder.header(http::header::CONTENT_LENGTH, payload.len());
        }
        Ok(builder.body(payload).expect("a good request"))
    }

    fn parse(&self, response: &Response<Bytes>) -> Result<Seen, Error> {
        Ok(Seen {
            status: response.status().as_u16(),
            body: response.body().clone(),
        })
    }

    fn repeatable(&self) -> bool {
        self.repeatable
    }
}

/// A download whose refusals show what was answered.
#[derive(Clone, Debug)]
pub struct ProbeDownload {
    uri: String,
    range: ByteRange,
}

impl ProbeDownload {
    /// Of the whole object.
    pub fn new(uri: impl Into<String>) -> ProbeDownload {
        ProbeDownload {
            uri: uri.into(),
            range: ByteRange::ALL,
        }
    }
}

impl Download for ProbeDownload {
    fn request(&self, range: ByteRange, _: &Stamp) -> Result<Request<Payload>, Error> {
        let mut request = Request::get(&self.uri)
            .body(Payload::empty())
            .expect("a good request");
        if let Some(value) = range.header() {
            request.headers_mut().insert(http::header::RANGE, value);
        }
        Ok(request)
    }

    fn range(&self) -> ByteRange {
        self.range
    }

    fn refusal(&self, response: &Response<Bytes>) -> Error {
        let text = String::from_utf8_lossy(response.body()).into_owned();
        let status: StatusCode = response.status();
        ServiceError::new(Service::Cos, status, -1, text, None).into()
    }
}
