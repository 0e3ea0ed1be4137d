//! How often somebody may ask.

use std::{
    hash::{BuildHasher, Hash, RandomState},
    net::IpAddr,
    num::NonZeroU32,
    sync::atomic::{AtomicBool, AtomicU32, Ordering::Relaxed},
    time::Duration,
};

use governor::{
    Quota, RateLimiter,
    clock::{Clock, DefaultClock},
    middleware::NoOpMiddleware,
    state::keyed::DashMapStateStore,
};

use super::peers::network;

/// How many are remembered at once.
const MEMORY: usize = 65_536;
/// How many share what is left when that is not enough.
const SHARED: u64 = 1024;
/// After how many questions those are forgotten who may ask again as if they never had.
const SWEEP: u32 = 1024;

/// Counts requests of many, each for itself, in bounded memory.
pub(super) struct Rates<C: Clock = DefaultClock> {
    limiter: RateLimiter<u64, DashMapStateStore<u64>, C, NoOpMiddleware<C::Instant>>,
    clock: C,
    /// Names are kept as hashes with a key that nobody knows.
    hasher: RandomState,
    questions: AtomicU32,
    is_full: AtomicBool,
}

impl Rates {
    /// So many a minute, and as many at once.
    pub(super) fn a_minute(requests: NonZeroU32) -> Rates {
        Rates::with_clock(requests, DefaultClock::default())
    }
}

impl<C: Clock + Clone> Rates<C> {
    fn with_clock(requests: NonZeroU32, clock: C) -> Rates<C> {
        Rates {
            limiter: RateLimiter::dashmap_with_clock(Quota::per_minute(requests), clock.clone()),
            clock,
            hasher: RandomState::new(),
            questions: AtomicU32::new(0),
            is_full: AtomicBool::new(false),
        }
    }

    /// Counts a request of `whose`; if it is one too many, says after how long there will be room.
    pub(super) fn count(&self, whose: impl Hash) -> Result<(), Duration> {
        if self.questions.fetch_add(1, Relaxed) % SWEEP == SWEEP - 1 {
            self.sweep();
        }
        let mut key = self.hasher.hash_one(whose);
        if self.is_full.load(Relaxed) {
            key %= SHARED;
        }
        let outcome = self.limiter.check_key(&key);
        outcome.map_err(|early| early.wait_time_from(self.clock.now()))
    }

    /// An address, or the network that it counts as.
    pub(super) fn count_address(&self, address: IpAddr) -> Result<(), Duration> {
        self.count(network(address))
    }

    fn sweep(&self) {
        if self.limiter.len() > SWEEP as usize {
            self.limiter.retain_recent();
        }
        self.is_full.store(self.limiter.len() >= MEMORY, Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use governor::clock::FakeRelativeClock;

    use super::*;

    fn rates(clock: &FakeRelativeClock) -> Rates<FakeRelativeClock> {
        Rates::with_clock(NonZeroU32::new(6).expect("not zero"), clock.clone())
    }

    #[test]
    fn each_has_so_many_a_minute_and_is_told_when_there_is_room() {
        let clock = FakeRelativeClock::default();
        let rates = rates(&clock);
        for _ in 0..6 {
            assert_eq!(rates.count("alice"), Ok(()));
        }
        let pause = rates.count("alice").expect_err("one too many");
        assert_eq!(pause, Duration::from_secs(10));
        assert_eq!(rates.count("bob"), Ok(()));
        clock.advance(pause);
        assert_eq!(rates.count("alice"), Ok(()));
    }

    #[test]
    fn a_network_counts_as_one_address() {
        let rates = rates(&FakeRelativeClock::default());
        let address = |text: &str| text.parse::<IpAddr>().expect("an address");
        for last in 1..=6 {
            assert_eq!(
                rates.count_address(address(&format!("2001:db8::{last}"))),
                Ok(())
            );
        }
        assert!(rates.count_address(address("2001:db8::7")).is_err());
        assert_eq!(rates.count_address(address("2001:db8:0:1::7")), Ok(()));
        assert_eq!(rates.count_address(address("192.0.2.1")), Ok(()));
    }

    #[test]
    fn a_flood_of_names_fills_no_memory_and_is_forgotten() {
        let clock = FakeRelativeClock::default();
        let rates = rates(&clock);
        for name in 0..200_000 {
            let _ = rates.count(name);
        }
        let most = MEMORY + (SWEEP as usize) + SHARED as usize;
        assert!(rates.limiter.len() <= most, "{}", rates.limiter.len());
        clock.advance(Duration::from_secs(120));
        for _ in 0..2 * SWEEP {
            let _ = rates.count("alice");
        }
        assert!(rates.limiter.len() < 10, "{}", rates.limiter.len());
        assert!(!rates.is_full.load(Relaxed));
    }
}
