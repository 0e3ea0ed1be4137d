//! TTVcloud and its successor: an account, a clock that is moved by hand, and calls by their names.

use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

use bytes::Bytes;
use http::Response;
use serde_json::Value;
use yunmei_core::{
    Driver, Error, Flow, Nonce, Operation, Retry, Stamp, Step, Timestamp,
    vcloud::{
        Call, Content, ContentBuilder, Credentials, Dialect, Parameters, Region,
        edit::Edit,
        iam::Iam,
        imagex::{ImageX, ServiceId},
        vod::Vod,
    },
};
use yunmei_emulator::{Builder, VcloudAccount};

use super::{Bed, NOW, json};

pub(crate) const SPACE: &str = "example-space";
pub(crate) const SERVICE: &str = "example-service";

/// An emulator whose clock stands still until it is moved.
pub(crate) struct Desk {
    pub(crate) bed: Bed,
    time: Arc<AtomicU64>,
}

/// A refusal: the status, the number if there is one, and the text.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Refused {
    pub(crate) status: u16,
    pub(crate) number: Option<i64>,
    pub(crate) code: String,
}

impl Desk {
    pub(crate) fn new() -> Desk {
        Desk::with(|builder| builder)
    }

    pub(crate) fn with(change: impl FnOnce(Builder) -> Builder) -> Desk {
        let time = Arc::new(AtomicU64::new(NOW));
        let clock = Arc::clone(&time);
        let builder = super::telling()
            .vcloud_account(account())
            .clock(move || Timestamp::from_seconds(clock.load(Ordering::Relaxed)));
        Desk {
            bed: Bed::with(change(builder)),
            time,
        }
    }

    pub(crate) fn pass(&self, seconds: u64) {
        self.time.fetch_add(seconds, Ordering::Relaxed);
    }

    /// A stamp of now, that no other request has.
    pub(crate) fn stamp(&self) -> Stamp {
        static COUNT: AtomicU64 = AtomicU64::new(1);
        let mut bytes = [7; 32];
        let count = COUNT.fetch_add(1, Ordering::Relaxed);
        bytes[16..24].copy_from_slice(&count.to_le_bytes());
        let now = Timestamp::from_seconds(self.time.load(Ordering::Relaxed));
        Stamp::new(now, Nonce::from_bytes(bytes))
    }

    pub(crate) fn vod(&self) -> Vod {
        self.bed.emulator.vod(Dialect::TtvCloud).expect("a handle")
    }

    pub(crate) fn imagex(&self, dialect: Dialect) -> ImageX {
        self.bed.emulator.imagex(dialect).expect("a handle")
    }

    pub(crate) fn iam(&self) -> Iam {
        self.bed.emulator.iam(Dialect::TtvCloud).expect("a handle")
    }

    pub(crate) fn edit(&self, dialect: Dialect) -> Edit {
        self.bed.emulator.edit(dialect).expect("a handle")
    }

    /// One exchange, as the library reads it.
    pub(crate) fn run<O: Operation>(&self, operation: &O) -> Result<O::Output, Error> {
        operation.parse(&self.exchange(operation))
    }

    /// One exchange, by a call of an action by its name.
    pub(crate) fn call(&self, call: &Call) -> Result<Value, Refused> {
        read(&self.exchange(call))
    }

    pub(crate) fn exchange<O: Operation>(&self, operation: &O) -> Response<Bytes> {
        let request = operation.request(&self.stamp()).expect("a request");
        self.bed.send(&request, b"")
    }

    /// A conversation of the library, without the pauses, with a content for each source.
    pub(crate) fn flow<F: Flow>(&self, flow: F, contents: &[&[u8]]) -> Result<F::Output, Error> {
        let mut driver = Driver::new(flow, Retry::default());
        loop {
            match driver.poll(&self.stamp()) {
                Step::Send(request) => {
                    let content = request
                        .body()
                        .chunks()
                        .iter()
                        .find_map(|chunk| match chunk {
                            yunmei_core::Chunk::Source { source, .. } => contents.get(*source),
                            yunmei_core::Chunk::Inline(_) => None,
                        });
                    let content = content.copied().unwrap_or_default();
                    driver.handle(Ok(self.bed.send(&request, content)));
                }
                Step::Sleep(_) => {}
                Step::Done(result) => return result,
            }
        }
    }

    /// Gets an address at this emulator.
    pub(crate) fn get(&self, url: &str) -> Response<Bytes> {
        let host = self.bed.emulator.address().to_string();
        let path = url.strip_prefix(&format!("http://{host}"));
        let headers = [("host", host.as_str())];
        self.bed
            .anywhere("GET", path.expect("an address here"), &headers, b"")
    }
}

/// What an answer holds.
pub(crate) fn read(response: &Response<Bytes>) -> Result<Value, Refused> {
    let body = json(response);
    let head = &body["ResponseMetadata"];
    assert!(head["RequestId"].is_string(), "{body}");
    match &head["Error"] {
        Value::Null => {
            assert_eq!(response.status(), 200, "{body}");
            Ok(body["Result"].clone())
        }
        error => Err(Refused {
            status: response.status().as_u16(),
            number: error["CodeN"].as_i64(),
            code: error["Code"].as_str().expect("a text").to_owned(),
        }),
    }
}

pub(crate) fn refused(status: u16, number: Option<i64>, code: &str) -> Refused {
    Refused {
        status,
        number,
        code: code.to_owned(),
    }
}

pub(crate) fn account() -> VcloudAccount {
    VcloudAccount::new(
        Credentials::new("AKLTEXAMPLE0000000000000000000001", "EXAMPLE-SECRET").expect("keys"),
        Region::default(),
        SPACE,
        service(),
    )
    .expect("an account")
}

pub(crate) fn service() -> ServiceId {
    ServiceId::new(SERVICE).expect("an id")
}

pub(crate) fn parameters(pairs: &[(&'static str, &str)]) -> Parameters {
    pairs.iter().fold(Parameters::new(), |all, (name, value)| {
        all.with_repeated(*name, (*value).to_owned())
    })
}

/// Bytes to be uploaded, as a library has them.
pub(crate) fn content(bytes: &[u8]) -> Content {
    let mut builder = ContentBuilder::new();
    builder.update(bytes);
    builder.finish()
}
