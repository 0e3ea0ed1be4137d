//! Tokens judged without requests.

use std::io;

use http::{HeaderMap, HeaderValue};
use yunmei_core::Timestamp;

use super::{Fangtang, FangtangAccount, Manners};
use crate::{still_clock::StillClock, storage::Storage};

/// Says what the emulator would say to tokens of Fangtang: for tests of whoever hands them out.
pub struct FangtangJudge {
    fangtang: Fangtang,
    clock: StillClock,
}

impl FangtangJudge {
    /// Judges for this partner, at this time.
    ///
    /// # Errors
    ///
    /// What the system says if there is nowhere to keep anything.
    pub fn new(account: FangtangAccount, now: Timestamp) -> io::Result<FangtangJudge> {
        let clock = StillClock::new(now);
        let (manners, storage) = (Manners::default(), Storage::memory());
        let fangtang = Fangtang::open(account, manners, clock.clock(), &storage)?;
        Ok(FangtangJudge { fangtang, clock })
    }

    /// Judges at this time from here on.
    pub fn set_time(&self, now: Timestamp) {
        self.clock.set(now);
    }

    /// Whether a token serves. It is bound to no call and to no picture.
    ///
    /// # Errors
    ///
    /// The service's code.
    pub fn judge(&self, token: &str) -> Result<(), i64> {
        let mut headers = HeaderMap::new();
        if let Ok(token) = HeaderValue::from_str(token) {
            headers.insert("token", token);
        }
        let checked = self.fangtang.check_token(&headers);
        checked.map_err(|refusal| refusal.errno)
    }
}
