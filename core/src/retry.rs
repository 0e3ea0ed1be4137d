use std::time::Duration;

use crate::{
    Stamp,
    error::{Error, RetryClass},
};

/// How often and how patiently an exchange is tried again.
///
/// Counted for each exchange of a flow by itself: a long upload may meet many faults, as long as
/// it gets past each of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Retry {
    /// How often one exchange is sent, the first time included.
    pub attempts: u32,
    /// The pause after the first failure; it doubles with each further one.
    pub base: Duration,
    /// The pause after the first "too many requests"; it doubles likewise.
    pub throttled: Duration,
    /// No pause is longer.
    pub cap: Duration,
}

impl Default for Retry {
    /// Four attempts; pauses from 200 ms, after throttling from 2 s, none above 20 s.
    fn default() -> Retry {
        Retry {
            attempts: 4,
            base: Duration::from_millis(200),
            throttled: Duration::from_secs(2),
            cap: Duration::from_secs(20),
        }
    }
}

impl Retry {
    /// One attempt and no more.
    pub fn never() -> Retry {
        Retry {
            attempts: 1,
            ..Retry::default()
        }
    }
}

/// What happened to one exchange so far, and whether to try it again.
#[derive(Debug, Default)]
pub(crate) struct Attempts {
    failures: u32,
    resigned: bool,
    in_doubt: bool,
}

impl Attempts {
    /// Whether an earlier attempt may have been carried out.
    pub(crate) fn in_doubt(&self) -> bool {
        self.in_doubt
    }

    /// Counts a failure. Returns the pause before the next attempt, or `None` to give up.
    pub(crate) fn failed(
        &mut self,
        error: &Error,
        retry: &Retry,
        repeatable: bool,
    ) -> Option<Pause> {
        self.failures += 1;
        self.in_doubt |= error.is_in_doubt();
        if self.failures >= retry.attempts || (self.in_doubt && !repeatable) {
            return None;
        }
        let base = match error.retry_class() {
            RetryClass::Never | RetryClass::State => return None,
            // A fresh signature either helps at once or never.
            RetryClass::Resign if self.resigned => return None,
            RetryClass::Resign => {
                self.resigned = true;
                Duration::ZERO
            }
            RetryClass::Backoff => retry.base,
            RetryClass::Throttled => retry.throttled,
        };
        let doublings = (self.failures - 1).min(20);
        let asked = error
            .service()
            .and_then(|refusal| refusal.retry_after())
            .unwrap_or_default();
        Some(Pause {
            jittered: base.saturating_mul(1 << doublings).min(retry.cap),
            least: asked.min(retry.cap),
        })
    }
}

/// A pause whose length waits for the jitter of the next stamp.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Pause {
    jittered: Duration,
    least: Duration,
}

impl Pause {
    /// A pause of exactly this length.
    pub(crate) fn exactly(length: Duration) -> Pause {
        Pause {
            jittered: Duration::ZERO,
            least: length,
        }
    }

    /// Between half and the whole of the pause, so that many clients do not return at once; not
    /// less than the service asked for, up to the cap.
    pub(crate) fn length(self, stamp: &Stamp) -> Duration {
        let half = self.jittered / 2;
        let jitter = half.saturating_mul(stamp.nonce.fraction()) / 0x1_0000;
        (half + jitter).max(self.least)
    }
}
