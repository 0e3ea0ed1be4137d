//! Signatures judged without requests.

use std::{io, sync::Arc};

use yunmei_core::{Timestamp, wanxiang::sign::Call};

use super::{Manners, Wanxiang, account::WanxiangAccount, authorize::Wanted};
use crate::storage::Storage;

/// Says what the emulator would say to signatures of Wanxiang: for tests of whoever hands them out.
pub struct WanxiangJudge(Wanxiang);

impl WanxiangJudge {
    /// Judges for this account, at this time.
    ///
    /// # Errors
    ///
    /// What the system says if there are no random numbers.
    pub fn new(account: WanxiangAccount, now: Timestamp) -> io::Result<WanxiangJudge> {
        let clock = Arc::new(move || now);
        let storage = Storage::memory();
        Wanxiang::open(account, Manners::default(), 0, clock, &storage).map(WanxiangJudge)
    }

    /// Whether a signature serves for a call about this picture. A single-use one is not spent.
    ///
    /// # Errors
    ///
    /// The service's code.
    pub fn judge(&self, signature: &str, call: Call, file_id: &str) -> Result<(), i64> {
        let app = self.0.account.app().to_string();
        let wanted = Wanted {
            app: &app,
            bucket: Some(self.0.account.bucket().as_str()),
            user: "0",
            // Detection is about no file that is there.
            file_id: (call != Call::Detection).then_some(file_id),
            call,
            now: self.0.now(),
        };
        let checked = self.0.check_signature(Some(signature), &wanted);
        checked.map(|_| ()).map_err(|refusal| refusal.code)
    }
}
