//! Signatures judged without requests.

use std::io;

use http::Method;
use yunmei_core::Timestamp;

use super::{
    Cos, Manners,
    authorize::{Need, Wanted},
    operation::Operation,
    target::Target,
};
use crate::{config::CosAccount, still_clock::StillClock, storage::Storage};

/// Says what the emulator would say to signatures of COS: for tests of whoever hands them out.
pub struct CosJudge {
    cos: Cos,
    clock: StillClock,
}

/// What a signature is to serve for.
#[derive(Clone, Debug)]
pub struct CosCall<'a> {
    /// The operation, by the name that requests have for it; none for a download.
    pub op: Option<&'a str>,
    /// In which bucket.
    pub bucket: &'a str,
    /// With which path, as it is once its escapes are resolved.
    pub path: &'a str,
}

impl CosJudge {
    /// Judges for this account, at this time.
    ///
    /// # Errors
    ///
    /// What the system says if there are no random numbers.
    pub fn new(account: CosAccount, now: Timestamp) -> io::Result<CosJudge> {
        let clock = StillClock::new(now);
        let manners = Manners::default();
        let cos = Cos::open(account, manners, clock.clock(), &Storage::memory())?;
        Ok(CosJudge { cos, clock })
    }

    /// Judges at this time from here on.
    pub fn set_time(&self, now: Timestamp) {
        self.clock.set(now);
    }

    /// Whether a signature serves for these calls, one after the other: a single-use one is spent by
    /// the first that it serves for. What does not go through has the service's code.
    pub fn judge(&self, signature: &str, calls: &[CosCall<'_>]) -> Vec<Result<(), i64>> {
        // Read once: for whom, and with whose key, is the same for every call.
        let mut read = None;
        (calls.iter())
            .map(|call| {
                let (target, need) = (self.target(call), need(call.op)?);
                let wanted = Wanted {
                    target: &target,
                    need: Some(need),
                    now: self.cos.now(),
                };
                let read = read.get_or_insert_with(|| {
                    let read = self.cos.read_signature(Some(signature), &wanted);
                    read.map_err(|refusal| refusal.code)
                });
                let signature = read.as_ref().map_err(|code| *code)?;
                let checked = self.cos.check_signature(signature, &wanted);
                checked.map_err(|refusal| refusal.code)
            })
            .collect()
    }

    fn target(&self, call: &CosCall<'_>) -> Target {
        Target {
            app: self.cos.account.app().to_string(),
            bucket: call.bucket.to_owned(),
            path: call.path.as_bytes().to_vec(),
        }
    }
}

/// Which signature a call takes.
fn need(op: Option<&str>) -> Result<Need, i64> {
    let Some(op) = op else {
        return Ok(Need::Download);
    };
    // The one that takes the method.
    let mut operations = [Method::GET, Method::POST]
        .into_iter()
        .map(|method| Operation::named(Some(op), &method));
    let operation = operations.find_map(Result::ok).ok_or(-5964)?;
    Ok(operation.need())
}
