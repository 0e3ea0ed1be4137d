//! Signatures judged without requests.

use std::io;

use yunmei_core::{Timestamp, wanxiang::sign::Call};

use super::{Manners, Wanxiang, account::WanxiangAccount, authorize::Wanted};
use crate::{still_clock::StillClock, storage::Storage};

/// Says what the emulator would say to signatures of Wanxiang: for tests of whoever hands them out.
pub struct WanxiangJudge {
    wanxiang: Wanxiang,
    clock: StillClock,
}

impl WanxiangJudge {
    /// Judges for this account, at this time.
    ///
    /// # Errors
    ///
    /// What the system says if there are no random numbers.
    pub fn new(account: WanxiangAccount, now: Timestamp) -> io::Result<WanxiangJudge> {
        let clock = StillClock::new(now);
        let (manners, storage) = (Manners::default(), Storage::memory());
        let wanxiang = Wanxiang::open(account, manners, 0, clock.clock(), &storage)?;
        Ok(WanxiangJudge { wanxiang, clock })
    }

    /// Judges at this time from here on.
    pub fn set_time(&self, now: Timestamp) {
        self.clock.set(now);
    }

    /// Whether a signature serves for a call about this picture. A single-use one is not spent.
    ///
    /// # Errors
    ///
    /// The service's code.
    pub fn judge(&self, signature: &str, call: Call, file_id: &str) -> Result<(), i64> {
        let app = self.wanxiang.account.app().to_string();
        let wanted = Wanted {
            app: &app,
            bucket: Some(self.wanxiang.account.bucket().as_str()),
            user: "0",
            // Detection is about no file that is there.
            file_id: (call != Call::Detection).then_some(file_id),
            call,
            now: self.wanxiang.now(),
        };
        let checked = self.wanxiang.check_signature(Some(signature), &wanted);
        checked.map(|_| ()).map_err(|refusal| refusal.code)
    }
}
