//! Two things timed in turns, so that whatever else the machine does hits both.

use std::time::Instant;

/// How long each of two things takes.
#[derive(Clone, Copy, Debug)]
pub struct Pair {
    /// The one that is to be judged: the median, in nanoseconds.
    pub ours: f64,
    /// The one that it is held against: the median, in nanoseconds.
    pub limit: f64,
    /// How many times the limit ours takes: the median over the rounds, each by itself, so that a
    /// machine that becomes faster or slower meanwhile does not matter.
    pub ratio: f64,
}

/// How often to measure.
#[derive(Clone, Copy, Debug)]
pub struct Effort {
    /// How many times the turn changes.
    pub rounds: usize,
    /// How many calls make one measurement.
    pub calls: usize,
}

/// Times `ours` and `limit` in turns, after as many calls to warm up as one round makes.
pub fn measure(effort: Effort, mut ours: impl FnMut(), mut limit: impl FnMut()) -> Pair {
    let Effort { rounds, calls } = effort;
    time(calls, &mut ours);
    time(calls, &mut limit);
    let (mut all_ours, mut all_limits, mut ratios) = (Vec::new(), Vec::new(), Vec::new());
    for round in 0..rounds {
        // Neither is always the one that follows the other.
        let (one, other) = if round % 2 == 0 {
            let one = time(calls, &mut ours);
            (one, time(calls, &mut limit))
        } else {
            let other = time(calls, &mut limit);
            (time(calls, &mut ours), other)
        };
        all_ours.push(one);
        all_limits.push(other);
        ratios.push(one / other);
    }
    Pair {
        ours: median(&mut all_ours),
        limit: median(&mut all_limits),
        ratio: median(&mut ratios),
    }
}

/// The one in the middle; zero if there is none.
pub fn median(samples: &mut [f64]) -> f64 {
    samples.sort_by(f64::total_cmp);
    samples.get(samples.len() / 2).copied().unwrap_or_default()
}

/// Nanoseconds of one call.
fn time(calls: usize, call: &mut impl FnMut()) -> f64 {
    let start = Instant::now();
    for _ in 0..calls {
        call();
    }
    start.elapsed().as_nanos() as f64 / calls as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_is_the_one_in_the_middle_whatever_the_order() {
        assert_eq!(median(&mut [5.0, 1.0, 3.0]), 3.0);
        assert_eq!(median(&mut []), 0.0);
    }

    #[test]
    fn both_are_called_equally_often() {
        let (mut ours, mut limit) = (0, 0);
        let effort = Effort {
            rounds: 3,
            calls: 5,
        };
        let pair = measure(effort, || ours += 1, || limit += 1);
        assert_eq!((ours, limit), (20, 20));
        assert!(pair.ours >= 0.0 && pair.limit >= 0.0);
    }
}
