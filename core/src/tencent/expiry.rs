use std::time::Duration;

use crate::{Timestamp, error::InputError};

/// The longest life of a signature, in seconds: 90 days (dossier of COS, section 10; of Wanxiang,
/// section 11: three months).
pub(crate) const LIFETIME_LIMIT: u64 = 7_776_000;

/// When a signature ends: at a time, or after a while. Never guessed from the size of a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Expiry(Kind);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    At(Timestamp),
    After(Duration),
}

impl Expiry {
    /// At this time.
    pub const fn at(time: Timestamp) -> Expiry {
        Expiry(Kind::At(time))
    }

    /// This long after signing, cut to whole seconds.
    pub const fn after(duration: Duration) -> Expiry {
        Expiry(Kind::After(duration))
    }

    /// This many seconds after signing.
    pub const fn after_seconds(seconds: u64) -> Expiry {
        Expiry(Kind::After(Duration::from_secs(seconds)))
    }

    /// The end, for a signature made `now`.
    pub(crate) fn resolve(self, now: Timestamp) -> Result<u64, InputError> {
        let end = match self.0 {
            Kind::At(time) => Some(time.seconds()),
            Kind::After(duration) => now.checked_add(duration).map(Timestamp::seconds),
        };
        let lifetime = end.and_then(|end| end.checked_sub(now.seconds()));
        match (end, lifetime) {
            // An end of 0 would mean single use.
            (Some(end @ 1..), Some(0..=LIFETIME_LIMIT)) => Ok(end),
            _ => Err(InputError::Expiry {
                limit: LIFETIME_LIMIT,
            }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::from_seconds(1_503_987_233);

    #[test]
    fn an_expiry_means_what_it_says_however_large_its_number() {
        let at = |seconds| Expiry::at(Timestamp::from_seconds(seconds)).resolve(NOW);
        assert_eq!(at(1_503_987_533), Ok(1_503_987_533));
        assert_eq!(at(1_503_987_233), Ok(1_503_987_233));
        // The vendor's SDK makes a lifetime of 48 years of a time that has just passed.
        assert!(at(1_503_987_232).is_err());
        assert!(at(300).is_err());
        assert_eq!(Expiry::after_seconds(300).resolve(NOW), Ok(1_503_987_533));
    }

    #[test]
    fn ninety_days_are_the_most() {
        assert!(Expiry::after_seconds(7_776_000).resolve(NOW).is_ok());
        assert!(Expiry::after_seconds(7_776_001).resolve(NOW).is_err());
        assert!(Expiry::after_seconds(u64::MAX).resolve(NOW).is_err());
        assert!(
            Expiry::at(Timestamp::from_seconds(u64::MAX))
                .resolve(NOW)
                .is_err()
        );
    }
}
