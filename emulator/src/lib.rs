//! The media clouds on loopback: a server that behaves as the real services do, for tests and
//! demos.
//!
//! ```
//! use yunmei_emulator::Emulator;
//!
//! let emulator = Emulator::start()?;
//! let bucket = emulator.cos_bucket(); // signed, and at the emulator's address
//! assert!(emulator.endpoint().as_str().starts_with("http://127.0.0.1:"));
//! # let _ = bucket;
//! # Ok::<(), std::io::Error>(())
//! ```
//!
//! It runs on a thread of its own until it is dropped. One port serves every service, told apart
//! by path prefix or by `Host`; now there is Tencent's COS v4. State is in memory, or in a folder
//! from where it comes back after a restart.
//!
//! Signatures are always verified, strictly. A refusal names in the log, and to peers on loopback
//! in the header `x-yunmei-refusal`, which field was wrong and the text that should have been
//! signed: never a secret, and never a signature.
//!
//! What can go wrong on the way is made to go wrong by [`Faults`].
//!
//! # Map
//!
//! | module | what it does |
//! |---|---|
//! | `emulator` | the handle and its builder |
//! | `server` | accepts connections, bounds them |
//! | `router` | which service a request is for; what every answer carries |
//! | `cos` | COS v4, one module per operation |
//! | `storage` | contents and documents, in memory or in a folder |
//! | [`faults`] | answers that go wrong on purpose |

mod body;
mod config;
mod cos;
mod emulator;
mod exchange;
pub mod faults;
mod log;
mod random;
mod router;
mod server;
mod stall;
mod storage;

pub use config::CosAccount;
pub use emulator::{Builder, Emulator, Stopper};
pub use faults::Faults;
pub use log::LogEntry;
