use std::time::Duration;

use crate::{
    Timestamp,
    cos::{FilePath, FolderPath, PathPrefix, SIGNATURE_LIFETIME_LIMIT},
    error::InputError,
};

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
    pub(super) fn resolve(self, now: Timestamp) -> Result<u64, InputError> {
        let end = match self.0 {
            Kind::At(time) => Some(time.seconds()),
            Kind::After(duration) => now.checked_add(duration).map(Timestamp::seconds),
        };
        let lifetime = end.and_then(|end| end.checked_sub(now.seconds()));
        match (end, lifetime) {
            // An end of 0 would mean single use.
            (Some(end @ 1..), Some(0..=SIGNATURE_LIFETIME_LIMIT)) => Ok(end),
            _ => Err(InputError::Expiry {
                limit: SIGNATURE_LIFETIME_LIMIT,
            }),
        }
    }
}

/// What a signature allows (section 4.3).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Grant(pub(super) Form);

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Form {
    MultiUse { prefix: PathPrefix, until: Expiry },
    SingleUse { path: PathPrefix },
    Download { prefix: PathPrefix, until: Expiry },
}

impl Grant {
    /// Every call to the API but update and delete, on all paths that begin with `prefix`, any
    /// number of times (section 4.7).
    ///
    /// It binds the path that a request is for. The destination of a move or copy is not bound:
    /// whether the service takes a multi-use signature for these is where the sources disagree,
    /// and if it does, the holder can write anywhere in the bucket. Hand out accordingly: for a
    /// short time, to whom that may be trusted.
    pub fn multi_use(prefix: impl Into<PathPrefix>, until: Expiry) -> Grant {
        Grant(Form::MultiUse {
            prefix: prefix.into(),
            until,
        })
    }

    /// One call to the API on this one file; made for update, delete, move and copy.
    pub fn single_use(path: &FilePath) -> Grant {
        Grant(Form::SingleUse { path: path.into() })
    }

    /// One call to the API on this one folder; made for update and delete.
    pub fn single_use_folder(path: &FolderPath) -> Grant {
        Grant(Form::SingleUse { path: path.into() })
    }

    /// Downloads of all files whose path begins with `prefix`, any number of times.
    pub fn download(prefix: impl Into<PathPrefix>, until: Expiry) -> Grant {
        Grant(Form::Download {
            prefix: prefix.into(),
            until,
        })
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
