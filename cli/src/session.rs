//! What a command that talks to a service has at hand, and how it is run.

use std::sync::{Mutex, PoisonError};

use yunmei_hyper::Client;

use crate::{arguments::Common, config::Config, exit::Failure, output::Output, runtime};

/// What every command needs.
pub(crate) struct Session {
    pub(crate) config: Config,
    pub(crate) client: Client,
    pub(crate) output: Output,
    pub(crate) verbose: bool,
    if_interrupted: Mutex<Option<String>>,
}

impl Session {
    /// What to say if the user interrupts from now on; `None` if there is nothing to say any more.
    pub(crate) fn if_interrupted(&self, advice: impl Into<Option<String>>) {
        *self.lock() = advice.into();
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Option<String>> {
        self.if_interrupted
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    fn interrupted(&self) -> Failure {
        match self.lock().take() {
            Some(advice) => Failure::Interrupted.advised(advice),
            None => Failure::Interrupted,
        }
    }
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
