//! The runtime of a command, and how it is interrupted.

use std::time::Duration;

use tokio::{
    runtime::{Builder, Runtime},
    sync::oneshot,
};

use crate::exit::Failure;

/// How long an interrupted command may take to tidy up.
const GRACE: Duration = Duration::from_secs(1);

/// A runtime for one command.
pub(crate) fn new() -> Result<Runtime, Failure> {
    let runtime = Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .map_err(|error| Failure::file("runtime", error))?;
    let context = runtime.enter();
    outlive_full_files()?;
    drop(context);
    Ok(runtime)
}

/// Lets a write beyond the limit of a file's size fail, as one to a full disk does: its signal
/// would end the program, and what was charged for would not be told.
#[cfg(unix)]
fn outlive_full_files() -> Result<(), Failure> {
    use tokio::signal::unix::{SignalKind, signal};
    // Once listened for, a signal never again does what it did.
    signal(SignalKind::from_raw(libc::SIGXFSZ))
        .map(drop)
        .map_err(|error| Failure::file("signals", error))
}

#[cfg(not(unix))]
fn outlive_full_files() -> Result<(), Failure> {
    Ok(())
}

/// Tells when the user interrupts; and ends the program if that does not help, because it waits
/// for somebody to read its output.
pub(crate) fn watch_for_interruption(runtime: &Runtime) -> Result<oneshot::Receiver<()>, Failure> {
    let (sender, receiver) = oneshot::channel();
    let _context = runtime.enter();
    let interruption = interruption()?;
    runtime.spawn(async move {
        interruption.await;
        let _ = sender.send(());
        tokio::time::sleep(GRACE).await;
        Failure::Interrupted.report();
        std::process::exit(130);
    });
    Ok(receiver)
}

/// A future that ends when the user asks the program to: by Ctrl-C, by the signal of `kill`, or by
/// closing the terminal.
///
/// Listens from the moment of this call on, whether or not the future is polled yet.
#[cfg(unix)]
pub(crate) fn interruption() -> Result<impl Future<Output = ()>, Failure> {
    use tokio::signal::unix::{SignalKind, signal};
    let listen = |kind| signal(kind).map_err(|error| Failure::file("signals", error));
    let mut interrupt = listen(SignalKind::interrupt())?;
    let mut terminate = listen(SignalKind::terminate())?;
    let mut hang_up = listen(SignalKind::hangup())?;
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
            _ = hang_up.recv() => {}
        }
    })
}

/// A future that ends when the user presses Ctrl-C.
#[cfg(not(unix))]
pub(crate) fn interruption() -> Result<impl Future<Output = ()>, Failure> {
    Ok(async { drop(tokio::signal::ctrl_c().await) })
}
