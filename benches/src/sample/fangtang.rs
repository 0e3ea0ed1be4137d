//! What a token of Fangtang is made of: the vendor's own example.

use yunmei_core::{Secret, Timestamp};

/// The key, which the vendor published.
pub const KEY: &str = "hiliad";

/// When, in digits.
pub const TIME: &str = "1629962357";

/// The key.
pub fn key() -> Secret {
    Secret::new(KEY)
}

/// When.
pub fn now() -> Timestamp {
    Timestamp::from_seconds(1_629_962_357)
}
