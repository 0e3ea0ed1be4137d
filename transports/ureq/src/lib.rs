//! The blocking transport for yunmei: no runtime, rustls, HTTP/1.1 with a pool of connections.
//!
//! A [`Client`] carries operations and flows to their end and downloads into a writer; a
//! [`Source`] is what is to be uploaded: a file, bytes, or anything that reads and seeks. Bodies
//! are streamed in both directions and never held in memory as a whole.
//!
//! ```no_run
//! use yunmei_core::ByteRange;
//! use yunmei_core::cos::{AppId, Bucket, BucketName, Credentials, FilePath, Region};
//! use yunmei_ureq::{Client, Options, Source};
//!
//! let bucket = Bucket::new(AppId::new(1250000000)?, BucketName::new("examplebucket")?, Region::new("gz")?)
//!     .signed_with(Credentials::new("AKIDEXAMPLE", "the secret key")?);
//! let client = Client::new(Options::default())?;
//!
//! let path = FilePath::new("/photos/cat.jpg")?;
//! let mut cat = Source::open("cat.jpg")?;
//! let content = cat.content()?;
//! client.send(bucket.put(&path, content), &mut cat)?;
//! println!("{} bytes", client.run(bucket.stat(&path))?.size);
//!
//! let mut copy = std::fs::File::create("copy.jpg")?;
//! client.download(bucket.download(&path, ByteRange::ALL), &mut copy)?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # What it does not do
//!
//! It follows no redirect, because what was signed for one address is no good at another: the
//! answer is handed to the operation as it is. It asks for no compression. Through an HTTP proxy
//! every connection is a `CONNECT` tunnel, those to `http` addresses too.
//!
//! # Logs
//!
//! Where level `trace` of the `log` crate is on for the target `ureq`, the client beneath logs whole
//! addresses, with the signatures that some have in their query. Turn it off wherever logs are kept;
//! at `debug` paths and queries are left out.

mod agents;
mod body;
mod client;
mod connection;
mod failure;
mod source;

pub use client::Client;
pub use source::Source;
pub use yunmei_host::{Options, Progress, Proxy, ProxyUrl, Roots};
