//! Made-up values by the thousand, on two threads.

use std::{env, thread};

use proptest::{
    strategy::{Strategy, ValueTree},
    test_runner::{Config, RngAlgorithm, TestRng, TestRunner},
};
use yunmei_core::{Nonce, Stamp, Timestamp};

/// When everything happens.
pub(crate) const NOW: Timestamp = Timestamp::from_seconds(1_795_325_332);

/// So many seconds later.
pub(crate) fn later(seconds: u64) -> Timestamp {
    Timestamp::from_seconds(NOW.seconds() + seconds)
}

/// How many requests are made up.
pub(crate) fn count() -> usize {
    let said = env::var("YUNMEI_PROPERTY_REQUESTS").ok();
    said.and_then(|text| text.parse().ok()).unwrap_or(100_000)
}

/// Runs a check for made-up values on two threads, each with a judge of its own; `check` says whether
/// something was signed. Gives how often it was.
pub(crate) fn run<S: Strategy, J>(
    count: usize,
    strategy: impl Fn() -> S + Sync,
    judge: impl Fn(&mut TestRunner) -> J + Sync,
    check: impl Fn(&J, S::Value, usize) -> bool + Sync,
) -> usize {
    let half = |thread: u8| {
        // The other one takes half of the time.
        let rng = TestRng::from_seed(RngAlgorithm::XorShift, &[thread + 1; 16]);
        let mut runner = TestRunner::new_with_rng(Config::default(), rng);
        let (strategy, judge) = (strategy(), judge(&mut runner));
        let signed = (0..count / 2).filter(|number| {
            let value = made(&strategy, &mut runner);
            check(&judge, value, *number)
        });
        signed.count()
    };
    thread::scope(|scope| {
        let other = scope.spawn(|| half(1));
        half(0) + other.join().expect("no panic")
    })
}

/// One made-up value.
pub(crate) fn made<S: Strategy>(strategy: &S, runner: &mut TestRunner) -> S::Value {
    strategy.new_tree(runner).expect("a value").current()
}

/// A time, and bits that were not used before.
pub(crate) fn stamp(number: usize) -> Stamp {
    let mut bytes = [0; 32];
    bytes[..8].copy_from_slice(&number.to_le_bytes());
    bytes[16..24].copy_from_slice(&number.to_le_bytes());
    Stamp::new(NOW, Nonce::from_bytes(bytes))
}

/// One after the other.
pub(crate) fn turn<T: Clone>(all: &[T], number: usize) -> T {
    all[number % all.len()].clone()
}
