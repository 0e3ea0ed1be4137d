//! What a command that talks to a service has at hand, and how it is run.

use std::sync::{Mutex, MutexGuard, PoisonError};

use yunmei_hyper::Client;

use crate::{arguments::Common, config::Config, exit::Failure, output::Output, runtime};

/// What every command needs.
pub(crate) struct Session {
    pub(crate) config: Config,
    pub(crate) client: Client,
    pub(crate) output: Output,
    pub(crate) verbose: bool,
    so_far: Mutex<Option<String>>,
    if_interrupted: Mutex<Option<String>>,
}

impl Session {
    /// How far a work of many steps has come, for whoever interrupts it.
    pub(crate) fn so_far(&self, done: String) {
        *lock(&self.so_far) = Some(done);
    }

    /// What to say if the user interrupts from now on; `None` if there is nothing to say any more.
    pub(crate) fn if_interrupted(&self, advice: impl Into<Option<String>>) {
        *lock(&self.if_interrupted) = advice.into();
    }

    fn interrupted(&self) -> Failure {
        let told = [&self.so_far, &self.if_interrupted];
        let told: Vec<String> = told.iter().filter_map(|text| lock(text).take()).collect();
        match told.is_empty() {
            true => Failure::Interrupted,
            false => Failure::Interrupted.advised(told.join("; ")),
        }
    }
}

fn lock(text: &Mutex<Option<String>>) -> MutexGuard<'_, Option<String>> {
    text.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Runs a command to its end, or until the user interrupts.
pub(crate) fn run(
    common: &Common,
    work: impl AsyncFnOnce(&Session) -> Result<(), Failure>,
) -> Result<(), Failure> {
    let session = Session {
        config: Config::load(common)?,
        client: Client::default(),
        output: Output::new(common.json),
        verbose: common.verbose,
        so_far: Mutex::default(),
        if_interrupted: Mutex::default(),
    };
    let runtime = runtime::new()?;
    let interrupted = runtime::watch_for_interruption(&runtime)?;
    let result = runtime.block_on(async {
        // Dropping the work breaks off its exchange and removes its temporary files.
        tokio::select! {
            result = work(&session) => result,
            _ = interrupted => Err(session.interrupted()),
        }
    });
    // Not to wait for a write to standard output that nobody reads.
    runtime.shutdown_background();
    result
}
