//! The protocols of China's media clouds, without input and output.
//!
//! This crate turns each operation into an [`http::Request`] and each [`http::Response`] into a
//! typed result. It opens no socket, reads no clock, draws no random number, looks at no
//! environment and touches no file; whoever runs it passes all of that in. It does not depend on an
//! HTTP client, a runtime or TLS. To have requests sent, take `yunmei-ureq` (blocking) or
//! `yunmei-hyper` (async), or write the loop below around a client of your own.
//!
//! # One complete exchange
//!
//! ```
//! use bytes::Bytes;
//! use http::Response;
//! use yunmei_core::cos::{AppId, Bucket, BucketName, Credentials, FilePath, Region};
//! use yunmei_core::{Driver, Nonce, Retry, Stamp, Step, Timestamp};
//!
//! let bucket = Bucket::new(AppId::new(1250000000)?, BucketName::new("examplebucket")?, Region::new("gz")?)
//!     .signed_with(Credentials::new("AKIDEXAMPLE", "the secret key")?);
//! let mut driver = Driver::new(bucket.stat(&FilePath::new("/photos/cat.jpg")?), Retry::default());
//!
//! // Time and chance are arguments; a program takes them from `yunmei_host::stamp()`.
//! let stamp = Stamp::new(Timestamp::from_seconds(1503987233), Nonce::from_bytes([7; 32]));
//! let attributes = loop {
//!     match driver.poll(&stamp) {
//!         Step::Send(request) => {
//!             assert_eq!(request.uri().path(), "/files/v2/1250000000/examplebucket/photos/cat.jpg");
//!             // Here a client would send it. This is what the service might answer.
//!             driver.handle(Ok(Response::new(Bytes::from_static(
//!                 br#"{"code":0,"message":"SUCCESS","data":{"access_url":"a","source_url":"s",
//!                     "filesize":14,"ctime":1503987228,"mtime":1503987228}}"#,
//!             ))));
//!         }
//!         Step::Sleep(pause) => std::thread::sleep(pause),
//!         Step::Done(result) => break result?,
//!     }
//! };
//! assert_eq!(attributes.size, 14);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Map
//!
//! | layer | what it does | types |
//! |---|---|---|
//! | service | names the operations | [`cos::Bucket`], [`wanxiang::Bucket`], [`fangtang::Partner`], [`vcloud::vod::Vod`], [`vcloud::imagex::ImageX`]; the modules [`cos`], [`wanxiang`], [`fangtang`] and [`vcloud`] have all |
//! | operation | one exchange: builds the request, reads the response | [`Operation`] |
//! | flow | several exchanges, one result | [`Flow`], [`Turn`] |
//! | driver | attempts, pauses, giving up | [`Driver`], [`Step`], [`Retry`] |
//! | download | a body too large to hold | [`Download`], [`download::Downloader`] |
//! | payload | a body of known length, of bytes and of ranges of the caller's sources | [`Payload`], [`Chunk`] |
//! | stamp | time and chance | [`Stamp`], [`Timestamp`], [`Nonce`] |
//! | errors | whose fault, whether to retry, what the service called it | [`Error`], [`mod@error`] |
//! | secrets | never printed, wiped when dropped | [`Secret`], [`Token`], [`SignedUrl`] |
//! | signatures by themselves | made, taken apart, checked | [`cos::sign`], [`wanxiang::sign`], [`mod@fangtang::token`], [`vcloud::sign`], [`vcloud::sts2`] |
//!
//! # The invariant that callers keep
//!
//! Every stamp is used for one request only, and its nonce comes from the system's generator: a
//! single-use signature made twice from the same stamp is the same signature, and the service
//! refuses it the second time.

pub mod cos;
mod describe;
pub mod download;
mod driver;
mod encode;
mod endpoint;
pub mod error;
pub mod fangtang;
mod flow;
mod loose;
mod multipart;
mod operation;
mod payload;
mod retry;
mod secret;
mod stamp;
mod tencent;
pub mod vcloud;
pub mod wanxiang;

pub use describe::describe;
pub use download::{ByteRange, Download, Downloaded};
pub use driver::{Driver, Step};
pub use endpoint::Endpoint;
pub use error::Error;
pub use flow::{Flow, Turn};
pub use operation::Operation;
pub use payload::{Chunk, Payload};
pub use retry::Retry;
pub use secret::{Secret, SignedUrl, Token};
pub use stamp::{Nonce, Stamp, Timestamp};
