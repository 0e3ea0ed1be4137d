//! Fangtang photo repair: larger, undamaged, coloured photos, and new backgrounds for ID photos.
//!
//! Start with a [`Partner`]; its methods are the operations. What "the dossier" says is in
//! `docs/protocol/fangtang.md`.
//!
//! | operation | method | request | answer | may be sent again |
//! |---|---|---|---|---|
//! | upload a picture | [`Partner::upload`] | [`Upload`] | [`Accepted`] | no: it may be charged |
//! | how far is it | [`Partner::status`] | [`CheckStatus`] | [`PhotoStatus`] | yes |
//! | where is the result | [`Partner::result_address`] | [`ResultAddress`] | [`SignedUrl`](crate::SignedUrl) | yes |
//! | uploads left | [`Partner::quota`] | [`CheckQuota`] | [`Quota`] | yes |
//! | quota, then upload | [`Partner::submit`] | [`Submit`] | [`Job`] | not the upload |
//! | wait, then the address | [`Partner::wait`] | [`Wait`] | [`Finished`] | yes |
//! | fetch the result | [`Partner::fetch`] | [`FetchResult`] | [`Downloaded`](crate::Downloaded) | yes |
//!
//! Every request carries a [token](mod@token) of its own, made of the secret key and the time: a
//! clock that is minutes off is refused.
//!
//! # The whole story
//!
//! ```
//! use bytes::Bytes;
//! use http::Response;
//! use yunmei_core::download::{DownloadStep, Downloader, Head};
//! use yunmei_core::fangtang::{Job, Partner, RepairType, ThirdCode};
//! use yunmei_core::{Driver, Error, Flow, Nonce, Retry, Secret, Stamp, Step, Timestamp};
//!
//! // Stands for a client and the service: a program sends the request, with the picture for source 0.
//! fn run<F: Flow>(flow: F, answers: &[&'static str]) -> Result<F::Output, Error> {
//!     let mut answers = answers.iter();
//!     let mut driver = Driver::new(flow, Retry::default());
//!     loop {
//!         match driver.poll(&stamp()) {
//!             Step::Send(request) => {
//!                 assert!(request.headers().contains_key("token"));
//!                 let answer = answers.next().expect("an answer to each request");
//!                 driver.handle(Ok(Response::new(Bytes::from_static(answer.as_bytes()))));
//!             }
//!             // Here a program would sleep.
//!             Step::Sleep(_) => {}
//!             Step::Done(result) => break result,
//!         }
//!     }
//! }
//!
//! // Time and chance are arguments; a program takes them from `yunmei_host::stamp()`.
//! fn stamp() -> Stamp {
//!     Stamp::new(Timestamp::from_seconds(1629962357), Nonce::from_bytes([7; 32]))
//! }
//!
//! let partner = Partner::new(ThirdCode::new("example")?, Secret::new("the secret key"))?;
//!
//! // Look whether there are uploads left, and upload.
//! let job = run(partner.submit(RepairType::Restoration, "grandmother.jpg", 48_213), &[
//!     r#"{"code":200,"data":{"code":"example","nums":7}}"#,
//!     r#"{"code":200,"data":{"img_url":"http://host/1.jpg","mdf":"0cc175b9c0f1b6a831c399e269772661"}}"#,
//! ])?;
//!
//! // It costs nothing to wait, now or later; the job holds no secret.
//! let saved = serde_json::to_string(&job)?;
//! let job: Job = serde_json::from_str(&saved)?;
//! let until = Timestamp::from_seconds(stamp().now.seconds() + 600);
//! let finished = run(partner.wait(&job, until)?, &[
//!     r#"{"code":200,"data":{"status":100,"msg":"processing"}}"#,
//!     r#"{"code":200,"data":{"status":200,"msg":"done"}}"#,
//!     r#"{"code":200,"data":{"url":"http://host/2.jpg"}}"#,
//! ])?;
//!
//! // Fetch the result at once: it is deleted after an hour.
//! let mut downloader = Downloader::new(partner.fetch(&finished)?, Retry::default());
//! let DownloadStep::Send(request) = downloader.poll(&stamp()) else { panic!("nothing to send") };
//! assert_eq!(request.uri(), "http://host/2.jpg");
//! let (head, body) = Response::builder().header("content-length", 7).body(b"picture")?.into_parts();
//! assert_eq!(downloader.head(&head), Head::Receive);
//! let picture = &body[downloader.data(body)];
//! downloader.end(Ok(()));
//! assert!(matches!(downloader.poll(&stamp()), DownloadStep::Done(Ok(_))));
//! assert_eq!(picture, b"picture");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Not established
//!
//! Nobody here can ask the service itself.
//!
//! * How many minutes a token lives: every attempt makes a new one.
//! * Whether the service answers to https: see [`Partner`].
//! * Which HTTP status goes with which refusal: answers are judged by their `code`.
//! * What answers for a picture that was deleted: a refusal with 9002, or 404 or 410 of whatever
//!   server the address names, are [not found](crate::error::ServiceErrorKind::NotFound).
//! * Whether `rgb` may be sent without `bg`: it is not.
//! * The largest picture: none is refused for its size here.

pub mod codes;
mod envelope;
mod fetch_result;
mod job;
mod names;
mod partner;
mod quota;
mod repair_type;
mod result_address;
mod rgb;
mod status;
mod submit;
#[cfg(test)]
mod tests;
pub mod token;
mod upload;
mod wait;

pub use fetch_result::FetchResult;
pub use job::Job;
pub use names::{PhotoId, ThirdCode};
pub use partner::Partner;
pub use quota::{CheckQuota, Quota};
pub use repair_type::RepairType;
pub use result_address::ResultAddress;
pub use rgb::Rgb;
pub use status::{CheckStatus, PhotoStatus, Progress};
pub use submit::Submit;
pub use token::token;
pub use upload::{Accepted, Upload};
pub use wait::{FIRST_PAUSE, Finished, LONGEST_PAUSE, RESULT_LIFETIME, Wait};
