//! The one place with a clock and entropy, and what the transports share.
//!
//! Programs use [`stamp`], [`Options`] and [`vcloud_credentials()`]. The rest is for transports:
//! everything about sending a request that is not input or output, so that the blocking and the async
//! one decide alike.
//!
//! | what | types |
//! |---|---|
//! | time and chance for one request | [`stamp`] |
//! | credentials of TTVcloud from environment and files | [`vcloud_credentials()`], [`Surroundings`] |
//! | settings of a client | [`Options`], [`Proxy`], [`ProxyUrl`], [`Roots`] |
//! | reports while bytes move | [`Progress`], [`Tracker`] |
//! | which bytes of a body come next | [`Cursor`], [`Piece`] |
//! | a file to be sent, and whether it is still the same | [`open_regular`], [`FileIdentity`] |
//! | an answer that must not fill the memory | [`Collector`] |
//! | which proxy leads to an address | [`ProxyRules`] |
//!
//! ```
//! use std::time::Duration;
//! use yunmei_host::{Options, Proxy};
//!
//! let options = Options::default()
//!     .connect_timeout(Duration::from_secs(3))
//!     .proxy(Proxy::None);
//! assert_eq!(options.connect_timeout, Duration::from_secs(3));
//! assert_ne!(yunmei_host::stamp().now.seconds(), 0);
//! ```

mod collector;
mod cursor;
mod identity;
mod options;
mod progress;
mod proxy;
mod vcloud_credentials;

use std::time::SystemTime;

use yunmei_core::{Nonce, Stamp};

pub use collector::Collector;
pub use cursor::{Cursor, Piece};
pub use identity::{FileIdentity, open_regular};
pub use options::{IDLE_CONNECTION_AGE, Options, Roots};
pub use progress::{Progress, ProgressSink, Tracker};
pub use proxy::{Proxy, ProxyProtocol, ProxyRules, ProxyUrl};
pub use vcloud_credentials::{
    CredentialsError, ExplicitKeys, FoundCredentials, Surroundings, readable_by_others,
    vcloud_credentials,
};

/// The time now, and fresh random bits from the system's generator.
///
/// # Panics
///
/// If the system has no working random number generator: nothing that is signed would be safe.
pub fn stamp() -> Stamp {
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes).expect("the system has a random number generator");
    Stamp::new(SystemTime::now().into(), Nonce::from_bytes(bytes))
}
