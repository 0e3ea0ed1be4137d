use http::{HeaderValue, Method, Request, header};

use super::ByteRange;
use crate::{
    Endpoint,
    error::{Error, InputError},
    payload::Payload,
};

/// From where objects are downloaded.
#[derive(Clone, Debug)]
pub(crate) struct DownloadHost {
    /// Whom to ask.
    endpoint: Endpoint,
    /// What to put into `Host`, where that is not the endpoint's own.
    host: Option<String>,
}

impl DownloadHost {
    /// The service's own host, over https.
    pub(crate) fn official(host: &str) -> DownloadHost {
        DownloadHost::own(Endpoint::https(host))
    }

    /// An endpoint that goes by its own name.
    pub(crate) fn own(endpoint: Endpoint) -> DownloadHost {
        DownloadHost {
            endpoint,
            host: None,
        }
    }

    /// An endpoint that stands in for `host`, and is told so.
    pub(crate) fn instead_of(host: String, endpoint: Endpoint) -> DownloadHost {
        DownloadHost {
            endpoint,
            host: Some(host),
        }
    }

    /// Whom to ask.
    pub(crate) fn endpoint(&self) -> &Endpoint {
        &self.endpoint
    }

    /// `GET` of what is at `target`, a path with perhaps a query.
    pub(crate) fn get(&self, target: &str, range: ByteRange) -> Result<Request<Payload>, Error> {
        let mut builder = Request::builder()
            .method(Method::GET)
            .uri(format!("{}{target}", self.endpoint))
            // A length that is checked must not be that of something compressed on the way.
            .header(
                header::ACCEPT_ENCODING,
                HeaderValue::from_static("identity"),
            );
        if let Some(host) = &self.host {
            builder = builder.header(header::HOST, host);
        }
        if let Some(value) = range.header() {
            builder = builder.header(header::RANGE, value);
        }
        // Paths were checked when they were made, but a signature that was handed out may be long.
        builder
            .body(Payload::empty())
            .map_err(|_| InputError::AddressTooLong.into())
    }
}
