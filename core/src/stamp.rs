use std::time::{Duration, SystemTime};

use sha2::{Digest, Sha256};

/// When a request is made, and bits that were never used before.
///
/// The core reads no clock and draws no random number: whoever drives it passes both in. A test
/// passes the same stamp twice and gets the same request twice.
#[derive(Clone, Debug)]
pub struct Stamp {
    /// The time of signing.
    pub now: Timestamp,
    /// Fresh random bits; never the same for two requests.
    pub nonce: Nonce,
}

impl Stamp {
    /// A stamp of this time and these bits.
    pub fn new(now: Timestamp, nonce: Nonce) -> Stamp {
        Stamp { now, nonce }
    }
}

/// Whole seconds since 1970, UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(u64);

impl Timestamp {
    /// The time `seconds` after 1970 began, UTC.
    pub const fn from_seconds(seconds: u64) -> Timestamp {
        Timestamp(seconds)
    }

    /// Seconds since 1970 began, UTC.
    pub const fn seconds(self) -> u64 {
        self.0
    }

    /// This time and `duration`, cut to whole seconds; `None` where the count would overflow.
    pub fn checked_add(self, duration: Duration) -> Option<Timestamp> {
        self.0.checked_add(duration.as_secs()).map(Timestamp)
    }
}

/// Cuts to whole seconds; a time before 1970 becomes 1970.
impl From<SystemTime> for Timestamp {
    fn from(time: SystemTime) -> Timestamp {
        Timestamp(
            time.duration_since(SystemTime::UNIX_EPOCH)
                .map_or(0, |since| since.as_secs()),
        )
    }
}

/// 32 random bytes, from which everything random in one request is derived.
///
/// Each use reads bytes of its own, so that what one of them reveals says nothing of another.
#[derive(Clone)]
pub struct Nonce([u8; 32]);

impl Nonce {
    /// A nonce of these bytes; they must be fresh from the system's generator.
    pub const fn from_bytes(bytes: [u8; 32]) -> Nonce {
        Nonce(bytes)
    }

    /// The boundary of a multipart body.
    pub(crate) fn boundary(&self) -> String {
        crate::encode::hex(&self.0[..16])
    }

    /// The number inside a signature, 0 to 999 999 999.
    pub(crate) fn number(&self) -> u64 {
        self.word(16) % 1_000_000_000
    }

    /// A fraction for jitter, in 65 536ths.
    pub(crate) fn fraction(&self) -> u32 {
        (self.word(24) & 0xffff) as u32
    }

    /// What is random in an id.
    pub(crate) fn id(&self) -> [u8; 16] {
        let mut id = [0; 16];
        id.copy_from_slice(&self.0[..16]);
        id
    }

    /// Bits for a use that has none of its own, as many blocks of them as it needs; `usage` tells such
    /// uses apart. What others reveal does not give them away.
    pub(crate) fn block(&self, usage: &'static str, number: u64) -> [u64; 4] {
        let hash = Sha256::new().chain_update(self.0).chain_update(usage);
        let bytes = hash.chain_update(number.to_le_bytes()).finalize();
        let mut words = [0; 4];
        for (word, bytes) in words.iter_mut().zip(bytes.as_chunks().0) {
            *word = u64::from_le_bytes(*bytes);
        }
        words
    }

    /// Two numbers for such a use.
    pub(crate) fn two_words(&self, usage: &'static str) -> [u64; 2] {
        let [one, other, ..] = self.block(usage, 0);
        [one, other]
    }

    fn word(&self, at: usize) -> u64 {
        let mut word = [0; 8];
        word.copy_from_slice(&self.0[at..at + 8]);
        u64::from_le_bytes(word)
    }
}

impl std::fmt::Debug for Nonce {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Nonce(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_before_1970_is_not_a_panic() {
        let before = SystemTime::UNIX_EPOCH - Duration::from_secs(1);
        assert_eq!(Timestamp::from(before), Timestamp::from_seconds(0));
    }

    #[test]
    fn a_block_depends_on_nonce_usage_and_number() {
        let block = |byte, usage, number| Nonce::from_bytes([byte; 32]).block(usage, number);
        let one = block(7, "one", 0);
        assert_eq!(one, block(7, "one", 0));
        for other in [block(8, "one", 0), block(7, "other", 0), block(7, "one", 1)] {
            assert_ne!(one, other);
        }
    }

    #[test]
    fn the_signature_number_stays_below_ten_digits() {
        assert_eq!(Nonce::from_bytes([0; 32]).number(), 0);
        assert!(Nonce::from_bytes([0xff; 32]).number() <= 999_999_999);
    }
}
