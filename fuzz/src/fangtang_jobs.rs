//! Jobs of Fangtang against a service that is played: the bytes are a program of replies and of
//! times.
//!
//! The first three bytes choose the job, when it begins, and how long it is waited for; each reply
//! takes a byte for its kind and what that kind needs, and each exchange one for how long it takes.
//! Behind the last one the program begins again, so that only a job that ends by itself ends.

mod clock;
mod replies;
mod submitting;
mod waiting;

use crate::sample::Program;

/// More requests than a job of ten minutes may need: four attempts at each.
const REQUEST_LIMIT: usize = 300;

/// Every job ends; no upload is sent twice that may be charged twice; what was waited for can be
/// fetched.
pub fn check(bytes: &[u8]) {
    let mut program = Program::new(bytes);
    match program.byte() % 3 {
        0 => submitting::run(true, program),
        1 => submitting::run(false, program),
        _ => waiting::run(program),
    }
}
