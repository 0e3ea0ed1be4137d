//! Time that passes as the program has it.

use std::time::Duration;

use yunmei_core::{Stamp, Timestamp};

use crate::sample::{self, Program};

/// When a program may begin: also near both ends of time.
const BEGINNINGS: [u64; 4] = [sample::NOW.seconds(), 0, u64::MAX - 700, 1];

/// How long an exchange may take, in milliseconds.
const EXCHANGES: [u64; 8] = [0, 0, 1, 40, 999, 1500, 21_000, 700_000];

pub(super) struct Clock {
    milliseconds: u128,
    ticks: u64,
}

impl Clock {
    pub(super) fn new(program: &mut Program<'_>) -> Clock {
        Clock {
            milliseconds: u128::from(program.choose(&BEGINNINGS)) * 1000,
            ticks: 0,
        }
    }

    pub(super) fn now(&self) -> Timestamp {
        let seconds = u64::try_from(self.milliseconds / 1000);
        Timestamp::from_seconds(seconds.unwrap_or(u64::MAX))
    }

    /// A stamp of now, with bits of its own.
    pub(super) fn stamp(&mut self) -> Stamp {
        self.ticks += 1;
        sample::stamp_at(self.now(), &self.ticks.to_le_bytes())
    }

    pub(super) fn pass(&mut self, time: Duration) {
        self.milliseconds += time.as_millis();
    }

    /// Lets the time of an exchange pass.
    pub(super) fn exchange(&mut self, program: &mut Program<'_>) {
        self.pass(Duration::from_millis(program.choose(&EXCHANGES)));
    }
}
