//! A clock that stands still.

use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering::Relaxed},
};

use yunmei_core::Timestamp;

use crate::router::Clock;

/// A clock that shows what it was set to, for whoever judges signatures without requests.
pub(crate) struct StillClock(Arc<AtomicU64>);

impl StillClock {
    pub(crate) fn new(now: Timestamp) -> StillClock {
        StillClock(Arc::new(AtomicU64::new(now.seconds())))
    }

    /// What reads it.
    pub(crate) fn clock(&self) -> Clock {
        let seconds = Arc::clone(&self.0);
        Arc::new(move || Timestamp::from_seconds(seconds.load(Relaxed)))
    }

    pub(crate) fn set(&self, now: Timestamp) {
        self.0.store(now.seconds(), Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_shows_what_it_was_set_to() {
        let still = StillClock::new(Timestamp::from_seconds(7));
        let clock = still.clock();
        assert_eq!(clock(), Timestamp::from_seconds(7));
        still.set(Timestamp::from_seconds(9));
        assert_eq!(clock(), Timestamp::from_seconds(9));
    }
}
