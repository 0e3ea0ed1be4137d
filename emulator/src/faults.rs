//! Answers that go wrong on purpose.
//!
//! Faults are a list of rules. A rule says which requests it is about (`method`, `path`, `op`; what
//! is left out matches all), which of those it strikes (`nth`, `times`), and what happens then
//! (`action`). In a file:
//!
//! ```toml
//! # The second slice is refused twice, as if the service were busy.
//! [[fault]]
//! method = "POST"
//! path = "/files/v2/"              # what the path begins with, as it stands in the request
//! op = "upload_slice_data"
//! nth = 2                          # from the second such request on, counted from 1
//! times = 2                        # two of them
//! action = "answer"
//! status = 503
//! body = '{"code":-71,"message":"ERROR_PROXY_FREQ_CONTROL"}'
//! headers = { "Content-Type" = "application/json", "Retry-After" = "1" }
//!
//! # The file is uploaded, but nobody is told.
//! [[fault]]
//! op = "upload"
//! nth = 1
//! action = "drop"
//! when = "after"
//!
//! # The first download breaks off after 1000 bytes.
//! [[fault]]
//! method = "GET"
//! path = "/photos/"
//! nth = 1
//! action = "truncate"
//! bytes = 1000
//!
//! # Every listing is slow.
//! [[fault]]
//! op = "list"
//! action = "delay"
//! milliseconds = 250
//! ```
//!
//! The same in Rust, from rules that are read with [`Faults::from_toml`] or made:
//!
//! ```
//! use std::time::Duration;
//! use http::{HeaderMap, HeaderValue, Method, StatusCode, header};
//! use yunmei_emulator::{Emulator, Faults, faults::{Action, Fault, When}};
//!
//! let busy = Action::Answer {
//!     status: StatusCode::SERVICE_UNAVAILABLE,
//!     headers: HeaderMap::from_iter([(header::RETRY_AFTER, HeaderValue::from_static("1"))]),
//!     body: r#"{"code":-71,"message":"ERROR_PROXY_FREQ_CONTROL"}"#.into(),
//!     when: When::Before,
//! };
//! let faults = Faults::new()
//!     // The second slice is refused twice, as if the service were busy.
//!     .with(Fault::new(busy).method(Method::POST).op("upload_slice_data").window(2, 2))
//!     // The file is uploaded, but nobody is told.
//!     .with(Fault::new(Action::Drop(When::After)).op("upload").nth(1))
//!     // The first download breaks off after 1000 bytes.
//!     .with(Fault::new(Action::Truncate(1000)).method(Method::GET).path("/photos/").nth(1))
//!     // Every listing is slow.
//!     .with(Fault::new(Action::Delay(Duration::from_millis(250))).op("list"));
//! let emulator = Emulator::builder().faults(faults).start()?;
//! # drop(emulator);
//! # Ok::<(), std::io::Error>(())
//! ```
//!
//! * `action = "answer"`: answers `status` (required), `body` and `headers`.
//! * `action = "drop"`: closes the connection without an answer.
//! * `action = "truncate"`: announces the whole answer and breaks off after `bytes` of its body.
//! * `action = "delay"`: waits `milliseconds`, then goes on as if nothing had been.
//!
//! What `op` calls an operation is its name on the wire, and for services that have no such names:
//!
//! * Wanxiang: `image.upload`, `image.slice` (an opening or a slice), `image.stat`, `image.copy`,
//!   `image.delete` and `image.download` of pictures, be they of V1 or V2; the same with `video`,
//!   but for copies; `detect`.
//! * Photo repair: `photo.upload`, `photo.status`, `photo.download`, `photo.quota` and
//!   `photo.picture`.
//! * TTVcloud and its successor: the service and the action, such as `vod.GetPlayInfo`,
//!   `imagex.ApplyImageUpload`, `iam.ListUsers` and `edit.GetDirectEditResult`; at the upload host
//!   `upload.put`, `upload.open`, `upload.part` and `upload.merge`; and for the bytes of videos and
//!   pictures `vod.play`, `vod.poster` and `imagex.image`.
//!
//! Failures of photo repair of the service itself look like this:
//!
//! ```toml
//! # The first upload fails: nothing is charged, and it may be sent again.
//! [[fault]]
//! op = "photo.upload"
//! nth = 1
//! action = "answer"
//! status = 200
//! body = '{"code":9000,"errno":9006,"msg":"upload failed"}'
//!
//! # The first question for the status fails.
//! [[fault]]
//! op = "photo.status"
//! nth = 1
//! action = "answer"
//! status = 200
//! body = '{"code":9000,"errno":500,"msg":"busy"}'
//!
//! # The second upload is accepted and charged, and nobody is told.
//! [[fault]]
//! op = "photo.upload"
//! nth = 2
//! action = "drop"
//! when = "after"
//! ```
//!
//! `when` is for the first two: `"before"` the request takes effect (the default), or `"after"`.
//! `nth` alone strikes one request, `times` alone the first so many, neither every one. Each
//! rule counts for itself; of several that strike the same request, the first wins.

mod file;

use std::{
    sync::atomic::{AtomicU64, Ordering},
    time::Duration,
};

use http::{HeaderMap, Method, StatusCode};
use serde::Deserialize;

pub use file::FaultsError;

/// The rules by which answers go wrong, in order.
#[derive(Clone, Debug, Default)]
pub struct Faults(Vec<Fault>);

/// One rule: which requests, and what happens to them.
#[derive(Clone, Debug)]
pub struct Fault {
    method: Option<Method>,
    path: String,
    op: Option<String>,
    first: u64,
    times: u64,
    action: Action,
}

/// What happens.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Action {
    /// This answer instead of the real one.
    Answer {
        /// The HTTP status.
        status: StatusCode,
        /// The headers, beside the length.
        headers: HeaderMap,
        /// The body.
        body: String,
        /// Whether the request takes effect.
        when: When,
    },
    /// No answer: the connection is closed.
    Drop(When),
    /// The answer breaks off after so many bytes of its body.
    Truncate(u64),
    /// The answer comes later.
    Delay(Duration),
}

/// Before or after the request takes effect.
#[derive(Clone, Copy, Debug, Default, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub enum When {
    /// It takes no effect.
    #[default]
    Before,
    /// It has taken effect, and only the answer is lost.
    After,
}

impl Faults {
    /// No faults.
    pub fn new() -> Faults {
        Faults::default()
    }

    /// Adds a rule behind the others.
    pub fn with(mut self, fault: Fault) -> Faults {
        self.0.push(fault);
        self
    }
}

impl Fault {
    /// Strikes every request, until it is told otherwise.
    pub fn new(action: Action) -> Fault {
        Fault {
            method: None,
            path: String::new(),
            op: None,
            first: 1,
            times: u64::MAX,
            action,
        }
    }

    /// Only requests with this method.
    pub fn method(mut self, method: Method) -> Fault {
        self.method = Some(method);
        self
    }

    /// Only requests whose path, as it stands in the request, begins with this.
    pub fn path(mut self, prefix: impl Into<String>) -> Fault {
        self.path = prefix.into();
        self
    }

    /// Only requests for this operation, by its name on the wire.
    pub fn op(mut self, op: impl Into<String>) -> Fault {
        self.op = Some(op.into());
        self
    }

    /// Only the `nth` such request, counted from 1.
    pub fn nth(self, nth: u64) -> Fault {
        self.window(nth, 1)
    }

    /// From the `nth` such request on, counted from 1, `times` of them.
    pub fn window(mut self, nth: u64, times: u64) -> Fault {
        (self.first, self.times) = (nth.max(1), times);
        self
    }

    fn is_about(&self, method: &Method, path: &str, op: Option<&str>) -> bool {
        self.method.as_ref().is_none_or(|only| only == method)
            && path.starts_with(&self.path)
            && self.op.as_deref().is_none_or(|only| Some(only) == op)
    }
}

/// The rules, and how often each was asked.
#[derive(Default)]
pub(crate) struct FaultCounters(Vec<(Fault, AtomicU64)>);

impl FaultCounters {
    pub(crate) fn new(faults: Faults) -> FaultCounters {
        let rules = faults.0.into_iter();
        FaultCounters(rules.map(|fault| (fault, AtomicU64::new(0))).collect())
    }

    /// What happens to this request; to be asked once for each.
    pub(crate) fn strike(&self, method: &Method, path: &str, op: Option<&str>) -> Option<Action> {
        let mut struck = None;
        for (fault, asked) in &self.0 {
            if !fault.is_about(method, path, op) {
                continue;
            }
            let number = asked.fetch_add(1, Ordering::Relaxed) + 1;
            if number >= fault.first && number - fault.first < fault.times && struck.is_none() {
                struck = Some(fault.action.clone());
            }
        }
        struck
    }
}
