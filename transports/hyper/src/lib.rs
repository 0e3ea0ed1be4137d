//! The async transport for yunmei: hyper on tokio, rustls, HTTP/1.1 with a pool of connections.
//!
//! A [`Client`] carries operations and flows to their end and downloads into a writer; a
//! [`Source`] is what is to be uploaded: a file, bytes, or anything that reads and seeks. Bodies
//! are streamed in both directions and never held in memory as a whole.
//!
//! ```no_run
//! use yunmei_core::ByteRange;
//! use yunmei_core::cos::{AppId, Bucket, BucketName, Credentials, FilePath, Region};
//! use yunmei_hyper::{Client, Options, Source};
//!
//! # async fn example() -> Result<(), Box<dyn std::error::Error>> {
//! let bucket = Bucket::new(AppId::new(1250000000)?, BucketName::new("examplebucket")?, Region::new("gz")?)
//!     .signed_with(Credentials::new("AKIDEXAMPLE", "the secret key")?);
//! let client = Client::new(Options::default())?;
//!
//! let path = FilePath::new("/photos/cat.jpg")?;
//! let mut cat = Source::open("cat.jpg").await?;
//! let content = cat.content().await?;
//! client.send(bucket.put(&path, content), &mut cat).await?;
//! println!("{} bytes", client.run(bucket.stat(&path)).await?.size);
//!
//! let mut copy = Vec::new();
//! client.download(bucket.download(&path, ByteRange::ALL), &mut copy).await?;
//! # Ok(())
//! # }
//! ```
//!
//! # Runtime and cancellation
//!
//! Everything runs on a tokio runtime with time and input/output enabled; files are read on its
//! blocking threads. To drop a future is to give up: the connection is closed, and the service may
//! or may not have carried out what was asked.
//!
//! # What it does not do
//!
//! It follows no redirect, because what was signed for one address is no good at another: the
//! answer is handed to the operation as it is. It asks for no compression.

mod body;
mod client;
mod connector;
mod exchange;
mod failure;
mod feed;
mod file;
mod patience;
mod source;
mod wire;

pub use client::Client;
pub use source::Source;
pub use yunmei_host::{Options, Progress, Proxy, ProxyUrl, Roots};

/// Compiles the examples of the README.
#[cfg(doctest)]
#[doc = include_str!("../../../README.md")]
struct Readme;
